"""Which files of a folder are read: the one rule for folders of pictures and for batches."""

import os
import re
from pathlib import Path
from typing import Final

IMAGE_SUFFIXES: Final = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".webp", ".tif", ".tiff", ".pbm", ".pgm", ".ppm", ".pnm"),
        *(".jp2", ".heic", ".heif", ".avif"),
    )
)

_OWN: Final = re.compile(r".+\.(mien|part\d*)\.[^.]+")
"""What Mien writes beside its inputs, and what a crash leaves of it."""


def list_folder(folder: Path) -> list[Path]:
    """Return what lies in a folder and may be read, in natural order of the names ("2.jpg" before "10.jpg").

    Hidden files are skipped, and with them the ``._name.jpg`` that macOS puts beside pictures on foreign drives;
    so is what Mien wrote itself.

    Raises:
        OSError: It cannot be listed.
    """
    names = (name for name in os.listdir(folder) if not name.startswith(".") and not _OWN.fullmatch(name))
    return [folder / name for name in sorted(names, key=natural_key)]


def natural_key(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts numbers within names by value."""
    return [(int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in re.split(r"(\d+)", name)]
