"""The light that is on while a camera is on."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.gui.look.theme import DARK, colour, surfaces
from mien.gui.look.typography import BASE_PX, text_font

_HEIGHT_PX: Final = 24
_DOT_PX: Final = 4.0


class CameraLight(QWidget):
    """Filled and lit with the words "Camera on"; otherwise an empty ring."""

    def __init__(self, parent: QWidget | None = None, *, on_picture: bool = False) -> None:
        super().__init__(parent)
        self._on_picture = on_picture
        self._is_on = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_on(False)

    @property
    def is_on(self) -> bool:
        """Whether a camera is on."""
        return self._is_on

    @property
    def words(self) -> str:
        """What stands beside the light."""
        return "Camera on" if self._is_on else "Camera off"

    def set_on(self, is_on: bool) -> None:
        """Switch the light."""
        self._is_on = is_on
        self.setAccessibleName(self.words)
        self.setToolTip("A camera is on. Pictures stay on this machine." if is_on else "No camera is on.")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(int(QFontMetricsF(text_font(BASE_PX)).horizontalAdvance("Camera off")) + 36, _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        s = DARK if self._on_picture else surfaces()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        dot = QPointF(rect.left() + 14, rect.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        if self._on_picture:
            painter.setBrush(colour(DARK.window, 0.8))
            painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        if self._is_on:
            painter.setBrush(colour(s.live, 0.14))
            painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
            painter.setBrush(colour(s.live))
        else:
            painter.setPen(QPen(colour(s.quiet), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot, _DOT_PX, _DOT_PX)
        painter.setFont(text_font(BASE_PX))
        painter.setPen(colour(s.text if self._is_on else s.quiet))
        painter.drawText(rect.adjusted(24, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.words)
        painter.end()
