"""A list of two-line rows: people, or markers."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, SMALL_PX, text_font
from mien.gui.parts.row_list import ROW_PX, RowList


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


class SideList(RowList):
    """Lists what one has found or set in a video.

    Args:
        name: What a screen reader says.
        hint: What is written while it is empty.
    """

    def __init__(self, name: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._rows: tuple[SideRow, ...] = ()
        self._hint = hint
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    @property
    def rows(self) -> tuple[SideRow, ...]:
        """What is listed."""
        return self._rows

    def show_rows(self, rows: tuple[SideRow, ...], selected: object) -> None:
        """List these; the one whose key is ``selected`` is marked."""
        if (rows, selected) == (self._rows, self._selected):
            return
        changed = len(rows) != len(self._rows)
        self._rows = rows
        self.set_keys([row.key for row in rows], selected)
        if changed:
            self.setMinimumHeight(max(len(rows), 1) * ROW_PX)

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(240, ROW_PX * max(len(self._rows), 2))

    def paint_emptiness(self, painter: QPainter) -> None:
        """Write the hint."""
        painter.setFont(text_font(BASE_PX))
        painter.setPen(colour(surfaces().quiet))
        flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(self.rect()).adjusted(8, 8, -8, 0), int(flags), self._hint)

    def paint_row(self, painter: QPainter, rect: QRectF, row: int, *, is_selected: bool) -> None:
        """Paint title, figure, and shares or the second line."""
        s, shown = surfaces(), self._rows[row]
        left = 12.0
        if shown.ink:
            painter.setBrush(colour(shown.ink))
            painter.drawRoundedRect(QRectF(rect.left() + 12, rect.top() + 9, 8, 8), 2, 2)
            left = 28.0
        first = QRectF(rect.left() + left, rect.top() + 3, rect.width() - left - 10, 20)
        painter.setFont(text_font(BASE_PX, figures=True))
        painter.setPen(colour(s.quiet))
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown.figure)
        taken_px = QFontMetricsF(painter.font()).horizontalAdvance(shown.figure) + 8 if shown.figure else 0.0
        painter.setFont(text_font(BASE_PX, strong=is_selected))
        painter.setPen(colour(s.text))
        _elided(painter, first.adjusted(0, 0, -taken_px, 0), shown.title)
        second = QRectF(first.left(), rect.top() + 21, first.width(), 16)
        if shown.shares:
            _paint_shares(painter, QRectF(second.left(), rect.top() + 28, second.width(), 5), shown.shares)
        else:
            painter.setFont(text_font(SMALL_PX, figures=True))
            painter.setPen(colour(s.quiet))
            _elided(painter, second, shown.detail)


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
