"""From what the user names to a source: the one factory of this package."""

import os
import re
import stat
from pathlib import Path
from typing import Final

from mien.capture.excerpt import WHOLE, Excerpt, Part
from mien.capture.listing import IMAGE_SUFFIXES
from mien.capture.source import FrameSource
from mien.errors import SourceError, VideoUnreadable
from mien.places import from_home

ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
"""A scheme of two letters or more: one letter is a drive of Windows."""

SYNTHETIC: Final = re.compile(
    r"synthetic(?P<live>-live)?(?::(?:(?P<width>\d{1,5})x(?P<height>\d{1,5}))?(?:@(?P<fps>\d+(?:\.\d+)?))?(?:x(?P<count>\d+))?)?"
)
LIVE_NAMES: Final = ("camera", "synthetic", "synthetic-live")
MAX_SIDE_PX: Final = 16384
MAX_FPS: Final = 1000.0


def open_source(
    spec: str, *, size_wh: tuple[int, int] | None = None, fps: float | None = None, part: Part = WHOLE
) -> FrameSource:
    """Open what the user named.

    =============================  =============================================================
    ``camera``                     the first camera
    ``camera:1``, ``1``            a camera by its number; a file or folder named ``1`` comes first
    ``camera:Logitech``            a camera by its name or a part of it
    ``camera:/dev/video1``         a camera by its path, also without ``camera:``
    ``synthetic``                  a test picture, also ``synthetic:640x480@30x100`` for 100 frames of it;
                                   ``synthetic-live`` keeps to the clock
    ``rtsp://…``, ``http://…``     a network stream
    anything else                  a folder of pictures, a picture or a video file
    =============================  =============================================================

    A file whose name reads as one of these is named with its folder: ``./camera``.

    Args:
        spec: What the user typed or chose.
        size_wh: Size to ask of a camera; nothing to other sources.
        fps: Rate to ask of a camera; nothing to other sources.
        part: Which part of it is read; only video files have a start and tracks to choose.

    Raises:
        SourceError: It cannot be opened, with the remedy.
    """
    source = _open_whole(spec, size_wh, fps, part)
    if part.rotate_deg:
        from mien.capture.turned import Turned

        source = Turned(source, part.rotate_deg)
    return source if part.seconds is None and not part.start_s else Excerpt(source, part)


def _open_whole(spec: str, size_wh: tuple[int, int] | None, fps: float | None, part: Part) -> FrameSource:
    """Open a source, at the part's start and with its track where it is a video file."""
    spec = spec.strip()
    if not spec:
        raise SourceError("No input was named; name a file, a folder, a camera or a stream")
    if _is_video_file(spec):
        from mien.capture.video_file import VideoFile

        return VideoFile(_path_of(spec), part.track, part.start_s)
    if part.start_s:
        raise SourceError(f"{spec}: only a video file can be read from a later time on; leave the start out")
    if part.track is not None:
        raise SourceError(f"{spec}: only a video file has tracks to choose from; leave the track out")
    kind, _, rest = spec.partition(":")
    if names_camera(spec):
        return _open_camera(rest if kind == "camera" else spec, size_wh, fps)
    if kind in ("synthetic", "synthetic-live"):
        return _open_synthetic(spec)
    if ADDRESS.match(spec):
        from mien.capture.stream import NetworkStream

        return NetworkStream(spec)
    from mien.capture.image_folder import ImageFolder

    return ImageFolder(_path_of(spec))


def open_file(path: Path) -> FrameSource:
    """Open a video or a picture of this machine, and nothing else.

    Raises:
        SourceError: It cannot be opened.
    """
    if path.suffix.lower() in IMAGE_SUFFIXES:
        from mien.capture.image_folder import ImageFolder

        return ImageFolder(path)
    from mien.capture.video_file import VideoFile

    return VideoFile(path)


def _open_camera(which: str, size_wh: tuple[int, int] | None, fps: float | None) -> FrameSource:
    from mien.capture.camera import DEFAULT_FPS, DEFAULT_SIZE_WH, CameraSource

    return CameraSource(which.strip() or None, size_wh or DEFAULT_SIZE_WH, fps or DEFAULT_FPS)


def _open_synthetic(spec: str) -> FrameSource:
    from mien.capture.synthetic import SyntheticSource

    match = SYNTHETIC.fullmatch(spec)
    if match is None:
        raise SourceError(f"{spec}: no such test picture; write it as synthetic:640x480@30x100")
    width, height = int(match["width"] or 1280), int(match["height"] or 720)
    rate = float(match["fps"] or 30.0)
    if not (1 <= width <= MAX_SIDE_PX and 1 <= height <= MAX_SIDE_PX and 0 < rate <= MAX_FPS):
        raise SourceError(f"{spec}: no such test picture; sides of 1 to {MAX_SIDE_PX}, rates up to {MAX_FPS:.0f}")
    count = int(match["count"]) if match["count"] else None
    return SyntheticSource((width, height), rate, count, is_live=bool(match["live"]))


def _path_of(spec: str) -> Path:
    if "\0" in spec:
        raise VideoUnreadable(f"{spec!r}: no such file; check the path")
    return from_home(spec)


def names_camera(spec: str) -> bool:
    """Whether a source's name means a camera of this machine."""
    spec = spec.strip()
    is_number = spec.isdecimal() and not os.path.exists(spec)
    return spec.partition(":")[0] == "camera" or is_number or _is_device(spec)


def _is_video_file(spec: str) -> bool:
    """Tell whether none of the other sources is named."""
    kind = spec.partition(":")[0]
    if kind in LIVE_NAMES or ADDRESS.match(spec) or _is_device(spec):
        return False
    if spec.isdecimal() and not os.path.exists(spec):
        return False
    path = _path_of(spec)
    return not (os.path.isdir(path) or path.suffix.lower() in IMAGE_SUFFIXES)


def _is_device(spec: str) -> bool:
    """Tell whether a path leads to a device, such as a camera, or names one that is away."""
    if spec.startswith(("/dev/video", "/dev/v4l/")):
        return True
    try:
        return stat.S_ISCHR(Path(spec).stat().st_mode)
    except (OSError, ValueError):
        return False
