"""The last minute of readings, thin enough to be drawn often."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np

from mien.core.emotion import UNCERTAIN, Affect, Emotion
from mien.timeline.runs import Run, runs_of
from mien.timeline.standing import MAX_STEP_S, Standing, standing_of

SPAN_S: Final = 60.0
STEP_S: Final = 0.1
"""Ten readings a second are more than a strip of a thousand pixels can show of a minute."""


@dataclass(frozen=True, slots=True)
class Point:
    """What the curves of one face go through.

    Attributes:
        time_s: Media time.
        affect: Valence and arousal, or None.
        emotion: The probabilities.
        is_certain: Whether the label was written.
        starts_part: The face was away before.
        own: What the user's own expressions came to, by name.
    """

    time_s: float
    affect: Affect | None
    emotion: Emotion
    is_certain: bool
    starts_part: bool
    own: Mapping[str, float] = field(default_factory=dict)


class _Label(NamedTuple):
    time_s: float
    frame: int
    label: str


@dataclass(slots=True)
class FaceHistory:
    """What is kept of one face.

    Attributes:
        points: Its numbers, oldest first, ``STEP_S`` apart.
    """

    points: deque[Point] = field(default_factory=deque)
    _labels: deque[_Label] = field(default_factory=deque)

    @property
    def last_s(self) -> float:
        """When it was last seen; −1 where nothing is kept of it."""
        return self._labels[-1].time_s if self._labels else -1.0

    def runs(self) -> list[Run]:
        """Return its runs of labels, oldest first."""
        names = tuple(sorted({entry.label for entry in self._labels} - {UNCERTAIN}))
        code_by_name = {**{name: code for code, name in enumerate(names)}, UNCERTAIN: len(names)}
        codes = np.fromiter((code_by_name[entry.label] for entry in self._labels), np.int16)
        return runs_of(self._standing(), codes, names)

    def label_at(self, time_s: float) -> str | None:
        """Return the label that holds at a media time, or None where the face is away."""
        row = int(self._standing().rows_at(np.array([time_s]))[0])
        return self._labels[row].label if row >= 0 else None

    def add(
        self,
        frame: int,
        time_s: float,
        label: str,
        emotion: Emotion,
        affect: Affect | None,
        own: Mapping[str, float],
    ) -> None:
        """Add what was read; see ``History.add``."""
        is_far = bool(self._labels) and time_s - self.last_s > MAX_STEP_S
        self._labels.append(_Label(time_s, frame, label))
        # Only a step that is long for any source is looked at more closely.
        starts_part = not self.points or (is_far and bool(self._standing().ends_part[-2]))
        if starts_part or time_s - self.points[-1].time_s >= STEP_S - 1e-6:
            self.points.append(Point(time_s, affect, emotion, label != UNCERTAIN, starts_part, own))

    def forget(self, before_s: float) -> None:
        """Forget what lies before a media time."""
        while self._labels and self._labels[0].time_s < before_s:
            self._labels.popleft()
        while self.points and self.points[0].time_s < before_s:
            self.points.popleft()

    def _standing(self) -> Standing:
        times_s = np.fromiter((entry.time_s for entry in self._labels), np.float64)
        return standing_of(times_s, np.fromiter((entry.frame for entry in self._labels), np.int64))


class History:
    """The readings of the last minute by face.

    Attributes:
        faces: By track id.
        now_s: Media time at which the minute ends.
        resets: How often all was forgotten.
    """

    def __init__(self) -> None:
        self.faces: dict[int, FaceHistory] = {}
        self.now_s = 0.0
        self.resets = 0

    def clear(self) -> None:
        """Forget all; for another source."""
        self.resets += 1
        self.faces.clear()
        self.now_s = 0.0

    def move_on(self, time_s: float) -> None:
        """Let the minute end at ``time_s``, and forget what lies before it. A clock that runs back starts anew."""
        if time_s < self.now_s:
            self.clear()
        self.now_s = time_s
        for track_id, face in list(self.faces.items()):
            face.forget(time_s - SPAN_S)
            if face.last_s < 0:
                del self.faces[track_id]

    def add(
        self,
        track_id: int,
        frame: int,
        time_s: float,
        label: str,
        emotion: Emotion,
        affect: Affect | None,
        own: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        """Add what was read from one face, later than what was added last.

        Args:
            track_id: Whose.
            frame: Index of the frame.
            time_s: Media time.
            label: What was written: an expression, or "uncertain".
            emotion: The probabilities.
            affect: Valence and arousal, or None.
            own: What the user's own expressions come to, by name.
        """
        self.faces.setdefault(track_id, FaceHistory()).add(frame, time_s, label, emotion, affect, own)

    def lanes(self, limit: int, selected: int | None) -> list[int]:
        """Return up to ``limit`` faces to show, by id: the selected one and those seen last."""
        newest = sorted(self.faces, key=lambda track_id: (track_id != selected, -self.faces[track_id].last_s))
        return sorted(newest[:limit])
