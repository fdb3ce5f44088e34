"""The frame that says what becomes of what is dragged over the window."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import LARGE_PX, text_font
from mien.gui.tab_page import Tab

_WORDS: Final = {
    Tab.LIVE: "Drop the picture to read it",
    Tab.REVIEW: "Drop to open it in Review",
    Tab.BATCH: "Drop to add it to the queue",
}


class DropHint(QWidget):
    """Covers its parent while something is dragged over it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self, count: int, tab: Tab) -> None:
        """Show it over the whole parent.

        Args:
            count: How many things would be dropped.
            tab: Where they would go.
        """
        self._words = _WORDS[tab] if count == 1 or tab is not Tab.BATCH else f"Drop {count} to add to the queue"
        parent = self.parentWidget()
        assert parent is not None
        self.setGeometry(parent.rect())
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        s = surfaces()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour(s.window, 0.82))
        painter.setPen(QPen(colour(s.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(16, 16, -16, -16), 12, 12)
        painter.setFont(text_font(LARGE_PX, strong=True))
        painter.setPen(colour(s.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
        painter.end()
