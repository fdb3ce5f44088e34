"""A source whose pictures are turned by quarter turns, for cameras and files that lie on their side."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mien.capture.source import FrameSource, Unpluggable
from mien.core.frame import Frame, SourceInfo


class Turned:
    """Turns every picture clockwise.

    Args:
        source: Any source.
        degrees: 90, 180 or 270, clockwise.
    """

    def __init__(self, source: FrameSource, degrees: int) -> None:
        if degrees not in (90, 180, 270):
            raise ValueError(f"Turned: expected 90, 180 or 270 degrees, got {degrees}")
        self._source = source
        self._degrees = degrees

    @property
    def info(self) -> SourceInfo:
        """That of the source, as it is after the turn."""
        info = self._source.info
        size_wh = (info.width_px, info.height_px)
        width_px, height_px = size_wh if self._degrees == 180 else size_wh[::-1]
        remark = f"turned by {self._degrees}° clockwise"
        return replace(info, width_px=width_px, height_px=height_px, remarks=(*info.remarks, remark))

    @property
    def notice(self) -> str | None:
        """That of the source."""
        return self._source.notice

    @property
    def is_connected(self) -> bool:
        """That of the source; True where it cannot go away."""
        return self._source.is_connected if isinstance(self._source, Unpluggable) else True

    def frames(self) -> Iterator[Frame]:
        """Yield the turned frames."""
        for frame in self._source.frames():
            image = np.ascontiguousarray(np.rot90(frame.image, -(self._degrees // 90)))
            yield Frame(image, frame.index, frame.timestamp_s, frame.captured_at_s)

    def close(self) -> None:
        """Close the source."""
        self._source.close()
