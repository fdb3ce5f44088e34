"""Paints what moves on the timeline: the playhead, a span that is being marked, a marker or a name in hand."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, SMALL_PX, text_font
from mien.gui.review.marker_paint import paint_event_span, paint_markers, paint_span
from mien.gui.review.timeline_layout import GUTTER_PX, TimelineLayout
from mien.session.notes.annotations import Marker
from mien.timeline.clock import clock
from mien.timeline.lanes import Lane
from mien.timeline.visible_range import VisibleRange


def paint_playhead(painter: QPainter, x: float, layout: TimelineLayout) -> None:
    """Paint the line at the moment on screen, with its handle in the ruler; nothing where it is out of sight."""
    time = layout.time
    if not time.left() - 1 <= x <= time.right() + 1:
        return
    ink = colour(surfaces().text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, 1.5))
    painter.drawLine(QPointF(x, 22), QPointF(x, layout.height_px))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    corners = ((-5, 17), (5, 17), (5, 22), (0, 28), (-5, 22))
    painter.drawPolygon(QPolygonF([QPointF(x + across, y) for across, y in corners]))


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """A span whose end is still to be set.

    Attributes:
        since_s: Where it began.
        text: What stands on it.
        ink: The colour of its type, #RRGGBB; empty for a span to exclude.
    """

    since_s: float
    text: str
    ink: str = ""


def paint_open_span(
    painter: QPainter, span: OpenSpan, now_s: float, layout: TimelineLayout, view: VisibleRange
) -> None:
    """Paint a span from where it began to the playhead, before or after."""
    row = layout.markers
    left, right = (row.left() + view.x_of(time_s, row.width()) for time_s in sorted((span.since_s, now_s)))
    painter.save()
    painter.setClipRect(layout.time, Qt.ClipOperation.IntersectClip)
    painter.setFont(text_font(SMALL_PX))
    box = QRectF(left, row.top(), max(right - left, 2.0), row.height())
    if span.ink:
        paint_event_span(painter, box, span.text, layout, span.ink, is_open=True)
    else:
        paint_span(painter, box, span.text, layout, is_selected=False, is_open=True)
    painter.restore()


def paint_moved(
    painter: QPainter, marker: Marker, time_s: float, layout: TimelineLayout, view: VisibleRange
) -> None:
    """Paint a marker where the pointer has taken it, with the time that it would get on the ruler.

    Args:
        painter: On the timeline.
        marker: As it would be.
        time_s: Of the part that moves.
        layout: Of the timeline.
        view: Which time is on screen.
    """
    s = surfaces()
    paint_markers(painter, (marker,), marker, layout, view, {})
    text = clock(time_s, decimals=2)
    painter.setFont(text_font(SMALL_PX, figures=True))
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 16
    x = layout.time.left() + view.x_of(time_s, layout.time.width())
    left = min(max(x - width / 2, layout.time.left()), layout.time.right() - width)
    box = QRectF(left, 2, width, 20)
    painter.setPen(QPen(colour(s.accent), 1))
    painter.setBrush(colour(s.raised))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(colour(s.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_drag(
    painter: QPainter, dragged: Lane, target: Lane | None, row: QRectF | None, pointer: QPointF
) -> None:
    """Paint the name that is being dragged, and the lane that would take it.

    Args:
        painter: On the timeline.
        dragged: The person in hand.
        target: The person under the pointer, or None.
        row: Where that one's band lies, or None.
        pointer: Where the pointer is.
    """
    s = surfaces()
    takes = target is not None and target is not dragged
    if takes and row is not None:
        painter.setPen(QPen(colour(s.accent), 2))
        painter.setBrush(colour(s.accent, 0.15))
        painter.drawRoundedRect(QRectF(8, row.top() - 2, GUTTER_PX + row.width(), row.height() + 4), 4, 4)
    text = f"{dragged.name} is {target.name}" if takes and target is not None else dragged.name
    painter.setFont(text_font(BASE_PX, strong=True))
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 24
    box = QRectF(pointer.x() + 10, pointer.y() - 14, width, 28)
    painter.setPen(QPen(colour(s.accent), 1))
    painter.setBrush(colour(s.raised))
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(colour(s.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
