"""Media time: repairs timestamps so that they start at 0 and strictly increase."""

from typing import Final

MIN_STEP_S: Final = 0.001
"""The smallest step between two frames: detectors that work on video count in whole milliseconds."""

MAX_STEP_BACK_S: Final = 1.0
"""A step back beyond this is a new clock (joined recordings), not a frame out of order."""


class Timeline:
    """Turns the timestamps of one stream, as they come, into media time."""

    def __init__(self, interval_s: float) -> None:
        """Start at the first timestamp that comes.

        Args:
            interval_s: Nominal seconds from frame to frame, taken where a timestamp is missing.
        """
        self._interval_s = max(interval_s, MIN_STEP_S)
        self._zero_s: float | None = None
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
            self._zero_s = stamp_s
            self._last_s = 0.0
            return 0.0
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
