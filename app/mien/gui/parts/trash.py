"""The desktop's own trash."""

from pathlib import Path

from PySide6.QtCore import QFile


def move_to_trash(path: Path) -> Path | None:
    """Move a file or a folder into the trash; return where it lies there, or None where there is no trash."""
    file = QFile(str(path))
    return Path(file.fileName()) if file.moveToTrash() else None
