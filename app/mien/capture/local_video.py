"""Opens a video file of this machine, and nothing else: no address, no playlist, no other file."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mien.errors import VideoUnreadable

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

MAX_DECODER_THREADS: Final = 4
"""More than the other stages can keep up with; and several processes may be at work on one machine."""

MAX_LATE_S: Final = 3600.0
"""Pictures that begin later than this after the file's zero are on another clock than its sound."""

REFUSED_FORMATS: Final = frozenset(
    {
        # playlists, manifests and devices: they lead to other files or to the network
        *("hls", "concat", "dash", "imf", "sdp", "rtp", "rtsp", "sap", "webm_dash_manifest", "image2", "lavfi"),
        *("alias_pix", "brender_pix", "fbdev", "kmsgrab", "v4l2", "video4linux2,v4l2", "x11grab", "xcbgrab"),
        # text art: FFmpeg shows any text file as a "video" of letters
        *("tty", "bin", "xbin", "adf", "idf"),
        # headerless data: any bytes would be pictures
        *("rawvideo", "data", "v210", "v210x", "bitpacked"),
    }
)


@dataclass(frozen=True, slots=True)
class LocalVideo:
    """An opened file and the stream that holds its pictures.

    Attributes:
        container: To demux and seek in; to be closed by its owner.
        stream: The best video stream, decoding on several threads.
        has_audio: Whether the file has a sound stream as well.
        remark: What people should know of the choice of the stream, or None.
    """

    container: "InputContainer"
    stream: "VideoStream"
    has_audio: bool
    remark: str | None = None

    @property
    def zero_s(self) -> float | None:
        """What the streams' clock shows where the file begins, as players count; None where nothing says so."""
        start_us, first = self.container.start_time, self.stream.start_time
        if start_us is None or first is None or self.stream.time_base is None:
            return None
        late_s = float(first * self.stream.time_base) - start_us / 1e6
        return start_us / 1e6 if 0 <= late_s <= MAX_LATE_S else None


def open_local_video(path: Path, track: int | None = None) -> LocalVideo:
    """Open a video file.

    The file is opened by its absolute path behind ``file:``, so that a name such as ``concat:a|b`` stays a
    name, with no protocol but ``file`` and no format that refers to other files.

    Args:
        path: The file.
        track: Which of its video tracks, from 1; None takes the one that players take.

    Raises:
        VideoUnreadable: It is missing, no file, empty, not permitted, no video, holds no picture or no such track.
    """
    import av
    from av.error import FFmpegError

    check_is_file(path)
    formats = ",".join(sorted(av.formats_available - REFUSED_FORMATS))
    try:
        container = av.open(
            f"file:{path.absolute()}",
            metadata_errors="replace",
            options={"protocol_whitelist": "file", "format_whitelist": formats},
        )
    except FFmpegError as error:
        raise VideoUnreadable(
            f"{path}: not a video that can be read, or cut off before its index ({error.strerror}); "
            "try another copy, or play it elsewhere to see whether it is whole"
        ) from error
    try:
        stream, remark = choose_video_stream(container, path, track)
    except VideoUnreadable:
        container.close()
        raise
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = min((os.cpu_count() or 1) + 1, MAX_DECODER_THREADS)
    return LocalVideo(container, stream, bool(container.streams.audio), remark)


def check_is_file(path: Path) -> None:
    """Check what can be said of a file without reading it.

    Raises:
        VideoUnreadable: It is missing, a folder, a device or a pipe, or empty.
    """
    try:
        if not path.exists():
            raise VideoUnreadable(f"{path}: no such file; check the path")
        if path.is_dir():
            raise VideoUnreadable(f"{path}: a folder, not a video; name a file in it")
        if not path.is_file():
            raise VideoUnreadable(f"{path}: not a regular file; save the video to a file first")
        if path.stat().st_size == 0:
            raise VideoUnreadable(f"{path}: the file is empty; try another copy")
        with path.open("rb"):
            pass
    except PermissionError as error:
        raise VideoUnreadable(f"{path}: may not be read; give yourself permission to read it") from error
    except (OSError, ValueError) as error:
        raise VideoUnreadable(f"{path}: cannot be opened ({error}); check the path") from error


def choose_video_stream(
    container: "InputContainer", path: Path, track: int | None = None
) -> "tuple[VideoStream, str | None]":
    """Return the stream with the moving pictures, and a word where there are several.

    Args:
        container: The opened file.
        path: For messages.
        track: Which one, from 1; None takes the one that players take.

    Raises:
        VideoUnreadable: There is none, or no such track; the cover picture of a song does not count.
    """
    from av.stream import Disposition

    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not moving:
        what = "holds sound but no pictures" if container.streams.audio else "holds no pictures"
        raise VideoUnreadable(f"{path}: {what}; choose a file with a video stream")
    decodable = [s for s in moving if s.codec_context is not None]
    if not decodable:
        raise VideoUnreadable(f"{path}: no decoder for its pictures; convert it to H.264 in MP4")
    if track is not None:
        if not 1 <= track <= len(moving) or moving[track - 1] not in decodable:
            raise VideoUnreadable(f"{path}: no video track {track} that can be read; it has {_named(moving)}")
        return moving[track - 1], None
    best = container.streams.best("video")
    chosen = next((s for s in decodable if best is not None and s.index == best.index), decodable[0])
    if len(moving) == 1:
        return chosen, None
    return chosen, f"has {_named(moving)}; track {moving.index(chosen) + 1} is read (choose with --track)"


def _named(streams: "list[VideoStream]") -> str:
    """Return the tracks in words: 2 video tracks: 1 "Sky", 2 "Man"."""
    titles = [stream.metadata.get("title", "") for stream in streams]
    each = ", ".join(f'{n} "{title}"' if title else str(n) for n, title in enumerate(titles, 1))
    return f"{len(streams)} video track{'s' * (len(streams) > 1)}: {each}"
