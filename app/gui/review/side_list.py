"""A list of two-line rows that paints itself: people, or markers."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.look.theme import colour, surfaces
from app.gui.look.typography import BASE_PX, SMALL_PX, text_font

ROW_PX: Final = 44


@dataclass(frozen=True, slots=True)
class SideRow:
    """One row.

    Attributes:
        key: What it stands for.
        title: First line.
        detail: Second line.
        figure: At the right of the first line.
        shares: Colours and shares of a thin bar at the bottom; may be empty.
        ink: Colour of the dot before the title, or empty.
    """

    key: object
    title: str
    detail: str = ""
    figure: str = ""
    shares: tuple[tuple[str, float], ...] = ()
    ink: str = ""


class SideList(QWidget):
    """Emits ``chosen``, ``opened`` and ``deleted`` with a row's key, ``menu_asked`` with a place and a key."""

    chosen = Signal(object)
    opened = Signal(object)
    deleted = Signal(object)
    menu_asked = Signal(QPoint, object)

    def __init__(self, name: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[SideRow, ...] = ()
        self._hint = hint
        self._selected: object = None
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(name)

    @property
    def rows(self) -> tuple[SideRow, ...]:
        """What is listed."""
        return self._rows

    def show_rows(self, rows: tuple[SideRow, ...], selected: object) -> None:
        """List these; the one whose key is ``selected`` is marked."""
        if (rows, selected) == (self._rows, self._selected):
            return
        changed = len(rows) != len(self._rows)
        self._rows, self._selected = rows, selected
        if changed:
            self.setMinimumHeight(max(len(rows), 1) * ROW_PX)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(240, ROW_PX * max(len(self._rows), 2))

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
            self.chosen.emit(self._rows[row].key)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a row."""
        row = self._row_at(event.position().y())
        if row is not None:
            self.opened.emit(self._rows[row].key)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu."""
        row = self._row_at(event.pos().y())
        if row is not None:
            self.menu_asked.emit(event.globalPos(), self._rows[row].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys, open with Return, delete with Delete."""
        keys = [row.key for row in self._rows]
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

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._rows:
            painter.setFont(text_font(BASE_PX))
            painter.setPen(colour(surfaces().quiet))
            flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(8, 8, -8, 0), int(flags), self._hint)
        for index, row in enumerate(self._rows):
            self._paint_row(painter, QRectF(0, index * ROW_PX, self.width(), ROW_PX - 4), index, row)
        painter.end()

    def _row_at(self, y_px: float) -> int | None:
        row = int(y_px // ROW_PX)
        return row if 0 <= row < len(self._rows) else None

    def _paint_row(self, painter: QPainter, rect: QRectF, index: int, row: SideRow) -> None:
        s = surfaces()
        is_selected = row.key == self._selected
        painter.setPen(Qt.PenStyle.NoPen)
        if is_selected or index == self._hovered:
            painter.setBrush(colour(s.raised, 1.0 if is_selected else 0.6))
            painter.drawRoundedRect(rect, 6, 6)
        if is_selected:
            painter.setBrush(colour(s.accent))
            painter.drawRoundedRect(QRectF(rect.left(), rect.top() + 10, 3, rect.height() - 20), 1.5, 1.5)
        left = 12.0
        if row.ink:
            painter.setBrush(colour(row.ink))
            painter.drawRoundedRect(QRectF(rect.left() + 12, rect.top() + 9, 8, 8), 2, 2)
            left = 28.0
        first = QRectF(rect.left() + left, rect.top() + 3, rect.width() - left - 10, 20)
        painter.setFont(text_font(BASE_PX, figures=True))
        painter.setPen(colour(s.quiet))
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, row.figure)
        taken_px = QFontMetricsF(painter.font()).horizontalAdvance(row.figure) + 8 if row.figure else 0.0
        painter.setFont(text_font(BASE_PX, strong=is_selected))
        painter.setPen(colour(s.text))
        _elided(painter, first.adjusted(0, 0, -taken_px, 0), row.title)
        second = QRectF(first.left(), rect.top() + 21, first.width(), 16)
        if row.shares:
            _paint_shares(painter, QRectF(second.left(), rect.top() + 28, second.width(), 5), row.shares)
        else:
            painter.setFont(text_font(SMALL_PX, figures=True))
            painter.setPen(colour(s.quiet))
            _elided(painter, second, row.detail)


def _elided(painter: QPainter, rect: QRectF, text: str) -> None:
    shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_shares(painter: QPainter, rect: QRectF, shares: tuple[tuple[str, float], ...]) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(surfaces().line))
    painter.drawRoundedRect(rect, 2.5, 2.5)
    left = rect.left()
    for ink, share in shares:
        width = rect.width() * share
        painter.fillRect(QRectF(left, rect.top(), max(width - 1, 0.5), rect.height()), colour(ink))
        left += width
