"""A switch: on or off."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.gui.theme import colour, surfaces

_WIDTH_PX: Final = 40
_HEIGHT_PX: Final = 24


class Switch(QAbstractButton):
    """A knob in a track; right and lit is on.

    Args:
        name: What a screen reader says.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shows_ring = False
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring only to those who came by the keyboard."""
        self._shows_ring = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the return key switch it, as it presses buttons."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(_WIDTH_PX, _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        s = surfaces()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.38)
        track = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        has_ring = self.hasFocus() and self._shows_ring
        painter.setPen(QPen(colour(s.text if has_ring else s.quiet), 1.5))
        if self.isChecked() and not has_ring:
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(s.accent) if self.isChecked() else colour(s.raised))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        side = track.height() - 8
        left = track.right() - side - 4 if self.isChecked() else track.left() + 4
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(s.on_accent if self.isChecked() else s.quiet))
        painter.drawEllipse(QRectF(left, track.top() + 4, side, side))
        painter.end()
