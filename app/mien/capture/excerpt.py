"""A part of a source."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from mien.capture.source import FrameSource
from mien.core.frame import Frame, SourceInfo

Rotation = int | Literal["auto"]


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a source is read.

    Attributes:
        start_s: Media time to begin at, of a video file.
        seconds: How much media time from there on; None for all.
        track: Which video track of a file, from 1; None takes the one that players take.
        rotate_deg: How far every picture is turned clockwise: 0, 90, 180 or 270; "auto" until it was found out,
            see ``mien.composition.open_to_read``.
    """

    start_s: float = 0.0
    seconds: float | None = None
    track: int | None = None
    rotate_deg: Rotation = 0


WHOLE: Final = Part()


class Excerpt:
    """Ends a source after some media time, counted from where it begins.

    Args:
        source: Any source.
        part: Which part; the source begins at its start already.
    """

    def __init__(self, source: FrameSource, part: Part) -> None:
        self._source = source
        self._end_s = math.inf if part.seconds is None else part.start_s + part.seconds
        self._seconds = part.seconds

    @property
    def info(self) -> SourceInfo:
        """That of the source, with as many frames as the part is expected to have."""
        info = self._source.info
        if info.fps <= 0:
            return info
        count = info.frame_count
        if count is not None:
            count = max(count - math.floor(info.start_s * info.fps), 1)
        if self._seconds is not None:
            by_time = math.ceil(self._seconds * info.fps)
            count = by_time if count is None else min(count, by_time)
        return replace(info, frame_count=count)

    @property
    def notice(self) -> str | None:
        """That of the source."""
        return self._source.notice

    def frames(self) -> Iterator[Frame]:
        """Yield the frames of the part."""
        for frame in self._source.frames():
            if frame.timestamp_s >= self._end_s:
                return
            yield frame

    def close(self) -> None:
        """Close the source."""
        self._source.close()
