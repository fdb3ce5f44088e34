"""Two or three views of the same thing, of which one is shown: words in a row, the chosen one underlined."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, text_font

_HEIGHT_PX: Final = 34
_GAP_PX: Final = 20


class TabRow(QWidget):
    """Emits ``chosen`` with the place of a view."""

    chosen = Signal(int)

    def __init__(self, names: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = names
        self.current = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._tell()

    def choose(self, place: int) -> None:
        """Choose a view."""
        if place != self.current and 0 <= place < len(self._names):
            self.current = place
            self._tell()
            self.update()
            self.chosen.emit(place)

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(round(self._rects()[-1].right()), _HEIGHT_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer."""
        for place, rect in enumerate(self._rects()):
            if rect.adjusted(-_GAP_PX / 2, 0, _GAP_PX / 2, 0).contains(event.position()):
                self.choose(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the neighbour."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.choose(self.current + step)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        s = surfaces()
        painter = QPainter(self)
        painter.setFont(text_font(BASE_PX))
        for place, (name, rect) in enumerate(zip(self._names, self._rects(), strict=True)):
            is_chosen = place == self.current
            painter.setPen(colour(s.text if is_chosen else s.quiet))
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, name)
            if is_chosen:
                bar = QRectF(rect.left(), rect.bottom() - 3, rect.width(), 2)
                painter.fillRect(bar, colour(s.accent if not self.hasFocus() else s.text))
        painter.end()

    def _rects(self) -> list[QRectF]:
        metrics, left, rects = QFontMetricsF(text_font(BASE_PX)), 0.0, []
        for name in self._names:
            width = metrics.horizontalAdvance(name)
            rects.append(QRectF(left, 0, width, _HEIGHT_PX))
            left += width + _GAP_PX
        return rects

    def _tell(self) -> None:
        self.setAccessibleName(f"View: {self._names[self.current]}")
