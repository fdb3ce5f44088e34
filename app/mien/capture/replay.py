"""A file played again and again, and a file played as if it came from a camera: for measuring."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from mien.capture.source import FrameSource
from mien.core.frame import Frame, SourceInfo


class ReplaySource:
    """Plays a source anew whenever it ends, for a given time, with timestamps that go on rising.

    Args:
        open_again: Opens the source from its beginning.
        duration_s: Wall-clock seconds after which it ends; 0 plays the source once.
        as_camera: Frames come at their own pace and do not wait for anybody.
    """

    def __init__(self, open_again: Callable[[], FrameSource], duration_s: float, *, as_camera: bool) -> None:
        self._open_again = open_again
        self._duration_s = duration_s
        self._as_camera = as_camera
        self._inner = open_again()
        self._closed = False
        info = self._inner.info
        self._info = replace(
            info,
            is_live=as_camera or info.is_live,
            frame_count=info.frame_count if duration_s == 0 else None,
        )

    @property
    def info(self) -> SourceInfo:
        """That of the source, live where it plays as a camera."""
        return self._info

    @property
    def notice(self) -> str | None:
        """That of the source."""
        return self._inner.notice

    def frames(self) -> Iterator[Frame]:
        """Yield the frames of one round after the other."""
        started_s = time.monotonic()
        index, offset_s, end_s = 0, 0.0, 0.0
        interval_s = 1.0 / (self._info.fps or 30.0)
        while not self._closed:
            for frame in self._inner.frames():
                timestamp_s = offset_s + frame.timestamp_s
                if self._as_camera:
                    time.sleep(max(started_s + timestamp_s - time.monotonic(), 0.0))
                yield Frame(frame.image, index, timestamp_s, time.monotonic())
                index, end_s = index + 1, timestamp_s + interval_s
                if self._closed or 0 < self._duration_s <= time.monotonic() - started_s:
                    return
            if self._duration_s == 0:
                return
            offset_s = end_s
            self._inner = self._open_again()

    def close(self) -> None:
        """End the playing."""
        self._closed = True
        self._inner.close()
