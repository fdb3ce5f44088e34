"""The line in which an event of Live gets its text, over the button that marked it."""

from typing import Final

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, text_font

MAX_TEXT: Final = 1000
_WIDTH_PX: Final = 320


class EventField(QWidget):
    """Emits ``written`` once each time it was open: with the text, or with none where it was left."""

    written = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setFixedWidth(_WIDTH_PX)
        self.field = QLineEdit()
        self.field.setMaxLength(MAX_TEXT)
        self.field.setPlaceholderText("What happened? May stay empty.")
        self.field.setAccessibleName("Text of the event")
        self.field.returnPressed.connect(self.hide)
        hint = QLabel("The moment is the one of the click. Enter keeps the text.")
        hint.setFont(text_font(SMALL_PX))
        hint.setProperty("role", "quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(6)
        layout.addWidget(self.field)
        layout.addWidget(hint)

    def open_above(self, anchor: QWidget) -> None:
        """Open over a button at the bottom of the window."""
        self.field.clear()
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width() // 2 - self.width() // 2, -self.height() - 8))
        screen = anchor.screen().availableGeometry()
        corner.setX(min(max(corner.x(), screen.left() + 8), screen.right() - self.width() - 8))
        self.move(corner)
        self.show()
        self.field.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give what was written."""
        super().hideEvent(event)
        self.written.emit(self.field.text().strip())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(surfaces().line), 1))
        painter.setBrush(colour(surfaces().panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()
