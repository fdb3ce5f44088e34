"""What only shows over time: blinks, and a mouth that moves as in speech. One follower for each face."""

from collections import deque
from typing import Final

import numpy as np
import numpy.typing as npt

OPEN_OVER_S: Final = 8.0
"""How open a person's eyes usually are is taken from so many seconds: their 90th percentile."""

CLOSED_BELOW: Final = 0.5
REOPENED_ABOVE: Final = 0.65
"""Shares of that at which a blink begins and ends."""

LONGEST_BLINK_S: Final = 0.5
"""Eyes that are closed longer are closed, not blinking (Caffier, Erdmann and Ullsperger 2003)."""

SPEECH_OVER_S: Final = 1.0
SPEECH_MOTION: Final = 0.06
"""Mean change of the mouth's openness between two pictures of a 25th of a second each that counts as 1."""

LEAST_S: Final = 10.0
"""A rate over less says nothing: one blink in two seconds is not thirty a minute."""

GAP_S: Final = 0.5
"""After so long without the face everything begins anew."""


class FaceMotion:
    """Follows eyes and mouth of one face, in the order of time."""

    def __init__(self) -> None:
        self._last_s = -np.inf
        self._lids: deque[tuple[float, float]] = deque()
        self._mouths: deque[tuple[float, float]] = deque()
        self._closed_since: float | None = None

    def step(self, time_s: float, lids: float, mouth: float) -> tuple[float, float]:
        """Take the next picture.

        Args:
            time_s: Its media time.
            lids: How far the eyes are open, see ``mien.core.eyes.lid_signal``.
            mouth: How far the mouth is open, 0 to 1.

        Returns:
            1 while a blink is going on and 0 otherwise; and how far the mouth moves as in speech, 0 to 1.
        """
        if time_s - self._last_s > GAP_S or time_s < self._last_s:
            self._lids.clear()
            self._mouths.clear()
            self._closed_since = None
        self._last_s = time_s
        return float(self._is_blinking(time_s, lids)), self._speaking(time_s, mouth)

    def _is_blinking(self, time_s: float, lids: float) -> bool:
        self._lids.append((time_s, lids))
        while time_s - self._lids[0][0] > OPEN_OVER_S:
            self._lids.popleft()
        usual = float(np.percentile([value for _, value in self._lids], 90))
        if self._closed_since is None:
            if lids < CLOSED_BELOW * usual:
                self._closed_since = time_s
        elif lids > REOPENED_ABOVE * usual:
            self._closed_since = None
        return self._closed_since is not None and time_s - self._closed_since <= LONGEST_BLINK_S

    def _speaking(self, time_s: float, mouth: float) -> float:
        self._mouths.append((time_s, mouth))
        while time_s - self._mouths[0][0] > SPEECH_OVER_S:
            self._mouths.popleft()
        if len(self._mouths) < 3:
            return 0.0
        times, values = np.array(self._mouths).T
        speeds = np.abs(np.diff(values)) / np.maximum(np.diff(times), 1e-3)
        turns = np.count_nonzero(np.diff(np.sign(np.diff(values))[np.abs(np.diff(values)) > 0.01]))
        if turns < 2:  # a mouth that opens once yawns or smiles
            return 0.0
        return float(np.clip(speeds.mean() / 25.0 / SPEECH_MOTION, 0.0, 1.0))


def blink_rate(times_s: npt.NDArray[np.floating], blinks: npt.NDArray[np.floating]) -> float | None:
    """Return the blinks a minute of a face, None where it was followed for less than ten seconds.

    Args:
        times_s: (N,) media times, rising.
        blinks: (N,) 1 within a blink, 0 outside, NaN where it is not known.
    """
    spans = np.diff(times_s, prepend=times_s[:1] if len(times_s) else 0.0)
    known = np.isfinite(blinks)
    seen_s = float(np.where(known & (spans < GAP_S), spans, 0.0).sum())
    if seen_s < LEAST_S:
        return None
    within = np.nan_to_num(blinks) > 0.5
    begun = within & ~np.concatenate([[False], within[:-1]])
    return 60.0 * float(np.count_nonzero(begun)) / seen_s
