"""A word in the picture's corner."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from mien.gui.look.theme import colour
from mien.gui.look.typography import BASE_PX, text_font

_HEIGHT_PX: Final = 28


class Pill(QWidget):
    """Light words on a dark plate, legible on any picture."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(0, _HEIGHT_PX)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return self._text

    def set_text(self, text: str) -> None:
        """Say something; empty hides it."""
        self._text = text
        self.setVisible(bool(text))
        width = QFontMetricsF(text_font(BASE_PX)).horizontalAdvance(text) + 24
        self.resize(int(width), _HEIGHT_PX)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("#14171C", 0.7))
        painter.drawRoundedRect(QRectF(self.rect()), _HEIGHT_PX / 2, _HEIGHT_PX / 2)
        painter.setFont(text_font(BASE_PX))
        painter.setPen(colour("#FFFFFF"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
