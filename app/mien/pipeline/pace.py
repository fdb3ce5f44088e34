"""Holding frames back: until they are due, or while the user pauses."""

import threading
import time
from typing import Final

LATE_S: Final = 0.25
"""Later than this, the clock is set anew instead of rushing after it."""


class Pace:
    """Tells how long to wait so that media time runs no faster than time itself."""

    def __init__(self) -> None:
        self._offset_s: float | None = None

    def wait_s(self, timestamp_s: float) -> float:
        """Return the seconds until the frame of this media time is due."""
        now_s = time.monotonic()
        if self._offset_s is None or now_s - (self._offset_s + timestamp_s) > LATE_S:
            self._offset_s = now_s - timestamp_s
        return max(self._offset_s + timestamp_s - now_s, 0.0)


class Gate:
    """Stands behind the source: shut while paused, and lets a file's frames through when they are due.

    Args:
        pace: For a file that is watched; None lets frames through as fast as they come.
        skips: While shut, pass frames over (a camera) rather than wait (a file).
    """

    def __init__(self, pace: Pace | None, *, skips: bool) -> None:
        self._pace = pace
        self._skips = skips
        self._is_open = threading.Event()
        self._is_open.set()
        self._ended = threading.Event()

    def lets_through(self, timestamp_s: float) -> bool:
        """Wait as long as needed; say whether the frame goes on."""
        if self._skips:
            return self._is_open.is_set()
        self._is_open.wait()
        if self._pace is not None:
            self._ended.wait(self._pace.wait_s(timestamp_s))
        return True

    def shut(self) -> None:
        """Pause."""
        self._is_open.clear()

    def open(self) -> None:
        """Go on."""
        self._is_open.set()

    def end(self) -> None:
        """Hold nothing back any more: the run ends."""
        self._ended.set()
        self._is_open.set()
