"""Notices what lies over eyes and mouth, and heads upside down, some times a second."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from mien.core.face import Condition, FaceTrack
from mien.core.frame import Frame
from mien.vision.describer import FaceDescriber

LOOK_S: Final = 0.2
"""So often a face is looked at: a hand comes and goes in less than a second."""

NEW_SHARE: Final = 0.6
"""What a look counts beside those before it."""


@dataclass(slots=True)
class _Known:
    looked_s: float
    condition: Condition


class FaceConditions:
    """Remembers the condition of each face of one stream. Used by one thread at a time.

    Args:
        describer: The network.
    """

    def __init__(self, describer: FaceDescriber) -> None:
        self._describer = describer
        self._known: dict[int, _Known] = {}

    def mark(self, frame: Frame, tracks: Sequence[FaceTrack]) -> list[FaceTrack]:
        """Return the faces of a frame with their condition; timestamps rise from call to call."""
        now_s = frame.timestamp_s
        present = {track.track_id for track in tracks}
        self._known = {key: known for key, known in self._known.items() if key in present}
        due = [track for track in tracks if self._is_due(track, now_s)]
        if due:
            crops = self._describer.crops(frame.image, [track.box for track in due])
            for track, condition in zip(due, self._describer.condition(crops), strict=True):
                self._known[track.track_id] = _Known(now_s, self._blended(track, condition))
        return [replace(track, condition=self._known[track.track_id].condition) for track in tracks]

    def _is_due(self, track: FaceTrack, now_s: float) -> bool:
        known = self._known.get(track.track_id)
        return known is None or now_s - known.looked_s >= LOOK_S

    def _blended(self, track: FaceTrack, new: Condition) -> Condition:
        known = self._known.get(track.track_id)
        if known is None:
            return new
        old = known.condition
        return Condition(
            old.eyes_covered + NEW_SHARE * (new.eyes_covered - old.eyes_covered),
            old.mouth_covered + NEW_SHARE * (new.mouth_covered - old.mouth_covered),
            old.upside_down + NEW_SHARE * (new.upside_down - old.upside_down),
        )
