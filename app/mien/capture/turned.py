"""A source whose pictures are turned by quarter turns, for cameras and files that lie on their side."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mien.capture.seekable_picture import Seekable
from mien.capture.source import FrameSource, Unpluggable
from mien.core.frame import Frame, SourceInfo


class TurnedSeekable:
    """A video in which any frame can be had, turned clockwise; see ``Seekable``.

    Args:
        video: As it is.
        degrees: 90, 180 or 270, clockwise.
    """

    def __init__(self, video: Seekable, degrees: int) -> None:
        self._video = video
        self._degrees = degrees
        self.info = turned_info(video.info, degrees)
        self.index = video.index

    @property
    def duration_s(self) -> float:
        """That of the video."""
        return self._video.duration_s

    @property
    def zero_s(self) -> float:
        """That of the video."""
        return self._video.zero_s

    def frame(self, position: int, *, behind: int = 0) -> Frame:
        """Return the turned frame at a position."""
        return turned_frame(self._video.frame(position, behind=behind), self._degrees)

    def close(self) -> None:
        """Release the file. Safe twice."""
        self._video.close()


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
        return turned_info(self._source.info, self._degrees)

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
            yield turned_frame(frame, self._degrees)

    def close(self) -> None:
        """Close the source."""
        self._source.close()


def turned_info(info: SourceInfo, degrees: int) -> SourceInfo:
    """Return what is known of a source as it is after a turn."""
    size_wh = (info.width_px, info.height_px)
    width_px, height_px = size_wh if degrees == 180 else size_wh[::-1]
    remark = f"turned by {degrees}° clockwise"
    return replace(info, width_px=width_px, height_px=height_px, remarks=(*info.remarks, remark))


def turned_frame(frame: Frame, degrees: int) -> Frame:
    """Return a frame turned clockwise by 90, 180 or 270 degrees."""
    image = np.ascontiguousarray(np.rot90(frame.image, -(degrees // 90)))
    return Frame(image, frame.index, frame.timestamp_s, frame.captured_at_s)
