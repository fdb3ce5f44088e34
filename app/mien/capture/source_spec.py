"""What the user named as a source, understood once, for all who ask what it is."""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mien.capture.listing import IMAGE_SUFFIXES
from mien.core.frame import SourceKind
from mien.errors import SourceError
from mien.places import from_home

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
"""A scheme of two letters or more: one letter is a drive of Windows."""

_DEVICES: Final = ("/dev/video", "/dev/v4l/")
_SYNTHETIC: Final = ("synthetic", "synthetic-live")


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source that was named; whether it is there shows when it is opened. Made by ``parse_source``.

    Attributes:
        text: As it was named, without blanks around it.
        kind: What it is.
        path: Of a file or a folder, or None.
        camera: Of a camera: its number, its name or its path; empty for the first one.
    """

    text: str
    kind: SourceKind
    path: Path | None = None
    camera: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether it is a file with a picture."""
        return self.kind is SourceKind.FILE and self.path is not None and is_picture(self.path)

    @property
    def is_video(self) -> bool:
        """Whether it is a file with a video."""
        return self.kind is SourceKind.FILE and not self.is_picture


def parse_source(text: str) -> SourceSpec:
    """Understand what the user named.

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

    Raises:
        SourceError: Nothing was named.
    """
    text = text.strip()
    if not text:
        raise SourceError("No input was named; name a file, a folder, a camera or a stream")
    kind, _, rest = text.partition(":")
    if kind == "camera":
        return SourceSpec(text, SourceKind.CAMERA, camera=rest.strip())
    if kind in _SYNTHETIC:
        return SourceSpec(text, SourceKind.SYNTHETIC)
    if _ADDRESS.match(text):
        return SourceSpec(text, SourceKind.STREAM)
    if (text.isdecimal() and not os.path.exists(text)) or _is_device(text):
        return SourceSpec(text, SourceKind.CAMERA, camera=text)
    path = from_home(text)
    return SourceSpec(text, SourceKind.FOLDER if os.path.isdir(path) else SourceKind.FILE, path)


def kind_of_source(text: str) -> SourceKind | None:
    """Return what is named, or None where nothing that could be a source is."""
    try:
        return parse_source(text).kind
    except SourceError:
        return None


def is_picture(path: Path) -> bool:
    """Whether a file is a picture, by its name."""
    return path.suffix.lower() in IMAGE_SUFFIXES


def _is_device(text: str) -> bool:
    """Tell whether a path leads to a device, such as a camera, or names one that is away."""
    if text.startswith(_DEVICES):
        return True
    try:
        return stat.S_ISCHR(os.stat(text).st_mode)
    except (OSError, ValueError):
        return False
