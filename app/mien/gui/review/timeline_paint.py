"""Paints what stands still on the timeline: ruler, lanes, valence and arousal."""

from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from mien.core.emotion import UNCERTAIN
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, SMALL_PX, text_font
from mien.gui.parts.gauges import AROUSAL_COLOUR, VALENCE_COLOUR
from mien.gui.review.lane_image import fill_image, lane_image, runs_of
from mien.gui.review.lanes import Lane, Lanes
from mien.gui.review.timeline_layout import GUTTER_PX, TimelineLayout
from mien.overlay.style import initials_of, name_of
from mien.timeline.history import GAP_S
from mien.timeline.visible_range import VisibleRange, clock

_DARK_INK: Final = "#14171C"
_WORD_FROM_PX: Final = 22
_GRAPH_STEP_PX: Final = 3
_PAD_PX: Final = 16


def paint_ruler(painter: QPainter, layout: TimelineLayout, view: VisibleRange) -> None:
    """Paint the times, and faint lines below them."""
    s, ruler = surfaces(), layout.ruler
    times_s, step_s = view.ticks(ruler.width())
    decimals = 0 if step_s >= 1 else 1 if step_s >= 0.1 else 2
    painter.setFont(text_font(SMALL_PX, figures=True))
    centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
    for time_s in times_s:
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
    labels = lanes.labels_of(lane, view.edges(max(round(rect.width() * ratio), 1)))
    image = lane_image(labels, lanes.labels, max(round(rect.height() * ratio), 1), s.panel)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(rect.topLeft(), image)
    _paint_words(painter, rect, labels, lanes.labels, ratio)


def _paint_words(
    painter: QPainter, rect: QRectF, labels: npt.NDArray[np.int16], names: tuple[str, ...], ratio: float
) -> None:
    painter.setFont(text_font(SMALL_PX, strong=True))
    metrics = QFontMetricsF(painter.font())
    for start, end, label in runs_of(labels, round(_WORD_FROM_PX * ratio)):
        box = QRectF(rect.left() + start / ratio, rect.top(), (end - start) / ratio, rect.height())
        is_uncertain = label == len(names)
        text = UNCERTAIN if is_uncertain else names[label]
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
    affect = lanes.affect_of(lane, edges)
    times_s = (edges[:-1] + edges[1:]) / 2
    painter.save()
    painter.setClipRect(graph.adjusted(0, -1, 0, 1))
    parts = _unbroken(times_s, affect, max(GAP_S, 2 * view.span_s / columns))
    filled = np.full(columns, np.nan)
    for part in parts:
        within = np.arange(part[0], part[-1] + 1)
        filled[within] = np.interp(within, part, affect[part, 0])
    painter.drawImage(graph, fill_image(filled, max(int(graph.height()), 1), VALENCE_COLOUR, 0.22))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for part in parts:
        x = graph.left() + (times_s[part] - view.start_s) / view.span_s * graph.width()
        y = graph.center().y() - affect[part] * half
        for column, ink in ((0, VALENCE_COLOUR), (1, AROUSAL_COLOUR)):
            painter.setPen(QPen(QColor(ink), 1))
            painter.drawPolyline(_polyline(x, y[:, column]))
    painter.restore()


def _unbroken(
    times_s: npt.NDArray[np.float64], affect: npt.NDArray[np.float64], gap_s: float
) -> list[npt.NDArray[np.intp]]:
    """Return the places of columns that belong together, split where nobody was there."""
    known = np.flatnonzero(~np.isnan(affect[:, 0]))
    if not len(known):
        return []
    breaks = np.flatnonzero(np.diff(times_s[known]) > gap_s) + 1
    return [part for part in np.split(known, breaks) if len(part)]


def _polyline(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> list[QPointF]:
    return [QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)]
