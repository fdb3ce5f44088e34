"""Paints the band of a person's labels by hand, and finds the one at a place."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from mien.core.emotion import UNCERTAIN
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.review.lane_image import lane_image
from mien.gui.review.timeline_layout import GUTTER_PX
from mien.gui.review.timeline_paint import paint_words
from mien.session.notes.annotations import HandLabel
from mien.session.notes.hand_labels import labels_at
from mien.timeline.runs import NOBODY
from mien.timeline.visible_range import VisibleRange


def paint_by_hand(
    painter: QPainter, rect: QRectF, labels: Sequence[HandLabel], view: VisibleRange, ratio: float
) -> None:
    """Paint a person's labels by hand.

    Args:
        painter: On the timeline.
        rect: Of the band.
        labels: In the order of time and without overlap.
        view: Which time is seen.
        ratio: Device pixels a pixel.
    """
    painter.setFont(text_font(SMALL_PX))
    painter.setPen(colour(surfaces().quiet))
    name = QRectF(0, rect.top() - 2, GUTTER_PX - 10, rect.height() + 4)
    painter.drawText(name, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, "by hand")
    edges = view.edges(max(round(rect.width() * ratio), 1))
    found = labels_at(labels, (edges[:-1] + edges[1:]) / 2)
    names = tuple(sorted({each.label for each in labels} - {UNCERTAIN}))
    codes = {name: code for code, name in enumerate((*names, UNCERTAIN))} | {None: NOBODY}
    columns = np.array([codes[label] for label in found], np.int16)
    image = lane_image(columns, names, max(round(rect.height() * ratio), 1), surfaces().panel)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(rect.topLeft(), image)
    paint_words(painter, rect, columns, names, ratio)


def hand_label_at(
    labels: Sequence[HandLabel], place: QPointF, rect: QRectF, view: VisibleRange
) -> HandLabel | None:
    """Return the label by hand at a place of its band, or None."""
    if not rect.contains(place):
        return None
    time_s = view.time_at(place.x() - rect.left(), rect.width())
    return next((each for each in labels if each.start_s <= time_s < each.end_s), None)
