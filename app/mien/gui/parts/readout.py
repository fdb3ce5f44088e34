"""A figure in a bar, in a fixed width, so that its neighbours stay where they are."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, text_font

_HEIGHT_PX: Final = 32
_GAP_PX: Final = 4


class Readout(QWidget):
    """A value with its unit: "30 fps".

    Args:
        unit: Stands behind the value; may be empty.
        reserve: The widest value that is expected.
        tip: Shown on hover.
    """

    def __init__(self, unit: str, reserve: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = unit
        self._reserve = reserve
        self._value = ""
        self._is_warning = False
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def value(self) -> str:
        """What it shows, without the unit."""
        return self._value

    def set_value(self, value: str, *, warning: bool = False) -> None:
        """Show a value; empty shows nothing."""
        if (value, warning) == (self._value, self._is_warning):
            return
        if len(value) > len(self._reserve):
            self._reserve = value
            self.updateGeometry()
        self._value, self._is_warning = value, warning
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        value = QFontMetricsF(text_font(BASE_PX, figures=True)).horizontalAdvance(self._reserve)
        unit = QFontMetricsF(text_font(BASE_PX, figures=True)).horizontalAdvance(self._unit)
        return QSize(int(value + (unit + _GAP_PX if self._unit else 0) + 1), _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        if not self._value:
            return
        s = surfaces()
        painter = QPainter(self)
        painter.setFont(text_font(BASE_PX, figures=True))
        row = QRectF(self.rect())
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        unit_width = 0.0
        if self._unit:
            unit_width = QFontMetricsF(painter.font()).horizontalAdvance(self._unit) + _GAP_PX
            painter.setPen(colour(s.quiet))
            painter.drawText(row, middle | right, self._unit)
        painter.setPen(colour(s.amber if self._is_warning else s.text))
        painter.drawText(row.adjusted(0, 0, -unit_width, 0), middle | right, self._value)
        painter.end()
