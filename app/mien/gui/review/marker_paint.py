"""Paints markers: flags for events and notes, spans that are left out; and finds the one at a place.

A session may hold twenty thousand: what takes long is done once for each place on screen, not for each marker.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPen, QPolygonF

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.review.timeline_layout import TimelineLayout
from mien.overlay.style import colour_of
from mien.session.notes.annotations import Marker
from mien.timeline.visible_range import VisibleRange

_FLAG_PX: Final = 9.0
_REACH_PX: Final = 5.0
_MAX_TEXT_PX: Final = 140.0
_MANY: Final = 300
"""More flags or spans than this on screen are thinned out or merged: nobody could tell them apart."""
_THIN_PX: Final = 3.0

Pixels = npt.NDArray[np.float64]


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
    row = layout.markers
    if not row.top() <= place.y() <= row.bottom():
        return None
    lefts, rights = _edges(markers, layout, view)
    hits = [markers[index] for index in np.flatnonzero((lefts <= place.x()) & (place.x() <= rights))]
    return min(hits, key=lambda marker: (marker.end_s or marker.start_s) - marker.start_s, default=None)


def _edges(markers: tuple[Marker, ...], layout: TimelineLayout, view: VisibleRange) -> tuple[Pixels, Pixels]:
    """Return the left and right edges of ``rect_of`` for all markers at once."""
    row = layout.markers
    starts_s = np.fromiter((marker.start_s for marker in markers), np.float64, len(markers))
    ends_s = np.fromiter((marker.end_s or np.nan for marker in markers), np.float64, len(markers))
    scale = row.width() / view.span_s
    lefts = row.left() + (starts_s - view.start_s) * scale
    rights = np.maximum(row.left() + (ends_s - view.start_s) * scale, lefts + 2 * _REACH_PX)
    is_moment = np.isnan(ends_s)
    lefts = np.where(is_moment, lefts - _REACH_PX, lefts)
    return lefts, np.where(is_moment, lefts + _FLAG_PX + 2 * _REACH_PX, rights)


def paint_markers(
    painter: QPainter,
    markers: tuple[Marker, ...],
    selected: Marker | None,
    layout: TimelineLayout,
    view: VisibleRange,
    inks: Mapping[str, str],
) -> None:
    """Paint all markers: their flags in the row, their times over the lanes.

    Args:
        painter: On the timeline.
        markers: In the order of time.
        selected: The marker in hand, or None.
        layout: Of the timeline.
        view: Which time is on screen.
        inks: The colours of the user's types of events, by name.
    """
    painter.save()
    painter.setClipRect(layout.time)
    painter.setFont(text_font(SMALL_PX))
    lefts, rights = _edges(markers, layout, view)
    seen = np.flatnonzero((rights >= layout.time.left()) & (lefts <= layout.time.right())).tolist()
    spans = [index for index in seen if markers[index].end_s is not None]
    flags = [index for index in seen if markers[index].end_s is None]
    if len(spans) > _MANY:
        _paint_merged(painter, lefts[spans], rights[spans], layout)
        spans = [index for index in spans if markers[index] == selected]
    if len(flags) > _MANY:
        flags = _thinned(flags, lefts, markers, selected)
    for index in sorted((*spans, *flags)):
        marker, box = markers[index], rect_of(markers[index], layout, view)
        if marker.end_s is None:
            following_px = lefts[index + 1] if index + 1 < len(markers) else layout.time.right()
            room_px = float(following_px) - box.left() - 2
            ink = surfaces().accent if marker == selected else ink_of(marker, inks)
            _paint_flag(painter, marker, box, room_px, layout, ink, is_selected=marker == selected)
        elif marker.kind == "exclude":
            paint_span(painter, box, marker.text or marker.title, layout, is_selected=marker == selected)
        else:
            text = ": ".join(part for part in (marker.event_type, marker.text) if part) or marker.title
            ink = surfaces().accent if marker == selected else ink_of(marker, inks)
            paint_event_span(painter, box, text, layout, ink)
    painter.restore()


def _thinned(flags: list[int], lefts: Pixels, markers: tuple[Marker, ...], selected: Marker | None) -> list[int]:
    """Return one of the flags of each kind that lie at the same place, and the one in hand."""
    places = {
        (int(lefts[index] // _THIN_PX), markers[index].title, markers[index] == selected): index for index in flags
    }
    return list(places.values())


def _paint_merged(painter: QPainter, lefts: Pixels, rights: Pixels, layout: TimelineLayout) -> None:
    """Paint spans that touch each other as one."""
    order = np.argsort(lefts, kind="stable")
    lefts, reach = lefts[order], np.maximum.accumulate(rights[order])
    first = np.flatnonzero(np.concatenate(([True], lefts[1:] > reach[:-1])))
    row = layout.markers
    for start, end in pairwise((*first.tolist(), len(lefts))):
        left, right = max(float(lefts[start]), row.left() - 10), min(float(reach[end - 1]), row.right() + 10)
        text = f"{end - start:,} spans" if end - start > 1 else ""
        paint_span(painter, QRectF(left, row.top(), right - left, row.height()), text, layout, is_selected=False)


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


def ink_of(marker: Marker, inks: Mapping[str, str]) -> str:
    """Return a marker's colour, #RRGGBB: its type's, also of a type that is not in the user's list any more."""
    if marker.event_type:
        return inks.get(marker.event_type) or colour_of(marker.event_type)
    s = surfaces()
    return {"event": s.amber, "exclude": s.quiet}.get(marker.kind, s.text)


def paint_event_span(
    painter: QPainter, box: QRectF, text: str, layout: TimelineLayout, ink: str, *, is_open: bool = False
) -> None:
    """Paint an event that lasts: a bar in the row, and a tint with its edges over everything below it."""
    top = layout.lanes_area.top()
    below = QRectF(box.left(), top, box.width(), layout.graph.bottom() - top)
    painter.fillRect(below, colour(ink, 0.1))
    for x in (below.left(), below.right() - 1):
        painter.fillRect(QRectF(x, top, 1, below.height()), colour(ink, 0.5))
    bar = box.adjusted(0, 4, 0, -4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(ink), 1, Qt.PenStyle.DashLine if is_open else Qt.PenStyle.SolidLine))
    painter.setBrush(colour(ink, 0.3))
    painter.drawRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, bar.width() - 10)
    if bar.width() > 26:
        painter.setPen(colour(surfaces().text))
        painter.drawText(bar.adjusted(6, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_flag(
    painter: QPainter,
    marker: Marker,
    box: QRectF,
    room_px: float,
    layout: TimelineLayout,
    ink: str,
    *,
    is_selected: bool,
) -> None:
    s = surfaces()
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
    text = (marker.text or marker.event_type).split("\n", 1)[0]
    if not text:
        return
    room_px = min(room_px - _FLAG_PX - 4, _MAX_TEXT_PX)
    if room_px < 24:
        return
    shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, room_px)
    painter.setPen(colour(s.text if is_selected else s.quiet))
    painter.drawText(
        QRectF(x + _FLAG_PX + 4, box.top(), room_px, box.height() - 6), Qt.AlignmentFlag.AlignVCenter, shown
    )
