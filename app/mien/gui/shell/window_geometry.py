"""Where the window was, as the settings keep it."""

from typing import Final

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QWidget

FIRST_SIZE: Final = QSize(1280, 800)
SMALLEST: Final = QSize(960, 600)


def geometry_of(window: QWidget) -> bytes:
    """Return the window's place and size."""
    return bytes(window.saveGeometry().data())


def restore_geometry(window: QWidget, place: bytes) -> None:
    """Put the window where it was; to its first size where ``place`` is empty or unreadable."""
    window.setMinimumSize(SMALLEST)
    screen = window.screen().availableGeometry().size()
    window.resize(FIRST_SIZE.boundedTo(screen))
    window.restoreGeometry(QByteArray(place))
