"""A single picture as a video of one frame, for who can seek in videos."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from mien.capture.listing import IMAGE_SUFFIXES
from mien.capture.seekable import SeekableVideo
from mien.capture.still import read_still
from mien.capture.video_file import VideoFile
from mien.capture.video_index import VideoIndex
from mien.core.arrays import read_only
from mien.core.frame import Frame, SourceInfo

DURATION_S: Final = 1.0
_BLANK: Final = 46
_BLANK_TEXT: Final = (120, 120, 120)


class Seekable(Protocol):
    """What gives any frame by its position; see ``SeekableVideo``."""

    info: SourceInfo
    index: VideoIndex

    @property
    def duration_s(self) -> float:
        """Media time at which the last frame ends."""

    @property
    def zero_s(self) -> float:
        """The time of what runs beside the pictures at media time 0."""

    def frame(self, position: int, *, behind: int = 0) -> Frame:
        """Return the frame at a position, from 0."""

    def close(self) -> None:
        """Release the file. Safe twice."""


class SeekablePicture:
    """See ``Seekable``.

    Args:
        path: The picture.

    Raises:
        VideoUnreadable: It cannot be read.
    """

    duration_s: Final = DURATION_S
    zero_s: Final = 0.0

    def __init__(self, path: Path) -> None:
        self._image = read_still(path)
        height, width = self._image.shape[:2]
        self.info = SourceInfo(
            path.name, width, height, 1 / DURATION_S, is_live=False, frame_count=1, path=str(path)
        )
        zeros = read_only(np.zeros(1, np.int64))
        self.index = VideoIndex(zeros, read_only(np.zeros(1, np.float64)), zeros, zeros)

    def frame(self, position: int, *, behind: int = 0) -> Frame:
        """Return the picture."""
        return Frame(self._image, 0, 0.0, time.monotonic())

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True, eq=False)
class NoVideo:
    """What is played where readings have no video: a gray picture at each of their times.

    Attributes:
        name: For people.
        times_s: (N,) float64 media times, rising, at least one.
        size_wh: Width and height of the picture, pixels.
    """

    name: str
    times_s: npt.NDArray[np.float64]
    size_wh: tuple[int, int]


class SeekableBlank:
    """See ``Seekable``.

    Args:
        stands_for: What it is.
    """

    zero_s: Final = 0.0

    def __init__(self, stands_for: NoVideo) -> None:
        width, height = stands_for.size_wh
        image = np.full((height, width, 3), _BLANK, np.uint8)
        scale = max(height / 480, 0.4)
        (text_px, _), _ = cv2.getTextSize("No video", cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
        place = ((width - text_px) // 2, round(height * 0.96))
        cv2.putText(image, "No video", place, cv2.FONT_HERSHEY_SIMPLEX, scale, _BLANK_TEXT, 1, cv2.LINE_AA)
        self._image = read_only(image)
        self.info = SourceInfo(
            stands_for.name, width, height, 0.0, is_live=False, frame_count=len(stands_for.times_s)
        )
        places = read_only(np.arange(len(stands_for.times_s), dtype=np.int64))
        self.index = VideoIndex(places, read_only(np.asarray(stands_for.times_s)), places, places)

    @property
    def duration_s(self) -> float:
        """Media time at which the last picture ends."""
        times_s = self.index.times_s
        interval_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else DURATION_S
        return float(times_s[-1]) + interval_s

    def frame(self, position: int, *, behind: int = 0) -> Frame:
        """Return the picture at a position, from 0; beyond the ends, the first or the last."""
        position = min(max(position, 0), len(self.index) - 1)
        return Frame(self._image, position, float(self.index.times_s[position]), time.monotonic())

    def close(self) -> None:
        """Nothing is open."""


def is_picture(path: Path) -> bool:
    """Tell whether a file is a picture, by its name."""
    return path.suffix.lower() in IMAGE_SUFFIXES


def open_seekable(path: Path | NoVideo, go_on: Callable[[], bool] = lambda: True, rotate_deg: int = 0) -> Seekable:
    """Open a video, or a picture.

    Args:
        path: The file, or what stands for one.
        go_on: Asked now and then while the file's packets are read; False gives up the rest.
        rotate_deg: How far every picture is turned clockwise: 0, 90, 180 or 270.

    Raises:
        VideoUnreadable: No picture of it can be read.
    """
    if isinstance(path, NoVideo):
        return SeekableBlank(path)
    video: Seekable = SeekablePicture(path) if is_picture(path) else SeekableVideo(path, go_on)
    if not rotate_deg:
        return video
    from mien.capture.turned import TurnedSeekable

    return TurnedSeekable(video, rotate_deg)


def check_opens(path: Path) -> None:
    """Read the first picture of a video, or a picture, and keep nothing.

    Raises:
        VideoUnreadable: No picture of it can be read.
    """
    if is_picture(path):
        read_still(path)
    else:
        VideoFile(path).close()
