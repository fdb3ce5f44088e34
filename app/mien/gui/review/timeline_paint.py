"""Paints what stands still on the timeline: the ruler, and each person's name and band."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from mien.core.wording import initials_of, name_of
from mien.gui.look.icons import draw_icon
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, SMALL_PX, text_font
from mien.gui.review.lane_image import lane_image
from mien.gui.review.timeline_layout import GUTTER_PX, TimelineLayout
from mien.timeline.clock import clock
from mien.timeline.lanes import Lane, Lanes
from mien.timeline.ruler import decimals_for, step_for, ticks
from mien.timeline.runs import Codes, column_runs, label_of
from mien.timeline.visible_range import VisibleRange

_DARK_INK: Final = "#14171C"
_WORD_FROM_PX: Final = 22
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
    room = QRectF(_PAD_PX + 4, rect.top(), GUTTER_PX - _PAD_PX - 40, rect.height())
    name = QFontMetricsF(painter.font()).elidedText(lane.name, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
    painter.fillRect(rect, colour(s.line, 0.45))
    labels = lane.labels(view.edges(max(round(rect.width() * ratio), 1)))
    image = lane_image(labels, lanes.labels, max(round(rect.height() * ratio), 1), s.panel)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(rect.topLeft(), image)
    paint_words(painter, rect, labels, lanes.labels, ratio)


def paint_words(painter: QPainter, rect: QRectF, labels: Codes, names: tuple[str, ...], ratio: float) -> None:
    """Write the name of each run on a band, as far as it fits: in full, as initials, or not at all."""
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


def paint_pin(painter: QPainter, rect: QRectF, *, is_on: bool) -> None:
    """Paint what one clicks to show or hide the curves under a band."""
    s = surfaces()
    side = QRectF(rect.center().x() - 8, rect.center().y() - 8, 16, 16)
    draw_icon(painter, "curves", side, s.accent if is_on else s.quiet)


def paint_selection(
    painter: QPainter, layout: TimelineLayout, view: VisibleRange, start_s: float, end_s: float | None
) -> None:
    """Paint what is selected: its ends A and B on the ruler, and a tint over everything in between."""
    s, ruler = surfaces(), layout.ruler
    left = ruler.left() + view.x_of(start_s, ruler.width())
    right = left if end_s is None else ruler.left() + view.x_of(end_s, ruler.width())
    painter.save()
    painter.setClipRect(layout.time)
    painter.fillRect(QRectF(left, ruler.top(), right - left, layout.height_px), colour(s.accent, 0.08))
    painter.setFont(text_font(SMALL_PX, strong=True))
    for letter, x, side in (("A", left, -1), ("B", right, 1)):
        if letter == "B" and end_s is None:
            continue
        painter.fillRect(QRectF(x - 0.75, ruler.top(), 1.5, layout.height_px), colour(s.accent, 0.8))
        box = QRectF(x - 7 + side * 8, ruler.bottom() - 15, 14, 13)
        painter.fillRect(box, colour(s.accent))
        painter.setPen(colour(s.on_accent))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)
    painter.restore()
