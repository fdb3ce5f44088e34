"""Rows of one height, one below the other: the chosen one is marked, the one under the pointer is lit."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from mien.gui.look.theme import colour, surfaces

ROW_PX: Final = 44


class RowList(QWidget):
    """Says which row is meant and leaves it to a subclass what stands in it.

    Emits ``chosen``, ``opened`` and ``deleted`` with a row's key, ``menu_asked`` with a place and a key.
    """

    chosen = Signal(object)
    opened = Signal(object)
    deleted = Signal(object)
    menu_asked = Signal(QPoint, object)

    def __init__(self, name: str, parent: QWidget | None = None, *, row_px: int = ROW_PX) -> None:
        super().__init__(parent)
        self._row_px = row_px
        self._keys: tuple[object, ...] = ()
        self._selected: object = None
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)

    def set_keys(self, keys: Sequence[object], selected: object) -> None:
        """Set what the rows stand for, from top to bottom; the one that is ``selected`` is marked."""
        self._keys, self._selected = tuple(keys), selected
        self.update()

    def paint_row(self, painter: QPainter, rect: QRectF, row: int, *, is_selected: bool) -> None:
        """Paint what stands in a row; its ground is painted already."""
        raise NotImplementedError

    def paint_emptiness(self, painter: QPainter) -> None:
        """Paint what is shown instead of rows."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the row under the pointer."""
        row = self._row_at(event.position().y())
        if row != self._hovered:
            self._hovered = row
            self.setCursor(Qt.CursorShape.ArrowCursor if row is None else Qt.CursorShape.PointingHandCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Light up nothing."""
        self._hovered = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a row."""
        row = self._row_at(event.position().y())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self._keys[row])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a row."""
        row = self._row_at(event.position().y())
        if row is not None:
            self.opened.emit(self._keys[row])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu."""
        row = self._row_at(event.pos().y())
        if row is not None:
            self.menu_asked.emit(event.globalPos(), self._keys[row])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys, open with Return, delete with Delete."""
        keys = self._keys
        place = keys.index(self._selected) if self._selected in keys else -1
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Up if keys:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.chosen.emit(keys[min(max(place + step, 0), len(keys) - 1)])
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if place >= 0:
                self.opened.emit(keys[place])
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if place >= 0:
                self.deleted.emit(keys[place])
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that are in sight."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if not self._keys:
            self.paint_emptiness(painter)
        first, last = event.rect().top() // self._row_px, event.rect().bottom() // self._row_px
        for row in range(max(first, 0), min(last + 1, len(self._keys))):
            rect = QRectF(0, row * self._row_px, self.width(), self._row_px - 4)
            is_selected = self._keys[row] == self._selected
            self._paint_ground(painter, rect, is_selected=is_selected, is_lit=row == self._hovered)
            self.paint_row(painter, rect, row, is_selected=is_selected)
        painter.end()

    def _row_at(self, y_px: float) -> int | None:
        row = int(y_px // self._row_px)
        return row if 0 <= row < len(self._keys) else None

    @staticmethod
    def _paint_ground(painter: QPainter, rect: QRectF, *, is_selected: bool, is_lit: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if is_selected or is_lit:
            painter.setBrush(colour(surfaces().raised, 1.0 if is_selected else 0.6))
            painter.drawRoundedRect(rect, 6, 6)
        if is_selected:
            painter.setBrush(colour(surfaces().accent))
            painter.drawRoundedRect(QRectF(rect.left(), rect.top() + 10, 3, rect.height() - 20), 1.5, 1.5)
