"""The sheet of all keys, over a dimmed window."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, LARGE_PX, SMALL_PX, text_font
from mien.gui.shell.shortcuts import KEYS, Key
from mien.gui.tab_page import Tab
from mien.settings import EventType

_WIDTH_PX: Final = 1200.0
_PAD_PX: Final = 28.0
_TITLE_PX: Final = 68.0
_WIDE_PX: Final = 240.0
"""A narrower column has its texts in the small size, so that they are not cut off."""
_COLUMN_GAP_PX: Final = 28.0
_ROW_PX: Final = 28.0
_HEAD_PX: Final = 26.0
_GROUP_GAP_PX: Final = 14.0


@dataclass(frozen=True, slots=True)
class _Section:
    """Keys under one heading."""

    title: str
    tab: Tab | None
    keys: tuple[Key, ...]


class CheatSheet(QWidget):
    """Covers its parent; any click or key closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._tab: Tab | None = None
        self._keys: tuple[Key, ...] = KEYS
        self._events: tuple[Key, ...] = ()
        self._columns = _columns(KEYS, ())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("All keys")
        self.set_keys(KEYS)
        self.hide()

    def set_keys(self, keys: tuple[Key, ...]) -> None:
        """List these keys; what has none is left out."""
        self._keys = tuple(key for key in keys if key.sequence)
        self._list()

    def show_tab(self, tab: Tab) -> None:
        """Make the keys stand out that work where one is."""
        self._tab = tab
        self.update()

    def show_events(self, types: tuple[EventType, ...]) -> None:
        """List the keys of the user's own types of events as well."""
        self._events = tuple(Key(each.key, "", f"Mark {each.name}") for each in types if each.key)
        self._list()

    def toggle(self) -> None:
        """Show it or close it."""
        if self.isVisible():
            self.hide()
            return
        parent = self.parentWidget()
        assert parent is not None
        self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close it."""
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close it."""
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        s = surfaces()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour("#000000", 0.55))
        width = min(_WIDTH_PX, self.width() - 32.0)
        row_px = self._row_px()
        height = _TITLE_PX + max(_height_of(column, row_px) for column in self._columns) + _PAD_PX
        card = QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
        painter.setPen(QPen(colour(s.line), 1))
        painter.setBrush(colour(s.panel))
        painter.drawRoundedRect(card, 12, 12)
        painter.setFont(text_font(LARGE_PX, strong=True))
        painter.setPen(colour(s.text))
        painter.drawText(card.adjusted(_PAD_PX, 24, -_PAD_PX, 0), "Keys")
        column_px = (width - 2 * _PAD_PX - (len(self._columns) - 1) * _COLUMN_GAP_PX) / len(self._columns)
        for number, column in enumerate(self._columns):
            left = card.left() + _PAD_PX + number * (column_px + _COLUMN_GAP_PX)
            self._paint_column(painter, QRectF(left, card.top() + _TITLE_PX, column_px, row_px), column)
        painter.end()

    def _list(self) -> None:
        self._columns = _columns(self._keys, self._events)
        listed = (*self._keys, *self._events)
        self.setAccessibleDescription("; ".join(f"{key.sequence}: {key.text}" for key in listed))
        self.update()

    def _row_px(self) -> float:
        """Return the height of a row: as it is best, or as it fits a low window."""
        spare = self.height() - 32 - _TITLE_PX - _PAD_PX
        return min(_ROW_PX, *(_ROW_PX * spare / _height_of(column, _ROW_PX) for column in self._columns))

    def _paint_column(self, painter: QPainter, row: QRectF, column: tuple[_Section, ...]) -> None:
        for section in column:
            is_here = section.tab is None or section.tab is self._tab
            painter.setOpacity(1.0 if is_here else 0.6)
            painter.setFont(text_font(SMALL_PX, strong=True))
            painter.setPen(colour(surfaces().accent))
            painter.drawText(row, Qt.AlignmentFlag.AlignTop, section.title)
            row = row.translated(0, _HEAD_PX)
            for key in section.keys:
                _paint_key(painter, row, key)
                row = row.translated(0, row.height())
            row = row.translated(0, _GROUP_GAP_PX)
        painter.setOpacity(1.0)


def _columns(keys: tuple[Key, ...], own: tuple[Key, ...]) -> tuple[tuple[_Section, ...], ...]:
    """Return the keys in four columns; Review has so many that it fills two."""
    events = (_Section("Events, in Live and Review", None, own),) if own else ()
    review = _keys_of(keys, Tab.REVIEW)
    half = (len(review) + 1) // 2
    return (
        (
            _Section("Everywhere", None, _keys_of(keys, None)),
            _Section("Batch", Tab.BATCH, _keys_of(keys, Tab.BATCH)),
        ),
        (_Section("Live", Tab.LIVE, _keys_of(keys, Tab.LIVE)), *events),
        (_Section("Review", Tab.REVIEW, review[:half]),),
        (_Section("", Tab.REVIEW, review[half:]),),
    )


def _keys_of(keys: tuple[Key, ...], tab: Tab | None) -> tuple[Key, ...]:
    return tuple(key for key in keys if key.tab is tab)


def _height_of(column: tuple[_Section, ...], row_px: float) -> float:
    return sum(_HEAD_PX + len(section.keys) * row_px for section in column) + _GROUP_GAP_PX * (len(column) - 1)


def _paint_key(painter: QPainter, row: QRectF, key: Key) -> None:
    s = surfaces()
    painter.setFont(text_font(SMALL_PX, strong=True))
    cap = QKeySequence(key.sequence).toString(QKeySequence.SequenceFormat.NativeText)
    width = max(QFontMetricsF(painter.font()).horizontalAdvance(cap) + 14, 24.0)
    height = min(22.0, row.height() - 3)
    box = QRectF(row.right() - width, row.center().y() - height / 2, width, height).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(colour(s.line), 1))
    painter.setBrush(colour(s.raised))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(colour(s.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, cap)
    painter.setFont(text_font(BASE_PX if row.width() > _WIDE_PX else SMALL_PX))
    area = row.adjusted(0, 0, -width - 8, 0)
    text = QFontMetricsF(painter.font()).elidedText(key.text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
