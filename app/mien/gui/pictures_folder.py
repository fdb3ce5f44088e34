"""Where single pictures are saved."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths

FOLDER_NAME: Final = "Mien"


def pictures_folder() -> Path:
    """Return our folder among the user's pictures; it may not exist yet."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(place or Path.home()) / FOLDER_NAME
