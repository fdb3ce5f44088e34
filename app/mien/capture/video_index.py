"""Where every frame of a video file lies, found by reading its packets without decoding them."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from mien.capture.local_video import LocalVideo
from mien.capture.timeline import Timeline
from mien.core.arrays import read_only
from mien.errors import VideoUnreadable


@dataclass(frozen=True, slots=True, eq=False)
class VideoIndex:
    """The frames of a file in order of presentation. All arrays are read-only and N long.

    Attributes:
        stamps: (N,) int64 presentation timestamps in the stream's own units, not falling.
        times_s: (N,) float64 media time, strictly increasing, the same as ``VideoFile`` gives.
        keys: (N,) int64, for each frame the position of the key frame at which decoding has to start.
        starts: (N,) int64 decoding timestamp of each frame's packet, to seek to.
    """

    stamps: npt.NDArray[np.int64]
    times_s: npt.NDArray[np.float64]
    keys: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.stamps)

    def at(self, time_s: float) -> int:
        """Return which frame is on screen at a media time; the first before it begins."""
        return max(int(np.searchsorted(self.times_s, time_s + 1e-6, side="right")) - 1, 0)

    def of_stamp(self, stamp: int) -> int | None:
        """Return the position of the frame with a timestamp, or None where there is none."""
        place = int(np.searchsorted(self.stamps, stamp))
        return place if place < len(self.stamps) and self.stamps[place] == stamp else None


def read_index(
    video: LocalVideo, interval_s: float, go_on: Callable[[], bool] = lambda: True, name: str = "video"
) -> VideoIndex:
    """Read all packets of the video stream, some 100 000 a second, and rewind.

    Args:
        video: Opened; left at its beginning.
        interval_s: Nominal seconds from frame to frame, for packets without a timestamp.
        go_on: Asked now and then; False ends the reading early with what is there.
        name: For the message.

    Raises:
        VideoUnreadable: There is no packet with a picture.
    """
    packets = _packets(video, go_on)
    if not packets:
        raise VideoUnreadable(f"{name}: holds no picture that can be found; try another copy")
    table = np.array(packets, np.int64).reshape(-1, 3)
    order = np.argsort(table[:, 0], kind="stable")
    stamps, starts, is_key = table[order, 0], table[order, 1], table[order, 2].astype(bool)
    is_key[0] = True  # whatever the file says, decoding starts there
    keys = np.maximum.accumulate(np.where(is_key, np.arange(len(stamps)), 0))
    timeline = Timeline(interval_s, video.zero_s)
    base_s = video.stream.time_base or Fraction(0)
    # Integers divided, as exact as the fractions of ``VideoFile`` and ten times as fast.
    over, under = base_s.numerator, base_s.denominator
    times_s = np.array([timeline.place(stamp * over / under) for stamp in stamps.tolist()])
    arrays: tuple[npt.NDArray[Any], ...] = (stamps, times_s, keys, starts)
    return VideoIndex(*(read_only(array) for array in arrays))


def _packets(video: LocalVideo, go_on: Callable[[], bool]) -> list[tuple[int, int, int]]:
    """Return presentation and decoding timestamp of each packet that gives a frame, and whether it is a key."""
    from av.error import FFmpegError

    packets: list[tuple[int, int, int]] = []
    try:
        for packet in video.container.demux(video.stream):
            if packet.size == 0 or packet.is_discard:
                continue
            stamp = packet.pts if packet.pts is not None else packet.dts
            if stamp is None:
                continue
            start = packet.dts if packet.dts is not None else stamp
            packets.append((stamp, start, int(packet.is_keyframe)))
            if len(packets) % 4096 == 0 and not go_on():
                break
    except FFmpegError:
        pass  # cut off or damaged: what was found until here can be shown
    return packets
