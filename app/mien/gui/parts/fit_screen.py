"""Windows and dialogs that fit their screen, also where it is small or texts are large."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

FRAME: Final = QSize(16, 40)
"""Room for borders and title bar, which nobody knows before a window is shown."""


def room_for(window: QWidget) -> QSize:
    """Return how large a window can be on its screen, without its frame."""
    return window.screen().availableGeometry().size() - FRAME


def fit_screen(window: QWidget, size: QSize, least: QSize) -> None:
    """Give a window a size, cut down to what its screen has, but not below the least that its contents need."""
    window.setMinimumSize(least)
    window.resize(size.boundedTo(room_for(window)).expandedTo(least))
