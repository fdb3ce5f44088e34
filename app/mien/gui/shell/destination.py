"""Which place opens what."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mien.gui.live.controller import is_camera
from mien.gui.place import Place

PICTURES: Final = frozenset(
    (".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".webp", ".tif", ".tiff", ".pbm", ".pgm", ".ppm", ".pnm", ".jp2")
)
"""As in ``mien.capture.image_folder``, which is too heavy to import for a list; a test compares them."""
_SESSION_FILE: Final = "session.json"


def destination_of(spec: str) -> Place:
    """Return the place for one thing: what is live or stands still goes to Live, videos and sessions to Review."""
    if is_camera(spec) or spec.strip().partition(":")[0] in ("synthetic", "synthetic-live"):
        return Place.LIVE
    path = Path(spec).expanduser()
    if path.suffix.lower() in PICTURES or (path.is_dir() and not is_session(path)):
        return Place.LIVE
    return Place.REVIEW


def destination_of_drop(paths: Sequence[str]) -> Place:
    """Return the place for what was dropped: many files, or a folder that is no session, are work for Batch."""
    first = Path(paths[0])
    if len(paths) > 1 or (first.is_dir() and not is_session(first)):
        return Place.BATCH
    return destination_of(paths[0])


def is_session(folder: Path) -> bool:
    """Return whether a folder holds a recorded session."""
    return (folder / _SESSION_FILE).is_file()
