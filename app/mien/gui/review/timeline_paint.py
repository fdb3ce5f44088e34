"""Paints what stands still on the timeline: ruler, lanes, valence and arousal."""

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from mien.core.wording import initials_of, name_of
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, SMALL_PX, text_font
from mien.gui.parts.gauges import AROUSAL_COLOUR, VALENCE_COLOUR
from mien.gui.review.lane_image import fill_image, lane_image
from mien.gui.review.timeline_layout import GUTTER_PX, TimelineLayout
from mien.timeline.clock import clock
from mien.timeline.columns import Curve
from mien.timeline.lanes import Lane, Lanes
from mien.timeline.quantities import AROUSAL, VALENCE
from mien.timeline.ruler import decimals_for, step_for, ticks
from mien.timeline.runs import Codes, column_runs, label_of
from mien.timeline.visible_range import VisibleRange

_DARK_INK: Final = "#14171C"
_WORD_FROM_PX: Final = 22
_GRAPH_STEP_PX: Final = 3
_PAD_PX: Final = 16


def paint_ruler(painter: QPainter, layout: TimelineLayout, view: VisibleRange) -> None:
    """Paint the times, and faint lines below them."""
    s, ruler = surfaces(), layout.ruler
    step_s = step_for(view.span_s, ruler.width())
    decimals = decimals_for(step_s)
    painter.setFont(text_font(SMALL_PX, figures=True))
    centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
    for time_s in ticks(view.start_s, view.end_s, step_s):
        x = ruler.left() + view.x_of(time_s, ruler.width())
        painter.fillRect(
            QRectF(round(x), ruler.bottom() - 4, 1, layout.graph.bottom() - ruler.bottom() + 4),
            colour(s.line, 0.7),
        )
        painter.setPen(colour(s.quiet))
        left = min(x - 50, ruler.right() - 74)
        painter.drawText(QRectF(left, 0, 100, 18), centre, clock(time_s, decimals=decimals))


def paint_read_part(painter: QPainter, layout: TimelineLayout, view: VisibleRange, read_until_s: float) -> None:
    """Paint how far the video was read: a line under the ruler, and a ground under the lanes."""
    s, area = surfaces(), layout.lanes_area
    right = min(max(view.x_of(read_until_s, area.width()), 0.0), area.width())
    if right <= 0:
        return
    painter.fillRect(QRectF(area.left(), layout.ruler.bottom() - 2, right, 2), colour(s.accent, 0.8))


def paint_lane(
    painter: QPainter,
    rect: QRectF,
    lanes: Lanes,
    lane: Lane,
    view: VisibleRange,
    ratio: float,
    *,
    is_selected: bool,
) -> None:
    """Paint a person's name and band.

    Args:
        painter: On the timeline.
        rect: Of the band.
        lanes: Where its readings are.
        lane: The person.
        view: Which time is seen.
        ratio: Device pixels a pixel.
        is_selected: Whether the details are about this person.
    """
    s = surfaces()
    painter.setPen(Qt.PenStyle.NoPen)
    if is_selected:
        painter.setBrush(colour(s.raised))
        painter.drawRoundedRect(QRectF(8, rect.top() - 2, GUTTER_PX - 16, rect.height() + 4), 4, 4)
        painter.setBrush(colour(s.accent))
        painter.drawRoundedRect(QRectF(8, rect.top() + 2, 3, rect.height() - 4), 1.5, 1.5)
    painter.setFont(text_font(BASE_PX, strong=is_selected))
    painter.setPen(colour(s.text if is_selected else s.quiet))
    name = QFontMetricsF(painter.font()).elidedText(
        lane.name, Qt.TextElideMode.ElideRight, GUTTER_PX - _PAD_PX - 16
    )
    painter.drawText(
        QRectF(_PAD_PX + 4, rect.top(), GUTTER_PX - _PAD_PX - 12, rect.height()),
        Qt.AlignmentFlag.AlignVCenter,
        name,
    )
    painter.fillRect(rect, colour(s.line, 0.45))
    labels = lane.labels(view.edges(max(round(rect.width() * ratio), 1)))
    image = lane_image(labels, lanes.labels, max(round(rect.height() * ratio), 1), s.panel)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(rect.topLeft(), image)
    _paint_words(painter, rect, labels, lanes.labels, ratio)


def _paint_words(painter: QPainter, rect: QRectF, labels: Codes, names: tuple[str, ...], ratio: float) -> None:
    painter.setFont(text_font(SMALL_PX, strong=True))
    metrics = QFontMetricsF(painter.font())
    for start, end, label in column_runs(labels, round(_WORD_FROM_PX * ratio)):
        box = QRectF(rect.left() + start / ratio, rect.top(), (end - start) / ratio, rect.height())
        is_uncertain = label == len(names)
        text = label_of(label, names)
        for word in (name_of(text), initials_of(text)):
            if metrics.horizontalAdvance(word) + 10 <= box.width():
                painter.setPen(QColor(surfaces().text if is_uncertain else _DARK_INK))
                painter.drawText(box.adjusted(5, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, word)
                break


def paint_graph(
    painter: QPainter, layout: TimelineLayout, lanes: Lanes, lane: Lane | None, view: VisibleRange
) -> None:
    """Paint valence, filled down to zero, and arousal, a line, of one person."""
    s, graph = surfaces(), layout.graph
    half = graph.height() / 2
    painter.fillRect(QRectF(graph.left(), round(graph.center().y()), graph.width(), 1), colour(s.line))
    painter.setFont(text_font(SMALL_PX))
    for name, ink, top in (
        ("Valence", VALENCE_COLOUR, graph.top()),
        ("Arousal", AROUSAL_COLOUR, graph.top() + half),
    ):
        row = QRectF(_PAD_PX + 4, top, GUTTER_PX - _PAD_PX - 12, half)
        painter.fillRect(QRectF(row.left(), row.center().y() - 1.5, 10, 3), QColor(ink))
        painter.setPen(colour(s.quiet))
        painter.drawText(row.adjusted(16, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
    if lane is None:
        return
    columns = max(int(graph.width() / _GRAPH_STEP_PX), 2)
    edges = view.edges(columns)
    valence, arousal = lane.curve(VALENCE, edges), lane.curve(AROUSAL, edges)
    painter.save()
    painter.setClipRect(graph.adjusted(0, -1, 0, 1))
    filled = np.full(columns, np.nan)
    for part in valence.parts():
        known = valence.columns[part]
        within = np.arange(known[0], known[-1] + 1)
        filled[within] = np.interp(within, known, valence.values[part])
    painter.drawImage(graph, fill_image(filled, max(int(graph.height()), 1), VALENCE_COLOUR, 0.22))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for curve, ink in ((valence, VALENCE_COLOUR), (arousal, AROUSAL_COLOUR)):
        painter.setPen(QPen(QColor(ink), 1))
        _paint_curve(painter, curve, graph, columns)
    painter.restore()


def _paint_curve(painter: QPainter, curve: Curve, graph: QRectF, columns: int) -> None:
    xs = graph.left() + (curve.columns + 0.5) / columns * graph.width()
    ys = graph.center().y() - curve.values * graph.height() / 2
    for part in curve.parts():
        points = zip(xs[part].tolist(), ys[part].tolist(), strict=True)
        painter.drawPolyline([QPointF(*point) for point in points])
