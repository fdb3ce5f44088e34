"""What stands still on the timeline: ruler, lanes, lines and markers, painted once for many frames."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.review.curve_paint import paint_panes
from mien.gui.review.marker_paint import paint_markers
from mien.gui.review.timeline_layout import GAP_PX, TimelineLayout, panes_px
from mien.gui.review.timeline_paint import paint_lane, paint_loop, paint_pin, paint_read_part, paint_ruler
from mien.session.notes.annotations import Marker
from mien.timeline.lanes import Lanes
from mien.timeline.panes import Pane
from mien.timeline.visible_range import VisibleRange

_HINT: Final = "E marks an event, N writes a note, X begins and ends an excluded span"


@dataclass(slots=True)
class TimelineContent:
    """What the timeline shows, wherever it looks.

    Attributes:
        lanes: A lane for each person.
        markers: In the order of time.
        selected: The marker in hand, or None.
        person: Whose curves are drawn below all lanes, or None.
        loop: Where what is played again and again begins and ends; the end is None until it is set.
        panes: Which curves.
        pinned: The persons whose curves are drawn under their bands as well.
        read_until_s: So far there are readings.
        open_since_s: Where a span began that is not ended yet, or None.
        dragged: The marker that the pointer moves, which is painted elsewhere, or None.
    """

    lanes: Lanes
    markers: tuple[Marker, ...] = ()
    selected: Marker | None = None
    person: int | None = None
    read_until_s: float = 0.0
    open_since_s: float | None = None
    dragged: Marker | None = None
    loop: tuple[float, float | None] | None = None
    panes: tuple[Pane, ...] = ()
    pinned: frozenset[int] = frozenset()

    def lane_heights(self) -> tuple[float, ...]:
        """Return for each lane how high the curves under its band are; 0 for none."""
        height_px = panes_px(self.panes) + 2 * GAP_PX if self.panes else 0.0
        return tuple(height_px if lane.person_id in self.pinned else 0.0 for lane in self.lanes.lanes)


def paint_still(
    content: TimelineContent, layout: TimelineLayout, view: VisibleRange, size: QSize, ratio: float
) -> QPixmap:
    """Return a picture of it.

    Args:
        content: What there is.
        layout: Where the parts lie.
        view: Which time.
        size: Of the widget.
        ratio: Pixels of the screen in one of the widget.
    """
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(colour(surfaces().panel))
    painter = QPainter(pixmap)
    lanes = content.lanes
    paint_ruler(painter, layout, view)
    paint_read_part(painter, layout, view, content.read_until_s)
    if content.loop is not None:
        paint_loop(painter, layout, view, *content.loop)
    _paint_lanes(painter, content, layout, view, ratio)
    chosen = lanes.lane(content.person)
    paint_panes(painter, layout.graph, content.panes, chosen, view, names_person=True)
    if content.markers:
        still = tuple(marker for marker in content.markers if marker != content.dragged)
        paint_markers(painter, still, content.selected, layout, view)
    elif lanes.lanes and content.open_since_s is None:
        painter.setFont(text_font(SMALL_PX))
        painter.setPen(colour(surfaces().quiet, 0.8))
        painter.drawText(layout.markers.adjusted(10, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, _HINT)
    painter.end()
    return pixmap


def _paint_lanes(
    painter: QPainter, content: TimelineContent, layout: TimelineLayout, view: VisibleRange, ratio: float
) -> None:
    area = layout.lanes_area
    painter.save()
    painter.setClipRect(QRectF(0, area.top() - 2, layout.width_px, area.height() + 2))
    for index, lane in enumerate(content.lanes.lanes):
        rect = layout.lane(index)
        below = layout.lane_graph(index)
        if max(rect.bottom(), below.bottom()) < area.top() or rect.top() > area.bottom():
            continue
        is_selected = lane.person_id == content.person
        paint_lane(painter, rect, content.lanes, lane, view, ratio, is_selected=is_selected)
        paint_pin(painter, layout.pin(index), is_on=lane.person_id in content.pinned)
        if below.height() > 0:
            paint_panes(painter, below, content.panes, lane, view)
    if layout.hidden_px > 0:
        share = area.height() / (area.height() + layout.hidden_px)
        top = area.top() + layout.scrolled_px * share
        bar = QRectF(layout.width_px - 8, top, 4, area.height() * share)
        painter.fillRect(bar, colour(surfaces().quiet, 0.5))
    painter.restore()
