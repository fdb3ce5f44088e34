"""The sheet of all keys, over a dimmed window."""

from itertools import groupby
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.gui.shortcuts import KEYS, Key
from app.gui.theme import colour, surfaces
from app.gui.typography import BASE_PX, LARGE_PX, SMALL_PX, text_font

_CARD_WH_PX: Final = (640.0, 424.0)
_ROW_PX: Final = 32.0
_HEAD_PX: Final = 28.0


class CheatSheet(QWidget):
    """Covers its parent; any click or key closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("All keys")
        self.hide()

    def toggle(self) -> None:
        """Show it or close it."""
        if self.isVisible():
            self.hide()
            return
        parent = self.parentWidget()
        assert parent is not None
        self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close it."""
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close it."""
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        s = surfaces()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour("#000000", 0.55))
        width, height = _CARD_WH_PX
        card = QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
        painter.setPen(QPen(colour(s.line), 1))
        painter.setBrush(colour(s.panel))
        painter.drawRoundedRect(card, 12, 12)
        painter.setFont(text_font(LARGE_PX, strong=True))
        painter.setPen(colour(s.text))
        painter.drawText(card.adjusted(32, 28, -32, 0), "Keys")
        groups = [(name, list(keys)) for name, keys in groupby(KEYS, key=lambda key: key.group)]
        for column, part in enumerate((groups[:3], groups[3:])):
            left = card.left() + 32 + column * (width - 64 + 24) / 2
            self._paint_column(painter, left, card.top() + 76, (width - 64 - 24) / 2, part)
        painter.end()

    def _paint_column(
        self, painter: QPainter, left: float, top: float, width: float, groups: list[tuple[str, list[Key]]]
    ) -> None:
        for name, keys in groups:
            painter.setFont(text_font(SMALL_PX, strong=True))
            painter.setPen(colour(surfaces().accent))
            painter.drawText(QRectF(left, top, width, 16), name)
            top += _HEAD_PX
            for key in keys:
                self._paint_key(painter, QRectF(left, top, width, _ROW_PX - 8), key)
                top += _ROW_PX
            top += 12

    def _paint_key(self, painter: QPainter, row: QRectF, key: Key) -> None:
        s = surfaces()
        painter.setFont(text_font(BASE_PX))
        painter.setPen(colour(s.text))
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, key.text)
        painter.setFont(text_font(SMALL_PX, strong=True))
        cap = QKeySequence(key.sequence).toString(QKeySequence.SequenceFormat.NativeText)
        width = max(QFontMetricsF(painter.font()).horizontalAdvance(cap) + 16, 24.0)
        box = QRectF(row.right() - width, row.top(), width, row.height()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colour(s.line), 1))
        painter.setBrush(colour(s.raised))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(colour(s.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, cap)
