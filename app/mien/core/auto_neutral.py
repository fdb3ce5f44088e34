"""A face at rest without anybody taking it: the median of its details over the first seconds that read neutral.

Who never reads as neutral has none, and so has whoever is read by a network without that label. What came before
the seconds were full is not changed afterwards: a live face and a file are treated alike.
"""

from typing import Final

import numpy as np

from mien.core.arrays import Floats
from mien.core.baseline import MIN_READINGS

NEUTRAL: Final = "neutral"
OVER_S: Final = 3.0
"""So many seconds together that read neutral are enough."""
LONGEST_STEP_S: Final = 0.25
"""A reading counts for as long as until the next one, but not longer: a face that was away says nothing."""


class AutoNeutral:
    """Gathers one face's details where it reads neutral. Used by one thread at a time.

    Attributes:
        details: (D,) float32 the median, in the order of ``mien.core.face_details.DETAILS``; None until there were
            enough.
    """

    def __init__(self) -> None:
        self.details: Floats | None = None
        self._rows: list[Floats] = []
        self._gathered_s = 0.0
        self._last_s = np.inf

    def step(self, time_s: float, is_neutral: bool, details: Floats) -> Floats | None:
        """Take the next reading, and return the neutral face so far.

        Args:
            time_s: Its media time.
            is_neutral: Whether its label stands and is "neutral".
            details: (D,) NaN where a number is not known.
        """
        if self.details is not None or not is_neutral or not np.isfinite(details).any():
            self._last_s = np.inf
            return self.details
        elapsed_s = time_s - self._last_s
        if 0.0 < elapsed_s <= LONGEST_STEP_S:
            self._gathered_s += elapsed_s
        self._last_s = time_s
        self._rows.append(details)
        if self._gathered_s >= OVER_S - 1e-6 and len(self._rows) >= MIN_READINGS:
            rows = np.stack(self._rows)
            known = np.isfinite(rows).any(axis=0)
            self.details = np.full(rows.shape[1], np.nan, np.float32)
            self.details[known] = np.nanmedian(rows[:, known], axis=0)
            self._rows.clear()
        return self.details
