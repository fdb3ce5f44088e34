"""A ring over the picture that fills up, with a figure in it and words below: for a countdown, or a baseline."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from mien.gui.look.theme import DARK, colour
from mien.gui.look.typography import BASE_PX, LARGE_PX, text_font

_WIDTH_PX: Final = 320
_PAD_PX: Final = 16
_TEXT_PX: Final = 56


class Ring(QWidget):
    """Light on a dark plate, legible on any picture.

    Args:
        parent: What it lies over.
        side_px: Of the ring.
        ink: Of the part that is filled, as #RRGGBB.
    """

    def __init__(self, parent: QWidget, side_px: int, ink: str) -> None:
        super().__init__(parent)
        self._side_px = side_px
        self._ink = ink
        self._share = 0.0
        self._figure = self._title = self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(_WIDTH_PX, side_px + _TEXT_PX + 3 * _PAD_PX)
        self.hide()

    @property
    def figure(self) -> str:
        """What stands in the ring; empty while it is hidden."""
        return self._figure if not self.isHidden() else ""

    @property
    def title(self) -> str:
        """The first line below it."""
        return self._title

    def show_share(self, share: float, figure: str, title: str, text: str) -> None:
        """Fill the ring to ``share``, 0 to 1, with a figure in it and two lines below."""
        self._share, self._figure, self._title, self._text = share, figure, title, text
        self.setAccessibleName(f"{title} {figure}")
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(DARK.window, 0.72))
        painter.drawRoundedRect(QRectF(self.rect()), 16, 16)
        side = float(self._side_px)
        ring = QRectF((self.width() - side) / 2, _PAD_PX, side, side).adjusted(6, 6, -6, -6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("#FFFFFF", 0.2), 6))
        painter.drawEllipse(ring)
        painter.setPen(QPen(colour(self._ink), 6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(ring, 90 * 16, -round(360 * 16 * min(max(self._share, 0.0), 1.0)))
        centre = Qt.AlignmentFlag.AlignCenter
        painter.setPen(colour("#FFFFFF"))
        painter.setFont(text_font(round(side * 0.42), strong=True, figures=True))
        painter.drawText(ring, centre, self._figure)
        painter.setFont(text_font(LARGE_PX, strong=True))
        painter.drawText(QRectF(0, side + 2 * _PAD_PX, self.width(), 28), centre, self._title)
        painter.setFont(text_font(BASE_PX))
        painter.setPen(colour("#D5DAE1"))
        painter.drawText(QRectF(0, side + 2 * _PAD_PX + 30, self.width(), 22), centre, self._text)
        painter.end()
