"""How a row of the queue looks: the file, how it stands, and what came of it."""

from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from mien.batch.item import Item, State
from mien.batch.item_text import describe_item
from mien.gui.batch.model import ITEM_ROLE
from mien.gui.batch.thumbnails import Thumbnails
from mien.gui.look.icons import draw_icon
from mien.gui.look.theme import Surfaces, colour, surfaces
from mien.gui.look.typography import BASE_PX, SMALL_PX, text_font
from mien.overlay.style import colour_of

ROW_PX: Final = 60
_PAD_PX: Final = 16
_ICON_PX: Final = 20
_PICTURE_PX: Final = 40
_STATE_PX: Final = 380
_ACTION_PX: Final = 28
_BAR_PX: Final = 6
_ICONS: Final = {
    State.WAITING: "queue",
    State.RUNNING: "play",
    State.DONE: "check",
    State.UP_TO_DATE: "check",
    State.FAILED: "notice",
    State.CANCELLED: "stop",
}
_ACTIONS: Final = {
    State.WAITING: "close",
    State.RUNNING: "close",
    State.DONE: "film",
    State.UP_TO_DATE: "film",
    State.FAILED: "replay",
    State.CANCELLED: "replay",
}
"""What the button at the end of a row does: cancel, open, or do it again."""


class RowDelegate(QStyledItemDelegate):
    """Paints rows; emits ``action_clicked`` with the item whose button was clicked."""

    action_clicked = Signal(object)

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a row; its width is the list's."""
        return QSize(0, ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a row."""
        item: Item = index.data(ITEM_ROLE)
        s = surfaces()
        row = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, row, s, state)
        ink = _ink(item.state, s)
        draw_icon(painter, _ICONS[item.state], QRectF(row.left() + _PAD_PX, row.center().y() - 10, 20, 20), ink)
        left = row.left() + _PAD_PX + _ICON_PX + 14
        right = row.right() - _PAD_PX - _ACTION_PX - 12
        middle = (left + right) / 2
        thumbnail = self._thumbnails.of(item)
        if thumbnail is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(
                QRectF(left, row.center().y() - _PICTURE_PX / 2, _PICTURE_PX, _PICTURE_PX), thumbnail
            )
        left += _PICTURE_PX + 12 if item.is_picture else 0
        _paint_name(painter, QRectF(left, row.top() + 10, middle - left - 16, 40), item, s)
        _paint_state(painter, QRectF(middle, row.top() + 10, min(_STATE_PX, right - middle), 40), item, ink, s)
        if state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected):
            draw_icon(painter, _ACTIONS[item.state], action_rect(row).adjusted(5, 5, -5, -5), s.text)
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Press the button at the end of a row."""
        if isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseButtonRelease:
            row = QRectF(option.rect)
            if event.button() is Qt.MouseButton.LeftButton and action_rect(row).contains(event.position()):
                self.action_clicked.emit(index.data(ITEM_ROLE))
                return True
        return bool(super().editorEvent(event, model, option, index))


def action_rect(row: QRectF) -> QRectF:
    """Return where the button of a row is."""
    return QRectF(row.right() - _PAD_PX - _ACTION_PX, row.center().y() - _ACTION_PX / 2, _ACTION_PX, _ACTION_PX)


def _ink(state: State, s: Surfaces) -> str:
    return {State.RUNNING: s.accent, State.DONE: s.accent, State.FAILED: s.red}.get(state, s.quiet)


def _paint_ground(painter: QPainter, row: QRectF, s: Surfaces, state: QStyle.StateFlag) -> None:
    card = row.adjusted(4, 2, -4, -2)
    is_selected = bool(state & QStyle.StateFlag.State_Selected)
    has_ring = bool(state & QStyle.StateFlag.State_HasFocus)
    if is_selected or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(QPen(colour(s.accent), 1.5) if has_ring else Qt.PenStyle.NoPen)
        painter.setBrush(colour(s.raised if is_selected else s.panel))
        painter.drawRoundedRect(card, 6, 6)
    else:
        painter.setPen(QPen(colour(s.line), 1))
        painter.drawLine(QPointF(card.left() + 12, row.bottom()), QPointF(card.right() - 12, row.bottom()))


def _paint_name(painter: QPainter, area: QRectF, item: Item, s: Surfaces) -> None:
    for text, font, ink, top, mode in (
        (item.source.name, text_font(BASE_PX, strong=True), s.text, 0, Qt.TextElideMode.ElideMiddle),
        (str(item.source.parent), text_font(SMALL_PX), s.quiet, 21, Qt.TextElideMode.ElideLeft),
    ):
        painter.setFont(font)
        painter.setPen(colour(ink))
        shown = QFontMetricsF(font).elidedText(text, mode, area.width())
        line = QRectF(area.left(), area.top() + top, area.width(), 18)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_state(painter: QPainter, area: QRectF, item: Item, ink: str, s: Surfaces) -> None:
    words = describe_item(item)
    upper = QRectF(area.left(), area.top(), area.width(), 18)
    painter.setFont(text_font(BASE_PX, figures=True))
    painter.setPen(colour(s.red if item.state is State.FAILED else s.text))
    painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, words.state)
    lower = upper.translated(0, 21)
    if item.state is State.RUNNING:
        share = item.progress.share if item.progress is not None else None
        _paint_bar(painter, lower, [(share or 0.0, ink)], s)
    elif item.summary is not None and item.summary.certain and item.reason is None:
        shares = [(share, colour_of(label)) for label, share in item.summary.shares.items()]
        _paint_bar(painter, QRectF(lower.left(), lower.top(), 64, lower.height()), shares, s)
        _paint_detail(painter, lower.adjusted(74, 0, 0, 0), words.detail, s)
    else:
        _paint_detail(painter, lower, words.detail, s)


def _paint_detail(painter: QPainter, area: QRectF, text: str, s: Surfaces) -> None:
    font = text_font(SMALL_PX, figures=True)
    painter.setFont(font)
    painter.setPen(colour(s.quiet))
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_bar(painter: QPainter, area: QRectF, shares: list[tuple[float, str]], s: Surfaces) -> None:
    """Paint shares of one whole, each with its colour, side by side."""
    bar = QRectF(area.left(), area.center().y() - _BAR_PX / 2, area.width(), _BAR_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(s.line))
    painter.drawRoundedRect(bar, 2, 2)
    left = bar.left()
    for share, ink in shares:
        painter.setBrush(colour(ink))
        painter.drawRect(QRectF(left, bar.top(), bar.width() * share, bar.height()))
        left += bar.width() * share
