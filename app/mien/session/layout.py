"""The names of the files in a session's folder."""

from pathlib import Path
from typing import Final

DOCUMENT: Final = "session.json"
MARKERS: Final = "markers.json"
LOCK: Final = "session.lock"
READINGS: Final = "readings.parquet"
READINGS_CSV: Final = "readings.csv"
VIDEO_STEM: Final = "video"
OVERLAY_STEM: Final = "overlay"
THUMBNAIL: Final = "thumbnail.jpg"


def face_thumbnail(face_id: int) -> str:
    """Return the name of a face's thumbnail."""
    return f"face-{face_id}.jpg"


def is_session(path: Path) -> bool:
    """Tell whether ``path`` is the folder of a session."""
    return (path / DOCUMENT).is_file()


def file_within(folder: Path, name: str) -> Path | None:
    """Return the file that a session names, or None where it is not there.

    A session may come from a stranger: only files that lie in its own folder are taken, by their bare name, and no
    link that leads out of it.
    """
    if not is_plain(name):
        return None
    path = folder / name
    try:
        is_inside = path.resolve().parent == folder.resolve()
        return path if is_inside and path.is_file() else None
    except (OSError, RuntimeError):  # a link to itself is the latter before Python 3.13
        return None


def is_plain(name: str) -> bool:
    """Tell whether ``name`` is that of a file on any system, without folder, drive or stream."""
    return name not in ("", ".", "..") and not set(name) & set("/\\:\0")
