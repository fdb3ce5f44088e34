"""Which face the panel is about: the one that was clicked, otherwise the largest."""

from typing import Final

from mien.core.face import ShownReading

FORGET_S: Final = 2.0
"""A clicked face that is away for longer is no longer waited for."""
CLEARLY_LARGER: Final = 1.3
"""Another face takes over only by this much, so that two of one size do not alternate."""


class FaceSelection:
    """Remembers the choice from frame to frame."""

    def __init__(self) -> None:
        self._chosen: int | None = None
        self._seen_s = 0.0
        self._current: int | None = None

    @property
    def current(self) -> int | None:
        """Track id of the selected face, or None where nobody is in view."""
        return self._current

    @property
    def is_chosen(self) -> bool:
        """Whether the user chose it."""
        return self._chosen is not None and self._chosen == self._current

    def choose(self, track_id: int | None) -> None:
        """Choose a face; None goes back to the largest."""
        self._chosen = track_id
        if track_id is not None:
            self._current = track_id

    def reset(self) -> None:
        """Forget all; for another source."""
        self._chosen = self._current = None
        self._seen_s = 0.0

    def pick(self, readings: tuple[ShownReading, ...], time_s: float) -> ShownReading | None:
        """Return the selected one of a frame's faces."""
        by_id = {reading.track.face_id: reading for reading in readings}
        if self._chosen in by_id:
            self._seen_s = time_s
            self._current = self._chosen
        elif self._chosen is not None and abs(time_s - self._seen_s) > FORGET_S:
            self._chosen = None
        if self._chosen not in by_id:
            self._current = self._largest(by_id)
        return by_id.get(self._current) if self._current is not None else None

    def _largest(self, by_id: dict[int, ShownReading]) -> int | None:
        if not by_id:
            return None
        heights = {track_id: reading.track.box.height_px for track_id, reading in by_id.items()}
        largest = max(heights, key=lambda track_id: heights[track_id])
        if self._current in heights and heights[largest] < CLEARLY_LARGER * heights[self._current]:
            return self._current
        return largest
