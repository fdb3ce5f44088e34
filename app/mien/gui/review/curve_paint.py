"""Paints curves of one person over time, with axis and legend."""

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.parts.gauges import AROUSAL_COLOUR, VALENCE_COLOUR
from mien.gui.review.lane_image import fill_image
from mien.gui.review.timeline_layout import GUTTER_PX, LEGEND_ROW_PX, pane_rects
from mien.overlay.style import colour_of
from mien.timeline.columns import Curve
from mien.timeline.lanes import Lane
from mien.timeline.panes import Pane, title_of
from mien.timeline.quantities import VALENCE, Quantity
from mien.timeline.visible_range import VisibleRange

_STEP_PX: Final = 3
_LEFT_PX: Final = 20
_AXIS_PX: Final = 36
_SWATCH_PX: Final = 10


def paint_panes(
    painter: QPainter,
    rect: QRectF,
    panes: tuple[Pane, ...],
    lane: Lane | None,
    view: VisibleRange,
    *,
    names_person: bool = False,
) -> None:
    """Paint panes one below the other.

    Args:
        painter: On the timeline.
        rect: Where the curves lie; legend and axis stand to the left of it.
        panes: What to draw.
        lane: The person, or None for axes without curves.
        view: Which time is seen.
        names_person: Write above the legend whose curves these are.
    """
    if not panes or rect.height() < 1:
        return
    parts = pane_rects(panes, rect)
    for pane, part in zip(panes, parts, strict=True):
        _paint_axis(painter, pane, part)
        _paint_legend(
            painter, pane, part, lane.name if names_person and lane is not None and part is parts[0] else ""
        )
        if lane is not None:
            _paint_curves(painter, pane, part, lane, view)


def ink_of(quantity: Quantity) -> str:
    """Return the colour of a curve, #RRGGBB."""
    match quantity.kind:
        case "probability" | "detail":
            return colour_of(quantity.label)
        case "valence":
            return VALENCE_COLOUR
        case "arousal":
            return AROUSAL_COLOUR
        case "quality":
            return surfaces().text


def _paint_axis(painter: QPainter, pane: Pane, rect: QRectF) -> None:
    s = surfaces()
    painter.setFont(text_font(SMALL_PX, figures=True))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for value, text in pane.ticks:
        share = (value - pane.lowest) / (pane.highest - pane.lowest)
        y = round(rect.bottom() - share * rect.height())
        painter.fillRect(QRectF(rect.left(), y, rect.width(), 1), colour(s.line))
        shift = (share - 0.5) * 10  # the outer ones stay within the pane
        painter.setPen(colour(s.quiet))
        painter.drawText(QRectF(rect.left() - _AXIS_PX - 6, y - 8 + shift, _AXIS_PX, 16), right, text)


def _paint_legend(painter: QPainter, pane: Pane, rect: QRectF, person: str) -> None:
    """Write the names, as many as there is room for; above them the person's, unless empty or too much."""
    painter.setFont(text_font(SMALL_PX))
    metrics = QFontMetricsF(painter.font())
    rows = min(len(pane.quantities), max(int(rect.height() // LEGEND_ROW_PX), 1))
    has_title = bool(person) and (rows + 1) * LEGEND_ROW_PX <= rect.height() + 4
    top = rect.center().y() - (rows + has_title) * LEGEND_ROW_PX / 2
    if has_title:
        painter.setPen(colour(surfaces().text))
        room = QRectF(_LEFT_PX, top, GUTTER_PX - _AXIS_PX - _LEFT_PX, LEGEND_ROW_PX)
        name = metrics.elidedText(person, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
        top += LEGEND_ROW_PX
    width = GUTTER_PX - _AXIS_PX - _LEFT_PX - _SWATCH_PX - 10
    for quantity in pane.quantities[:rows]:
        middle = top + LEGEND_ROW_PX / 2
        painter.setPen(_pen_of(quantity, 3))
        painter.drawLine(QPointF(_LEFT_PX, middle), QPointF(_LEFT_PX + _SWATCH_PX, middle))
        painter.setPen(colour(surfaces().quiet))
        text = metrics.elidedText(title_of(quantity), Qt.TextElideMode.ElideRight, width)
        box = QRectF(_LEFT_PX + _SWATCH_PX + 6, top, width, LEGEND_ROW_PX)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
        top += LEGEND_ROW_PX


def _paint_curves(painter: QPainter, pane: Pane, rect: QRectF, lane: Lane, view: VisibleRange) -> None:
    columns = max(int(rect.width() / _STEP_PX), 2)
    edges = view.edges(columns)
    painter.save()
    painter.setClipRect(rect.adjusted(0, -2, 0, 2), Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # The first in the legend lies on top of the others.
    for quantity in reversed(pane.quantities):
        curve = lane.curve(quantity, edges)
        if quantity == VALENCE:
            painter.drawImage(
                rect, fill_image(_filled(curve, columns), max(int(rect.height()), 1), VALENCE_COLOUR, 0.22)
            )
        painter.setPen(_pen_of(quantity, 1.3))
        xs = rect.left() + (curve.columns + 0.5) / columns * rect.width()
        ys = rect.bottom() - (curve.values - pane.lowest) / (pane.highest - pane.lowest) * rect.height()
        for part in curve.parts():
            points = zip(xs[part].tolist(), ys[part].tolist(), strict=True)
            painter.drawPolyline([QPointF(*point) for point in points])
    painter.restore()


def _filled(curve: Curve, columns: int) -> np.ndarray:
    """Return a curve in every column of its parts, for what lies between it and its zero line: (columns,)."""
    filled = np.full(columns, np.nan)
    for part in curve.parts():
        known = curve.columns[part]
        within = np.arange(known[0], known[-1] + 1)
        filled[within] = np.interp(within, known, curve.values[part])
    return filled


def _pen_of(quantity: Quantity, width: float) -> QPen:
    style = Qt.PenStyle.DotLine if quantity.is_second else Qt.PenStyle.SolidLine
    return QPen(QColor(ink_of(quantity)), width, style)
