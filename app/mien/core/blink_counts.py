"""How often each person blinks, counted while results come."""

from collections import deque
from typing import Final

import numpy as np

from mien.core.face import FrameResult
from mien.core.face_details import BLINK
from mien.core.face_motion import blink_rate

OVER_S: Final = 60.0


class BlinkCounts:
    """Counts over the last minute."""

    def __init__(self) -> None:
        self._seen: dict[int, deque[tuple[float, float]]] = {}

    def take(self, result: FrameResult) -> None:
        """Take the next result; faces without details do not count."""
        for reading in result.readings:
            if reading.raw.details is None:
                continue
            seen = self._seen.setdefault(reading.track.face_id, deque())
            seen.append((result.frame.timestamp_s, reading.raw.details[BLINK]))
            while seen[-1][0] - seen[0][0] > OVER_S or seen[0][0] > seen[-1][0]:
                seen.popleft()

    def rate(self, face_id: int) -> float | None:
        """Return a person's blinks a minute, None where nobody looked closely or not long enough."""
        seen = self._seen.get(face_id)
        if not seen:
            return None
        times_s, blinks = np.array(seen).T
        return blink_rate(times_s, blinks)

    def forget(self) -> None:
        """Begin anew, with another source."""
        self._seen.clear()
