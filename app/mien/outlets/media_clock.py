"""What media time it is: for whatever comes from outside while a run goes on."""

import threading
from typing import TYPE_CHECKING

from mien.sinks.sink import Sink

if TYPE_CHECKING:
    from mien.core.arrays import Image
    from mien.core.face import FrameResult


class MediaClock(Sink):
    """A sink that knows which moment of the source corresponds to which moment of this machine's clock.

    Of a camera each moment has its media time, to the millisecond. Of a file, which may be read faster or slower
    than it plays, the media time is that of the newest result.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_live = False
        self._newest: tuple[float, float] | None = None

    def begin(self, *, is_live: bool) -> None:
        """A new run starts, and none of its frames is there yet."""
        with self._lock:
            self._is_live, self._newest = is_live, None

    def media_time_s(self, monotonic_s: float) -> float | None:
        """Return the media time at a moment, 0 or more; None while nothing runs.

        Args:
            monotonic_s: On the clock of ``time.monotonic()``.
        """
        with self._lock:
            if self._newest is None:
                return None
            time_s, captured_at_s = self._newest
            return max(time_s + (monotonic_s - captured_at_s if self._is_live else 0.0), 0.0)

    def write(self, result: "FrameResult", picture: "Image | None") -> None:
        """Note one frame's times."""
        with self._lock:
            self._newest = result.frame.timestamp_s, result.frame.captured_at_s

    def finish(self) -> None:
        """The run is over: there is no media time until the next."""
        with self._lock:
            self._newest = None

    def abort(self) -> None:
        """As ``finish``."""
        self.finish()
