"""Notices what lies over eyes and mouth, and heads upside down, some times a second."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from mien.core.face import Condition, FaceTrack
from mien.core.frame import Frame
from mien.vision.describer import FaceDescriber

LOOK_S: Final = 0.2
"""So often a face is looked at: a hand comes and goes in less than a second."""

LOOKS_PER_S: Final = 15.0
"""With many faces each is looked at less often: so many looks at all of them together, at 1.3 ms each."""

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
        self._last_s = -math.inf

    def mark(self, frame: Frame, tracks: Sequence[FaceTrack]) -> list[FaceTrack]:
        """Return the faces of a frame with their condition; timestamps rise from call to call.

        A new face is looked at at once; known ones take turns, so that no frame has to wait for all of them.
        """
        now_s = frame.timestamp_s
        present = {track.track_id for track in tracks}
        self._known = {key: known for key, known in self._known.items() if key in present}
        due = self._due(tracks, now_s)
        self._last_s = now_s
        if due:
            crops = self._describer.crops(frame.image, [track.box for track in due])
            for track, condition in zip(due, self._describer.condition(crops), strict=True):
                self._known[track.track_id] = _Known(now_s, self._blended(track, condition))
        return [replace(track, condition=self._known[track.track_id].condition) for track in tracks]

    def _due(self, tracks: Sequence[FaceTrack], now_s: float) -> list[FaceTrack]:
        """Return the faces to look at now: new ones, and of the others as many as their turns ask for."""
        new = [track for track in tracks if track.track_id not in self._known]
        old = [track for track in tracks if track.track_id in self._known]
        wait_s = max(LOOK_S, len(tracks) / LOOKS_PER_S)
        # Media times are rounded: what is due within a millisecond is due.
        waited_s = {track.track_id: now_s - self._known[track.track_id].looked_s + 1e-3 for track in old}
        due = [track for track in old if waited_s[track.track_id] >= wait_s]
        due.sort(key=lambda track: waited_s[track.track_id], reverse=True)
        at_once = math.ceil(len(old) * min((now_s - self._last_s) / wait_s, 1.0)) if old else 0
        return new + due[:at_once]

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
