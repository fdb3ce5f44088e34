"""How long a reading stands, and where a face was away: the one rule for all that draws, lists or counts time.

A reading stands until the next one of its face. Where the next one is far, the face was away in between: the
reading then stands for as long as readings usually do. "Far" is more than half a second, or more than two frames
of a source whose frames are longer than that, such as a time-lapse.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

MAX_STEP_S: Final = 0.5
USUAL_STEP_S: Final = 0.04
"""For a face of which there is one reading only: a frame at 25 a second."""

Times = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """When each of N readings holds.

    Attributes:
        start_s: (N,) media time of each reading, strictly increasing.
        end_s: (N,) media time until which it stands; at most the start of the next one.
        ends_part: (N,) bool, whether the face is away afterwards, or the readings end.
        parts: (N,) number of the part that each reading belongs to: parts are what lies between gaps.
    """

    start_s: Times
    end_s: Times
    ends_part: npt.NDArray[np.bool_]
    parts: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.start_s)

    @property
    def length_s(self) -> Times:
        """(N,) for how long each reading stands."""
        return self.end_s - self.start_s

    def rows_at(self, times_s: Times) -> npt.NDArray[np.intp]:
        """Return the reading that holds at each time, −1 where none does: (M,).

        Args:
            times_s: (M,) media times.
        """
        if not len(self):
            return np.full(len(times_s), -1, np.intp)
        rows = np.searchsorted(self.start_s, times_s, side="right") - 1
        holds = (rows >= 0) & (times_s < self.end_s[np.maximum(rows, 0)])
        return np.where(holds, rows, -1)


def standing_of(times_s: Times, frames: npt.NDArray[np.int64]) -> Standing:
    """Return when each reading of a face holds.

    Args:
        times_s: (N,) media times, strictly increasing.
        frames: (N,) indices of the frames.
    """
    if not len(times_s):
        return Standing(times_s, times_s, np.zeros(0, np.bool_), np.zeros(0, np.intp))
    steps_s = np.diff(times_s)
    ordinary_s = steps_s[(steps_s <= MAX_STEP_S) | (np.diff(frames) == 1)]
    usual_s = float(np.median(ordinary_s)) if len(ordinary_s) else USUAL_STEP_S
    ends_part = np.append(steps_s > max(MAX_STEP_S, 2 * usual_s), True)
    end_s = np.where(ends_part, times_s + usual_s, np.append(times_s[1:], np.inf))
    return Standing(times_s, end_s, ends_part, np.cumsum(ends_part) - ends_part)
