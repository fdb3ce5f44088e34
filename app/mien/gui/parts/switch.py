"""A switch: on or off."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from mien.gui.look.theme import colour, surfaces
from mien.gui.parts.pressable import Pressable

_WIDTH_PX: Final = 40
_HEIGHT_PX: Final = 24


class Switch(Pressable):
    """A knob in a track; right and lit is on.

    Args:
        name: What a screen reader says.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAccessibleName(name)

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
        painter.setPen(QPen(colour(s.text if self.has_ring else s.quiet), 1.5))
        if self.isChecked() and not self.has_ring:
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(s.accent) if self.isChecked() else colour(s.raised))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        side = track.height() - 8
        left = track.right() - side - 4 if self.isChecked() else track.left() + 4
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(s.on_accent if self.isChecked() else s.quiet))
        painter.drawEllipse(QRectF(left, track.top() + 4, side, side))
        painter.end()
