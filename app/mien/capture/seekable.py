"""A video file in which any frame can be had, exactly, forwards and backwards."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mien.capture.local_video import open_local_video
from mien.capture.picture import PictureMaker
from mien.capture.video_file import DEFAULT_FPS, nominal_fps
from mien.capture.video_index import read_index
from mien.core.arrays import Image
from mien.core.frame import Frame, SourceInfo
from mien.errors import VideoUnreadable, printable

if TYPE_CHECKING:
    from av import VideoFrame

CACHE_BYTES: Final = 192_000_000
"""Pictures around the position: 69 of 720p, 30 of 1080p."""
BEHIND: Final = 24
"""A good number of frames to keep for stepping back: a second, and 60 MB of 720p."""


class SeekableVideo:
    """Gives any frame of a file by its position or its time. Used by one thread at a time.

    A key frame at or before the wanted one is sought by the file's own index, and what follows is decoded. Frames
    come by their timestamps, so that B-frames, variable rates and long groups of pictures are exact; a container
    that seeks too far is asked again for an earlier place. Decoding goes on where it stands when that is nearer.

    Args:
        path: The file.
        go_on: Asked now and then while the file's packets are read; False gives up the rest.
        track: Which of its video tracks, from 1; None takes the one that players take.

    Attributes:
        info: What is known of the file; ``frame_count`` is exact.
        index: Where its frames lie.

    Raises:
        VideoUnreadable: No picture of it can be read.
    """

    def __init__(
        self, path: str | Path, go_on: Callable[[], bool] = lambda: True, track: int | None = None
    ) -> None:
        self._path = Path(path)
        self._track = track
        self._video = open_local_video(self._path, track)
        try:
            fps = nominal_fps(self._video)
            self.index = read_index(self._video, 1 / (fps or DEFAULT_FPS), go_on, self._path.name)
            self._pictures = PictureMaker(float(self._video.stream.sample_aspect_ratio or 1))
            self._kept: OrderedDict[int, Image] = OrderedDict()
            self._kept_bytes = 0
            self._run: Iterator[VideoFrame] | None = None
            self._at = -1
            first = self.frame(0)
        except BaseException:
            self._video.container.close()
            raise
        self.info = SourceInfo(
            name=printable(self._path.name),
            width_px=first.size_wh[0],
            height_px=first.size_wh[1],
            fps=fps,
            is_live=False,
            frame_count=len(self.index),
            has_audio=self._video.has_audio,
            path=str(self._path),
            remarks=(*((self._video.remark,) if self._video.remark else ()), *self._pictures.changes),
        )

    @property
    def duration_s(self) -> float:
        """Media time at which the last frame ends."""
        times_s = self.index.times_s
        length_s = float(times_s[-1] - times_s[0])
        interval_s = length_s / (len(times_s) - 1) if len(times_s) > 1 else 1 / DEFAULT_FPS
        return float(times_s[-1]) + interval_s

    @property
    def zero_s(self) -> float:
        """The stream's own time at media time 0, for what runs beside the pictures: the sound."""
        first_s = float(int(self.index.stamps[0]) * (self._video.stream.time_base or 0))
        return first_s - float(self.index.times_s[0])

    def frame(self, position: int, *, behind: int = 0) -> Frame:
        """Return the frame at a position, from 0; beyond the ends, the first or the last.

        A frame that is damaged beyond decoding is stood in for by the next one that can be decoded, or else by the
        last; it keeps its own index and time.

        Args:
            position: Which.
            behind: So many of the frames that are decoded on the way are kept, where there is room, for stepping
                back through them.

        Raises:
            VideoUnreadable: Nothing can be decoded there.
        """
        position = min(max(position, 0), len(self.index) - 1)
        image = self._kept.get(position)
        if image is not None:
            self._kept.move_to_end(position)
        else:
            image = self._decode(position, behind)
        return Frame(image, position, float(self.index.times_s[position]), time.monotonic())

    def close(self) -> None:
        """Release the file. Safe twice."""
        self._run = None
        self._kept.clear()
        self._video.container.close()

    def _decode(self, wanted: int, behind: int) -> Image:
        """Decode up to a frame, keep it and some before it, and return it."""
        key = int(self.index.keys[wanted])
        goes_on = self._run is not None and key <= self._at < wanted
        if not goes_on:
            self._seek(key)
        keep_from = wanted - min(behind, self._room_behind())
        last: VideoFrame | None = None
        for frame in self._frames():
            place = self.index.of_stamp(_stamp_of(frame))
            if place is None or (place < key and not goes_on):
                continue  # led by pictures that were not decoded, or hidden by an edit list
            self._at = place
            if place >= wanted:
                return self._keep(place, frame, also_as=wanted)
            if place >= keep_from:
                self._keep(place, frame)
            last = frame
        self._run = None
        if last is not None:
            return self._keep(wanted, last)
        nearest = max((place for place in self._kept if place <= wanted), default=None)
        if nearest is None:
            raise VideoUnreadable(f"{self._path.name}: no picture can be decoded at {self._clock(wanted)}")
        return self._kept[nearest]

    def _frames(self) -> Iterator["VideoFrame"]:
        if self._run is None:
            self._run = self._decoded()
        return self._run

    def _decoded(self) -> Iterator["VideoFrame"]:
        """Yield frames from where the container stands, skipping what cannot be decoded."""
        from av.error import EOFError as EndOfFile
        from av.error import FFmpegError

        packets = self._video.container.demux(self._video.stream)
        while True:
            try:
                packet = next(packets, None)
            except FFmpegError:
                return
            if packet is None:
                return
            try:
                yield from packet.decode()
            except EndOfFile:
                return
            except FFmpegError:
                continue

    def _seek(self, key: int) -> None:
        """Put the container at or before a key frame's packet, whatever its own index says."""
        from av.error import FFmpegError

        self._run = None
        self._at = -1
        container, stream = self._video.container, self._video.stream
        while True:
            start = int(self.index.starts[key])
            try:
                container.seek(start, stream=stream, backward=True)
                landed = next((p for p in container.demux(stream) if p.size), None)
            except FFmpegError:
                landed = None
            stamp = None if landed is None else (landed.dts if landed.dts is not None else landed.pts)
            if stamp is not None and stamp <= start:
                container.seek(start, stream=stream, backward=True)
                return
            if key == 0:
                break
            key = int(self.index.keys[key - 1])
        # Not even the first key frame can be sought: begin afresh.
        container.close()
        self._video = open_local_video(self._path, self._track)

    def _room_behind(self) -> int:
        info = getattr(self, "info", None)
        if info is None:
            return 0
        frame_bytes = max(info.width_px * info.height_px * 3, 1)
        return int(CACHE_BYTES // (2 * frame_bytes))

    def _keep(self, place: int, frame: "VideoFrame", also_as: int | None = None) -> Image:
        image = self._kept.get(place)
        if image is None:
            image = self._picture(frame)
            self._kept[place] = image
            self._kept_bytes += image.nbytes
        if also_as is not None and also_as != place and also_as not in self._kept:
            self._kept[also_as] = image  # the damaged frame's stand-in
            self._kept_bytes += image.nbytes
        while self._kept_bytes > CACHE_BYTES and len(self._kept) > 2:
            _, old = self._kept.popitem(last=False)
            self._kept_bytes -= old.nbytes
        return image

    def _picture(self, frame: "VideoFrame") -> Image:
        try:
            return self._pictures.make(frame)
        except (MemoryError, ValueError, OSError) as error:
            raise VideoUnreadable(
                f"{self._path.name}: its pictures cannot be converted ({error}); convert it to H.264 in MP4"
            ) from error

    def _clock(self, position: int) -> str:
        return f"{self.index.times_s[position]:.1f} s"


def _stamp_of(frame: "VideoFrame") -> int:
    stamp = frame.pts if frame.pts is not None else frame.dts
    return -1 if stamp is None else int(stamp)
