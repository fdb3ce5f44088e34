"""Where the window was, as text for the settings."""

import base64
import binascii
from typing import Final

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QWidget

FIRST_SIZE: Final = QSize(1280, 800)
SMALLEST: Final = QSize(960, 600)


def geometry_of(window: QWidget) -> str:
    """Return the window's place and size."""
    return base64.b64encode(window.saveGeometry().data()).decode()


def restore_geometry(window: QWidget, place: str) -> None:
    """Put the window where it was; to its first size where ``place`` is empty or unreadable."""
    window.setMinimumSize(SMALLEST)
    screen = window.screen().availableGeometry().size()
    window.resize(FIRST_SIZE.boundedTo(screen))
    try:
        window.restoreGeometry(QByteArray(base64.b64decode(place, validate=True)))
    except (binascii.Error, ValueError):
        return
