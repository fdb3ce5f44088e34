"""A video file as a source: every frame once, in order, at its true time."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from mien.capture.local_video import LocalVideo, open_local_video
from mien.capture.picture import PictureMaker
from mien.capture.timeline import Timeline
from mien.core.arrays import Image
from mien.core.frame import Frame, SourceInfo
from mien.errors import VideoUnreadable, printable

if TYPE_CHECKING:
    from av import VideoFrame

DEFAULT_FPS: Final = 25.0
MAX_FPS: Final = 480.0
"""A nominal rate beyond this is the clock of the container (WebM's 1000), unless the file counts its frames."""

MISSING_SHARE: Final = 0.02
MISSING_FRAMES: Final = 3
MISSING_S: Final = 1.0
"""Fewer frames than the file's own index counts are reported beyond this share and this number, and pictures that
end earlier than the header says beyond this share and time. A count made of length and rate is a guess, for
progress alone: rates change on the way."""

COUNT_TOLERANCE: Final = 1.1


class VideoFile:
    """Reads a video file.

    The first frame is decoded when the source is built, so that a file without readable pictures is refused
    at once and the size is exact. Damage later on loses nothing that can be read: damaged packets are
    skipped, a file that was cut off ends where it ends, and ``notice`` says so.
    """

    def __init__(self, path: str | Path, track: int | None = None, start_s: float = 0.0) -> None:
        """Open a file.

        Args:
            path: The file.
            track: Which of its video tracks, from 1; None takes the one that players take.
            start_s: Media time to begin at; frames keep the numbers and times that they have in the file.

        Raises:
            VideoUnreadable: No picture of it can be read, or it ends before ``start_s``.
        """
        self._path = Path(path)
        self._name = printable(self._path.name)
        self._video = open_local_video(self._path, track)
        self._fps = nominal_fps(self._video)
        self._timeline = Timeline(1 / (self._fps or DEFAULT_FPS), self._video.zero_s)
        self._pictures = PictureMaker(float(self._video.stream.sample_aspect_ratio or 1))
        self._closed = threading.Event()
        self._lock = threading.Lock()  # held while the container is in use
        self._damaged_packets = 0
        self._decoded = 0
        self._longest_s = 0.0
        self._start_s = start_s
        self._skip_until: int | None = None
        self._notice: str | None = None
        try:
            if start_s > 0:
                self._seek(start_s)
            self._frames = self._decode()
            self._first = next(self._frames, None)
            if self._first is None:
                raise VideoUnreadable(f"{self._path}: no frame of it can be decoded; try another copy")
            self._info = self._describe(self._first)
        except BaseException:
            self._video.container.close()
            raise

    @property
    def info(self) -> SourceInfo:
        """What the file says of itself; the remarks grow with what was done to the pictures."""
        remarks = (*((self._video.remark,) if self._video.remark else ()), *self._pictures.changes)
        if remarks != self._info.remarks:
            self._info = replace(self._info, remarks=remarks)
        return self._info

    @property
    def notice(self) -> str | None:
        """What was damaged so far, or None."""
        return self._notice

    def frames(self) -> Iterator[Frame]:
        """Yield every frame that can be decoded, in order of presentation.

        Raises:
            VideoUnreadable: The file cannot be read any more, or its pictures need more memory than there is.
        """
        with self._lock:
            try:
                while not self._closed.is_set():
                    frame = self._first or next(self._frames, None)
                    self._first = None
                    if frame is None:
                        if not self._closed.is_set():
                            self._report_missing()
                        return
                    yield frame
            finally:
                self._video.container.close()

    def close(self) -> None:
        """End ``frames`` after the frame at hand."""
        self._closed.set()
        if self._lock.acquire(blocking=False):  # nobody reads; otherwise the reader closes when it sees the flag
            try:
                self._first = None
                self._video.container.close()
            finally:
                self._lock.release()

    def _decode(self) -> Iterator[Frame]:
        """Yield frames, skipping packets that cannot be decoded."""
        from av.error import EOFError as EndOfFile
        from av.error import FFmpegError

        packets = self._video.container.demux(self._video.stream)
        while not self._closed.is_set():
            try:
                packet = next(packets, None)
            except FFmpegError as error:  # the disk, or a container too broken to go on
                self._notice = f"{self._name}: reading stopped early ({error.strerror}); the rest is lost"
                return
            if packet is None:
                return
            try:
                decoded = packet.decode()
            except EndOfFile:
                return
            except FFmpegError:
                self._damaged_packets += 1
                self._notice = f"{self._name}: damaged, {self._damaged_packets} parts could not be decoded"
                continue
            while decoded:
                picture = decoded.pop(0)
                if self._skip_until is not None and (picture.pts or 0) < self._skip_until:
                    continue
                before_s = self._timeline.last_s
                time_s = self._timeline.place(_stamp_s(picture))
                self._longest_s = max(self._longest_s, time_s - (time_s if before_s is None else before_s))
                self._decoded += 1
                yield Frame(self._picture(picture), self._decoded - 1, time_s, time.monotonic())

    def _seek(self, start_s: float) -> None:
        """Stand at the key frame from which the first frame at or after ``start_s`` can be decoded."""
        from mien.capture.video_index import read_index

        index = read_index(self._video, 1 / (self._fps or DEFAULT_FPS), name=self._path.name)
        first = int(np.searchsorted(index.times_s, start_s - 1e-6))
        if first == len(index):
            raise VideoUnreadable(
                f"{self._path.name}: its last picture stands at {index.times_s[-1]:.1f} s; choose an earlier start"
            )
        stream = self._video.stream
        start = int(index.starts[int(index.keys[first])])
        self._video.container.seek(start, stream=stream, backward=True)
        self._skip_until = int(index.stamps[first])
        self._decoded = first
        zero_s = float(int(index.stamps[first]) * (stream.time_base or 0)) - float(index.times_s[first])
        self._timeline = Timeline(1 / (self._fps or DEFAULT_FPS), zero_s)

    def _picture(self, frame: "VideoFrame") -> Image:
        try:
            return self._pictures.make(frame)
        except (MemoryError, ValueError, OSError) as error:  # FFmpegError is an OSError or a ValueError
            raise VideoUnreadable(
                f"{self._path}: its {frame.width}x{frame.height} {frame.format.name} pictures cannot be converted "
                f"({error}); convert it to H.264 in MP4"
            ) from error

    def _describe(self, first: Frame) -> SourceInfo:
        return SourceInfo(
            name=self._name,
            width_px=first.size_wh[0],
            height_px=first.size_wh[1],
            fps=self._fps,
            is_live=False,
            frame_count=_expected_frames(self._video, self._fps),
            has_audio=self._video.has_audio,
            path=str(self._path),
            start_s=self._start_s,
        )

    def _report_missing(self) -> None:
        """Say so where the file's index counts clearly more frames, or its pictures end too early."""
        last_s = self._timeline.last_s or 0.0
        if self._video.stream.frames > 0:
            announced = _announced_frames(self._video, self._fps) or 0
            if announced - self._decoded > max(MISSING_FRAMES, MISSING_SHARE * announced):
                self._notice = (
                    f"{self._name}: damaged or cut off, {self._decoded} of {announced} frames could be read "
                    f"(up to {last_s:.1f} s)"
                )
            return
        length_s = _video_duration_s(self._video) or 0.0
        # The last picture may stand as long as any before it.
        if length_s - last_s > max(MISSING_S, MISSING_SHARE * length_s) + self._longest_s:
            self._notice = (
                f"{self._name}: damaged or cut off, its pictures end at {last_s:.1f} s of {length_s:.1f} s"
            )


def _stamp_s(frame: "VideoFrame") -> float | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return float(frame.pts * frame.time_base)


def nominal_fps(video: LocalVideo) -> float:
    """Return frames per second, 0.0 where the file says nothing that can be believed."""
    counted = video.stream.average_rate if video.stream.frames > 1 else None
    if counted and counted > MAX_FPS:
        return float(counted)
    for rate in (video.stream.average_rate, video.stream.guessed_rate, video.stream.base_rate):
        if rate and 0 < rate <= MAX_FPS:
            return float(rate)
    return 0.0


def _video_duration_s(video: LocalVideo) -> float | None:
    """Return how long the pictures last by the header, or None where only the sound may last that long."""
    stream = video.stream
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    tag = stream.metadata.get("DURATION", "")  # Matroska's, "00:00:03.080000000"
    parts = tag.split(":")
    if len(parts) == 3 and all(part.replace(".", "", 1).isdigit() for part in parts):
        return float(int(parts[0]) * 3600 + int(parts[1]) * 60 + Fraction(parts[2]))
    if video.container.duration and not video.has_audio:
        return video.container.duration / 1e6
    return None


def _announced_frames(video: LocalVideo, fps: float) -> int | None:
    """Return the least number of frames that the header announces, or None.

    Of the two figures a header may give the smaller counts: one includes frames that an edit list hides, the
    other a rest that was cut off.
    """
    duration_s = _video_duration_s(video)
    by_time = round(duration_s * fps) if duration_s and fps else 0
    return min((count for count in (video.stream.frames, by_time) if count > 0), default=None)


def _expected_frames(video: LocalVideo, fps: float) -> int | None:
    """Return how many frames to expect, for progress: as counted by the header, else by the file's length."""
    announced = _announced_frames(video, fps)
    if announced is None:
        duration_us = video.container.duration
        return max(1, round(duration_us / 1e6 * fps)) if duration_us and fps else None
    counted = video.stream.frames
    return counted if announced < counted < announced * COUNT_TOLERANCE else announced
