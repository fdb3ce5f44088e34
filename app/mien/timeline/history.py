"""The last minute of readings, thin enough to be drawn often."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from mien.core.emotion import UNCERTAIN, Affect, Emotion

SPAN_S: Final = 60.0
STEP_S: Final = 0.1
"""Ten readings a second are more than a strip of a thousand pixels can show of a minute."""
GAP_S: Final = 0.5
"""After this long without a reading a face was not there, and the band has a hole."""


@dataclass(slots=True)
class Span:
    """A stretch of one face with one label.

    Attributes:
        start_s: Media time.
        end_s: Media time of the last reading in it.
        label: An expression, or "uncertain".
    """

    start_s: float
    end_s: float
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """What the curves of one face go through.

    Attributes:
        time_s: Media time.
        affect: Valence and arousal, or None.
        emotion: The probabilities.
        is_certain: Whether the label was written.
    """

    time_s: float
    affect: Affect | None
    emotion: Emotion
    is_certain: bool


@dataclass(slots=True)
class FaceHistory:
    """What is kept of one face.

    Attributes:
        spans: Its labels, oldest first.
        points: Its numbers, oldest first, ``STEP_S`` apart.
    """

    spans: deque[Span] = field(default_factory=deque)
    points: deque[Point] = field(default_factory=deque)

    @property
    def last_s(self) -> float:
        """When it was last seen."""
        return self.spans[-1].end_s if self.spans else -1.0


class History:
    """The readings of the last minute by face.

    Attributes:
        faces: By track id.
        now_s: Media time at which the minute ends.
        beginnings: How often all was forgotten.
    """

    def __init__(self) -> None:
        self.faces: dict[int, FaceHistory] = {}
        self.now_s = 0.0
        self.beginnings = 0

    def clear(self) -> None:
        """Forget all; for another source."""
        self.beginnings += 1
        self.faces.clear()
        self.now_s = 0.0

    def move_on(self, time_s: float) -> None:
        """Let the minute end at ``time_s``, and forget what lies before it. A clock that runs back starts anew."""
        if time_s < self.now_s:
            self.clear()
        self.now_s = time_s
        oldest_s = time_s - SPAN_S
        for track_id, face in list(self.faces.items()):
            while face.spans and face.spans[0].end_s < oldest_s:
                face.spans.popleft()
            while face.points and face.points[0].time_s < oldest_s:
                face.points.popleft()
            if not face.spans:
                del self.faces[track_id]

    def add(self, track_id: int, time_s: float, label: str, emotion: Emotion, affect: Affect | None) -> None:
        """Add what was read from one face at ``time_s``, not before what was added last.

        Args:
            track_id: Whose.
            time_s: Media time.
            label: What was written: an expression, or "uncertain".
            emotion: The probabilities.
            affect: Valence and arousal, or None.
        """
        face = self.faces.setdefault(track_id, FaceHistory())
        last = face.spans[-1] if face.spans else None
        if last is not None and last.label == label and time_s - last.end_s <= GAP_S:
            last.end_s = time_s
        else:
            if last is not None and time_s - last.end_s <= GAP_S:
                last.end_s = time_s
            face.spans.append(Span(time_s, time_s, label))
        if not face.points or time_s - face.points[-1].time_s >= STEP_S:
            face.points.append(Point(time_s, affect, emotion, label != UNCERTAIN))

    def lanes(self, limit: int, selected: int | None) -> list[int]:
        """Return up to ``limit`` faces to show, by id: the selected one and those seen last."""
        newest = sorted(self.faces, key=lambda track_id: (track_id != selected, -self.faces[track_id].last_s))
        return sorted(newest[:limit])
