"""Showing a folder in the desktop's own file browser."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def show_in_files(folder: Path) -> None:
    """Show a folder of this machine."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
