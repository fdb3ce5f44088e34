"""From what the user named to a source: the one factory of this package."""

import re
from pathlib import Path
from typing import Final

from mien.capture.excerpt import WHOLE, Excerpt, Part
from mien.capture.source import FrameSource
from mien.capture.source_spec import SourceSpec, is_picture
from mien.core.frame import SourceKind
from mien.errors import SourceError, VideoUnreadable

SYNTHETIC: Final = re.compile(
    r"synthetic(?P<live>-live)?(?::(?:(?P<width>\d{1,5})x(?P<height>\d{1,5}))?(?:@(?P<fps>\d+(?:\.\d+)?))?(?:x(?P<count>\d+))?)?"
)
MAX_SIDE_PX: Final = 16384
MAX_FPS: Final = 1000.0


def open_source(
    spec: SourceSpec, *, size_wh: tuple[int, int] | None = None, fps: float | None = None, part: Part = WHOLE
) -> FrameSource:
    """Open a source.

    Args:
        spec: What the user named.
        size_wh: Size to ask of a camera; nothing to other sources.
        fps: Rate to ask of a camera; nothing to other sources.
        part: Which part of it is read; only video files have a start and tracks to choose.

    Raises:
        SourceError: It cannot be opened, with the remedy.
    """
    assert part.rotate_deg != "auto"
    source = _turned(_open_whole(spec, size_wh, fps, part), part.rotate_deg)
    return source if part.seconds is None and not part.start_s else Excerpt(source, part)


def _open_whole(spec: SourceSpec, size_wh: tuple[int, int] | None, fps: float | None, part: Part) -> FrameSource:
    """Open a source, at the part's start and with its track where it is a video file."""
    if spec.kind.is_place and "\0" in spec.text:
        raise VideoUnreadable(f"{spec.text!r}: no such file; check the path")
    if spec.is_video:
        from mien.capture.video_file import VideoFile

        assert spec.path is not None
        return VideoFile(spec.path, part.track, part.start_s)
    if part.start_s:
        raise SourceError(f"{spec.text}: only a video file can be read from a later time on; leave the start out")
    if part.track is not None:
        raise SourceError(f"{spec.text}: only a video file has tracks to choose from; leave the track out")
    match spec.kind:
        case SourceKind.CAMERA:
            return _open_camera(spec.camera, size_wh, fps)
        case SourceKind.SYNTHETIC:
            return _open_synthetic(spec.text)
        case SourceKind.STREAM:
            from mien.capture.stream import NetworkStream

            return NetworkStream(spec.text)
    from mien.capture.image_folder import ImageFolder

    assert spec.path is not None
    return ImageFolder(spec.path)


def open_file(path: Path, part: Part = WHOLE) -> FrameSource:
    """Open a video or a picture of this machine, and nothing else.

    Args:
        path: The file.
        part: Which part of a video is read; how far every picture is turned.

    Raises:
        SourceError: It cannot be opened.
    """
    assert part.rotate_deg != "auto"
    source = _turned(_open_file(path, part), part.rotate_deg)
    return source if part.seconds is None and not part.start_s else Excerpt(source, part)


def _open_file(path: Path, part: Part) -> FrameSource:
    if is_picture(path):
        from mien.capture.image_folder import ImageFolder

        return ImageFolder(path)
    from mien.capture.video_file import VideoFile

    return VideoFile(path, part.track, part.start_s)


def _turned(source: FrameSource, rotate_deg: int) -> FrameSource:
    if not rotate_deg:
        return source
    from mien.capture.turned import Turned

    return Turned(source, rotate_deg)


def _open_camera(which: str, size_wh: tuple[int, int] | None, fps: float | None) -> FrameSource:
    from mien.capture.camera import DEFAULT_FPS, DEFAULT_SIZE_WH, CameraSource

    return CameraSource(which or None, size_wh or DEFAULT_SIZE_WH, fps or DEFAULT_FPS)


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
