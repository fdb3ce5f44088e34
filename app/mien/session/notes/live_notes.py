"""Markers and baselines that come while a session is recorded, from any thread."""

import threading
import time
from pathlib import Path
from typing import Final

import msgspec

from mien.session.document import BaselineRecord
from mien.session.notes.annotation_file import save_annotations
from mien.session.notes.annotations import MAX_MARKERS, Annotations, Marker

SAVE_EVERY_S: Final = 0.5
"""What a kill may cost of them."""

MAX_BYTES: Final = 5_000_000
"""Of markers: tens of thousands, far below what ``markers.json`` may hold. They are all written again with each
new one, and may come from other programs."""

_MARKER_BYTES: Final = 200


class LiveNotes:
    """Keeps what comes in, and writes it down on the recording's own thread.

    Args:
        folder: The session's.

    Attributes:
        baselines: Those that came, on the session's clock.
        is_full: Markers were left out, because there are too many.
    """

    def __init__(self, folder: Path) -> None:
        self.baselines: tuple[BaselineRecord, ...] = ()
        self.is_full = False
        self._folder = folder
        self._markers: list[Marker] = []
        self._bytes = 0
        self._lock = threading.Lock()
        self._markers_in: list[Marker] = []
        self._ends_in: list[tuple[str, float, float]] = []
        self._baselines_in: list[BaselineRecord] = []
        self._saved_s = time.monotonic()

    def add_marker(self, marker: Marker) -> None:
        """Take a marker on the source's clock. From any thread."""
        size = _MARKER_BYTES + 4 * len(marker.text)
        with self._lock:
            if self._bytes + size > MAX_BYTES or self._count() >= MAX_MARKERS:
                self.is_full = True
            else:
                self._bytes += size
                self._markers_in.append(marker)

    def end_marker(self, event_type: str, at_s: float, end_s: float) -> None:
        """Make a span of the event of a type that was marked at a time of the source. From any thread."""
        with self._lock:
            self._ends_in.append((event_type, at_s, end_s))

    def _count(self) -> int:
        return len(self._markers) + len(self._markers_in)

    def add_baseline(self, baseline: BaselineRecord) -> None:
        """Take a baseline on the source's clock. From any thread."""
        with self._lock:
            self._baselines_in.append(baseline)

    def is_due(self) -> bool:
        """Whether it is time to save."""
        return time.monotonic() - self._saved_s >= SAVE_EVERY_S

    def save(self, zero_s: float) -> bool:
        """Write ``markers.json`` where markers came, and say whether baselines did.

        Args:
            zero_s: The source's media time at the session's time 0.

        Raises:
            RecordingError: The file cannot be written.
        """
        self._saved_s = time.monotonic()
        with self._lock:
            markers, self._markers_in = self._markers_in, []
            ends, self._ends_in = self._ends_in, []
            baselines, self._baselines_in = self._baselines_in, []
        self.baselines += tuple(
            msgspec.structs.replace(each, taken_at_s=max(each.taken_at_s - zero_s, 0.0)) for each in baselines
        )
        if markers or ends:
            self._markers += [_moved(marker, zero_s) for marker in markers]
            for event_type, at_s, end_s in ends:
                self._end(event_type, max(at_s - zero_s, 0.0), end_s - zero_s)
            self._markers.sort(key=lambda marker: marker.start_s)
            save_annotations(self._folder, Annotations(markers=tuple(self._markers)))
        return bool(baselines)

    def _end(self, event_type: str, start_s: float, end_s: float) -> None:
        """Give a moment its end, where it is there and the end comes after it."""
        for place, marker in enumerate(self._markers):
            is_it = (marker.event_type, marker.end_s) == (event_type, None)
            if is_it and abs(marker.start_s - start_s) < 1e-3 and end_s > marker.start_s + 1e-3:
                self._markers[place] = msgspec.structs.replace(marker, end_s=end_s)
                return


def _moved(marker: Marker, zero_s: float) -> Marker:
    start_s = max(marker.start_s - zero_s, 0.0)
    end_s = None if marker.end_s is None else marker.end_s - zero_s
    if end_s is not None and end_s <= start_s:
        end_s = None
    return msgspec.structs.replace(marker, start_s=start_s, end_s=end_s)
