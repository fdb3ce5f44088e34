"""Showing a folder in the desktop's own file browser, and files in their programs."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def show_in_files(folder: Path) -> None:
    """Show a folder of this machine."""
    open_file(folder)


def open_file(path: Path) -> None:
    """Open a file of this machine with the program that the desktop has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
