"""Where the window was, as the settings keep it."""

from typing import Final

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QWidget

from mien.gui.parts.fit_screen import room_for

FIRST_SIZE: Final = QSize(1280, 800)
SMALLEST: Final = QSize(876, 430)
"""Fits a screen of 1366 x 768 at 150 %, with its task bar and the window's own frame."""


def geometry_of(window: QWidget) -> bytes:
    """Return the window's place and size."""
    return bytes(window.saveGeometry().data())


def restore_geometry(window: QWidget, place: bytes) -> None:
    """Put the window where it was; to its first size where ``place`` is empty or unreadable."""
    room = room_for(window)
    window.setMinimumSize(SMALLEST.boundedTo(room))
    if not window.restoreGeometry(QByteArray(place)):
        window.resize(first_size(room))


def first_size(room: QSize) -> QSize:
    """Return the size of a window that nobody has sized yet.

    Args:
        room: On the screen, without the window's frame.
    """
    return FIRST_SIZE.boundedTo(room)
