"""Media time: puts timestamps on the file's clock, from 0, and repairs them so that they strictly increase."""

from typing import Final

MIN_STEP_S: Final = 1e-4
"""The smallest step between two frames: that of 10,000 a second."""

MAX_STEP_BACK_S: Final = 0.25
"""A step back beyond this is a new clock (joined recordings), not a frame out of order."""


class Timeline:
    """Turns the timestamps of one stream, as they come, into media time."""

    def __init__(self, interval_s: float, zero_s: float | None = None) -> None:
        """Start at the file's own zero, or else at the first timestamp that comes.

        Args:
            interval_s: Nominal seconds from frame to frame, taken where a timestamp is missing.
            zero_s: What the stream's clock shows at media time 0: where the file begins, with its sound or its
                pictures, whichever come first. None takes the first timestamp.
        """
        self._interval_s = max(interval_s, MIN_STEP_S)
        self._zero_s = zero_s
        self._last_s: float | None = None

    @property
    def last_s(self) -> float | None:
        """Media time of the latest frame, or None before the first."""
        return self._last_s

    def place(self, stamp_s: float | None) -> float:
        """Return the media time of the next frame.

        Args:
            stamp_s: The stream's own time in seconds, or None where it gives none.
        """
        if self._last_s is None:
            if self._zero_s is None:
                self._zero_s = stamp_s
            self._last_s = 0.0 if stamp_s is None else max(stamp_s - (self._zero_s or 0.0), 0.0)
            return self._last_s
        expected_s = self._last_s + self._interval_s
        if stamp_s is None:
            time_s = expected_s
        elif self._zero_s is None:  # the first frame had no time of its own: this one fixes the clock
            self._zero_s = stamp_s - expected_s
            time_s = expected_s
        else:
            time_s = stamp_s - self._zero_s
            if time_s < self._last_s - MAX_STEP_BACK_S:
                self._zero_s = stamp_s - expected_s
                time_s = expected_s
        self._last_s = max(time_s, self._last_s + MIN_STEP_S)
        return self._last_s
