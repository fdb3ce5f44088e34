"""A part of a source."""

from collections.abc import Iterator

from mien.capture.source import FrameSource
from mien.core.frame import Frame, SourceInfo


class Excerpt:
    """Ends a source after some media time, counted from where it begins.

    Args:
        source: Any source.
        duration_s: Frames that are later than this after the source's beginning are left out.
    """

    def __init__(self, source: FrameSource, duration_s: float) -> None:
        self._source = source
        self._duration_s = duration_s

    @property
    def info(self) -> SourceInfo:
        """That of the source."""
        return self._source.info

    @property
    def notice(self) -> str | None:
        """That of the source."""
        return self._source.notice

    def frames(self) -> Iterator[Frame]:
        """Yield the frames of the first seconds."""
        for frame in self._source.frames():
            if frame.timestamp_s - self._source.info.start_s >= self._duration_s:
                return
            yield frame

    def close(self) -> None:
        """Close the source."""
        self._source.close()
