"""How expressions look in the window: the colours and names of ``mien.overlay.style`` as Qt wants them."""

from functools import cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap

from mien.core.emotion import UNCERTAIN
from mien.overlay.style import UNCERTAIN_COLOUR, colour_of


@cache
def _hatch(colour: str) -> QBrush:
    """Diagonal stripes: what is uncertain differs in pattern and not in colour alone."""
    side = 8
    tile = QPixmap(side, side)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    base = QColor(colour)
    base.setAlphaF(0.25)
    painter.fillRect(tile.rect(), base)
    pen = painter.pen()
    pen.setColor(QColor(colour))
    pen.setWidthF(1.6)
    painter.setPen(pen)
    for shift in (-side, 0, side):
        painter.drawLine(shift, side, shift + side, 0)
    painter.end()
    return QBrush(tile)


def brush_of(label: str) -> QBrush:
    """Return what to fill an area of ``label`` with: its colour, or stripes where it is uncertain."""
    return _hatch(UNCERTAIN_COLOUR) if label == UNCERTAIN else QBrush(QColor(colour_of(label)))


def draw_swatch(painter: QPainter, rect: QRectF, label: str) -> None:
    """Draw the small rounded square that stands beside an expression's name."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush_of(label))
    painter.drawRoundedRect(rect, 3, 3)
