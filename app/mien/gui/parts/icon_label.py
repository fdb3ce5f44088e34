"""An icon that stands by itself."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from mien.gui.look.icons import draw_icon
from mien.gui.look.theme import surfaces


class IconLabel(QWidget):
    """Shows one icon in the quiet colour, or in the accent."""

    def __init__(self, name: str, size_px: int, *, accent: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._accent = accent
        self._size_px = size_px
        self.setFixedSize(size_px, size_px)

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(self._size_px, self._size_px)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        s = surfaces()
        draw_icon(painter, self._name, QRectF(self.rect()), s.accent if self._accent else s.quiet)
        painter.end()
