"""The program's mark: in the bar, and as the icon of the window."""

from functools import cache
from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from mien.places import assets_folder

SIDE_PX: Final = 28


class Mark(QWidget):
    """Shows the mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(SIDE_PX, SIDE_PX)

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(SIDE_PX, SIDE_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _renderer().render(painter, QRectF(self.rect()))
        painter.end()


@cache
def _renderer() -> QSvgRenderer:
    return QSvgRenderer(str(assets_folder() / "icons" / "mien.svg"))


def app_icon() -> QIcon:
    """Return the mark in the sizes that desktops ask for."""
    result = QIcon()
    for path in sorted((assets_folder() / "icons").glob("mien-*.png")):
        result.addFile(str(path))
    return result
