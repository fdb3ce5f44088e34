"""What stands still on the timeline: ruler, lanes, lines and markers, painted once for many frames."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.parts.key_hint import key_text
from mien.gui.review.curve_paint import paint_panes
from mien.gui.review.hand_paint import paint_by_hand
from mien.gui.review.marker_paint import paint_markers
from mien.gui.review.timeline_layout import GAP_PX, HAND_STEP_PX, TimelineLayout, panes_px
from mien.gui.review.timeline_motion import OpenSpan
from mien.gui.review.timeline_paint import paint_lane, paint_pin, paint_read_part, paint_ruler, paint_selection
from mien.session.notes.annotations import HandLabel, Marker
from mien.timeline.lanes import Lanes
from mien.timeline.panes import Pane
from mien.timeline.visible_range import VisibleRange

_HINTS: Final = (
    (("mark_event",), "event"),
    (("mark_note",), "note"),
    (("mark_span",), "excluded span"),
    (("set_start", "set_end"), "select from A to B"),
    (("label_by_hand",), "label by hand"),
)
"""What is said of the row of markers while it is empty: commands of Review, and what their keys do there."""


@dataclass(slots=True)
class TimelineContent:
    """What the timeline shows, wherever it looks.

    Attributes:
        lanes: A lane for each person.
        markers: In the order of time.
        selected: The marker in hand, or None.
        person: Whose curves are drawn below all lanes, or None.
        selection: From A to B; B is None until it is set.
        by_hand: The labels given by hand, by person.
        panes: Which curves.
        pinned: The persons whose curves are drawn under their bands as well.
        read_until_s: So far there are readings.
        open_spans: Those that began and are not ended yet.
        inks: The colours of the user's types of events, by name.
        dragged: The marker that the pointer moves, which is painted elsewhere, or None.
    """

    lanes: Lanes
    markers: tuple[Marker, ...] = ()
    selected: Marker | None = None
    person: int | None = None
    read_until_s: float = 0.0
    open_spans: tuple[OpenSpan, ...] = ()
    inks: Mapping[str, str] = field(default_factory=dict)
    dragged: Marker | None = None
    selection: tuple[float, float | None] | None = None
    by_hand: Mapping[int, tuple[HandLabel, ...]] = field(default_factory=dict)
    panes: tuple[Pane, ...] = ()
    pinned: frozenset[int] = frozenset()

    def lane_heights(self) -> tuple[float, ...]:
        """Return for each lane how high is what lies under its band: labels by hand, and curves; 0 for none."""
        height_px = panes_px(self.panes) + 2 * GAP_PX if self.panes else 0.0
        return tuple(
            (height_px if lane.person_id in self.pinned else 0.0)
            + (HAND_STEP_PX if lane.person_id in self.by_hand else 0.0)
            for lane in self.lanes.lanes
        )

    def lanes_by_hand(self) -> frozenset[int]:
        """Return the lanes that have labels by hand."""
        return frozenset(index for index, lane in enumerate(self.lanes.lanes) if lane.person_id in self.by_hand)


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
    if content.selection is not None:
        paint_selection(painter, layout, view, *content.selection)
    _paint_lanes(painter, content, layout, view, ratio)
    chosen = lanes.lane(content.person)
    paint_panes(painter, layout.graph, content.panes, chosen, view, names_person=True)
    if content.markers:
        still = tuple(marker for marker in content.markers if marker != content.dragged)
        paint_markers(painter, still, content.selected, layout, view, content.inks)
    elif lanes.lanes and not content.open_spans:
        painter.setFont(text_font(SMALL_PX))
        painter.setPen(colour(surfaces().quiet, 0.8))
        painter.drawText(layout.markers.adjusted(10, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, _hint())
    painter.end()
    return pixmap


def _hint() -> str:
    """Return what the keys in force do; a command without a key is left out."""
    keys = (
        (", ".join(filter(None, (key_text(f"review.{each}") for each in names))), what) for names, what in _HINTS
    )
    return "   ".join(f"{key}: {what}" for key, what in keys if key)


def _paint_lanes(
    painter: QPainter, content: TimelineContent, layout: TimelineLayout, view: VisibleRange, ratio: float
) -> None:
    area = layout.lanes_area
    painter.save()
    painter.setClipRect(QRectF(0, area.top() - 2, layout.width_px, area.height() + 2))
    for index, lane in enumerate(content.lanes.lanes):
        rect, by_hand = layout.lane(index), layout.hand(index)
        below = layout.lane_graph(index)
        if max(rect.bottom(), by_hand.bottom(), below.bottom()) < area.top() or rect.top() > area.bottom():
            continue
        is_selected = lane.person_id == content.person
        paint_lane(painter, rect, content.lanes, lane, view, ratio, is_selected=is_selected)
        paint_pin(painter, layout.pin(index), is_on=lane.person_id in content.pinned)
        if by_hand.height() > 0:
            paint_by_hand(painter, by_hand, content.by_hand[lane.person_id], view, ratio)
        if below.height() > 0:
            paint_panes(painter, below, content.panes, lane, view)
    if layout.hidden_px > 0:
        share = area.height() / (area.height() + layout.hidden_px)
        top = area.top() + layout.scrolled_px * share
        bar = QRectF(layout.width_px - 8, top, 4, area.height() * share)
        painter.fillRect(bar, colour(surfaces().quiet, 0.5))
    painter.restore()
