"""Paints markers: flags for events and notes, spans that are left out; and finds the one at a place."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPen, QPolygonF

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.review.timeline_layout import TimelineLayout
from mien.session.notes.annotations import KIND_NAMES, Marker
from mien.timeline.visible_range import VisibleRange

_FLAG_PX: Final = 9.0
_REACH_PX: Final = 5.0
_MAX_TEXT_PX: Final = 140.0


def rect_of(marker: Marker, layout: TimelineLayout, view: VisibleRange) -> QRectF:
    """Return where a marker can be clicked."""
    row = layout.markers
    left = row.left() + view.x_of(marker.start_s, row.width())
    if marker.end_s is None:
        return QRectF(left - _REACH_PX, row.top(), _FLAG_PX + 2 * _REACH_PX, row.height())
    right = row.left() + view.x_of(marker.end_s, row.width())
    return QRectF(left, row.top(), max(right - left, 2 * _REACH_PX), row.height())


def marker_at(
    markers: tuple[Marker, ...], place: QPointF, layout: TimelineLayout, view: VisibleRange
) -> Marker | None:
    """Return the marker at a place of the marker row, the shorter one where several are; or None."""
    hits = [marker for marker in markers if rect_of(marker, layout, view).contains(place)]
    return min(hits, key=lambda marker: (marker.end_s or marker.start_s) - marker.start_s, default=None)


def paint_markers(
    painter: QPainter,
    markers: tuple[Marker, ...],
    selected: Marker | None,
    layout: TimelineLayout,
    view: VisibleRange,
) -> None:
    """Paint all markers: their flags in the row, their times over the lanes."""
    painter.save()
    painter.setClipRect(layout.time)
    painter.setFont(text_font(SMALL_PX))
    for index, marker in enumerate(markers):
        box = rect_of(marker, layout, view)
        if box.right() < layout.time.left() or box.left() > layout.time.right():
            continue
        following = (rect_of(later, layout, view).left() for later in markers[index + 1 :])
        room_px = next(following, layout.time.right()) - box.left() - 2
        if marker.end_s is None:
            _paint_flag(painter, marker, box, room_px, layout, is_selected=marker == selected)
        else:
            paint_span(
                painter, box, marker.text or KIND_NAMES[marker.kind], layout, is_selected=marker == selected
            )
    painter.restore()


def paint_span(
    painter: QPainter, box: QRectF, text: str, layout: TimelineLayout, *, is_selected: bool, is_open: bool = False
) -> None:
    """Paint a span: a bar in the row, and stripes over everything below it.

    Args:
        painter: On the timeline.
        box: Of the span in the row of markers.
        text: What stands on it.
        layout: Of the timeline.
        is_selected: Whether it is the marker in hand.
        is_open: Whether its end is still to be set.
    """
    s = surfaces()
    below = QRectF(
        box.left(), layout.lanes_area.top(), box.width(), layout.graph.bottom() - layout.lanes_area.top()
    )
    painter.fillRect(below, colour(s.panel, 0.62))
    painter.fillRect(below, QBrush(colour(s.quiet, 0.35), Qt.BrushStyle.BDiagPattern))
    ink = s.accent if is_selected or is_open else s.quiet
    bar = box.adjusted(0, 4, 0, -4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(ink), 1, Qt.PenStyle.DashLine if is_open else Qt.PenStyle.SolidLine))
    painter.setBrush(colour(ink, 0.2))
    painter.drawRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, bar.width() - 10)
    if bar.width() > 26:
        painter.setPen(colour(s.text))
        painter.drawText(bar.adjusted(6, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_flag(
    painter: QPainter, marker: Marker, box: QRectF, room_px: float, layout: TimelineLayout, *, is_selected: bool
) -> None:
    s = surfaces()
    ink = s.accent if is_selected else s.amber if marker.kind == "event" else s.text
    x = round(box.left() + _REACH_PX) + 0.5
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(ink, 0.9 if is_selected else 0.55), 1))
    painter.drawLine(QPointF(x, box.top() + 4), QPointF(x, layout.graph.bottom()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(ink))
    top, bottom = box.top() + 4, box.top() + 14
    if marker.kind == "event":
        painter.drawPolygon(
            QPolygonF([QPointF(x, top), QPointF(x + _FLAG_PX, (top + bottom) / 2), QPointF(x, bottom)])
        )
    else:
        painter.drawRoundedRect(QRectF(x, top, _FLAG_PX, bottom - top), 2, 2)
    if not marker.text:
        return
    room_px = min(room_px - _FLAG_PX - 4, _MAX_TEXT_PX)
    if room_px < 24:
        return
    text = marker.text.splitlines()[0]
    shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, room_px)
    painter.setPen(colour(s.text if is_selected else s.quiet))
    painter.drawText(
        QRectF(x + _FLAG_PX + 4, box.top(), room_px, box.height() - 6), Qt.AlignmentFlag.AlignVCenter, shown
    )
