"""Where the parts of the timeline lie."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF

from mien.timeline.panes import Pane

GUTTER_PX: Final = 132
RIGHT_PX: Final = 16
RULER_PX: Final = 32
MARKERS_PX: Final = 24
LANE_PX: Final = 20
LANE_STEP_PX: Final = 26
GAP_PX: Final = 6
HAND_PX: Final = 15
HAND_STEP_PX: Final = HAND_PX + 2
PANE_GAP_PX: Final = 10
LEGEND_ROW_PX: Final = 15
_LEAST_PANE_PX: Final = 64
_LEAST_LANES_PX: Final = LANE_STEP_PX


@dataclass(frozen=True, slots=True)
class TimelineLayout:
    """The timeline's parts for one size.

    Attributes:
        width_px: Of the widget.
        height_px: Of the widget.
        lanes: For each lane, how high is what lies under its band: labels by hand, and curves; 0 for none.
        panes_px: How high the curves below all lanes like to be.
        scrolled_px: How far the lanes are scrolled.
        by_hand: The lanes that have labels by hand.
    """

    width_px: float
    height_px: float
    lanes: tuple[float, ...]
    panes_px: float = _LEAST_PANE_PX
    scrolled_px: float = 0.0
    by_hand: frozenset[int] = frozenset()

    @property
    def time(self) -> QRectF:
        """All that lies over time, from ruler to graph."""
        return QRectF(GUTTER_PX, 0, max(self.width_px - GUTTER_PX - RIGHT_PX, 1.0), self.height_px)

    @property
    def ruler(self) -> QRectF:
        """The times."""
        return QRectF(self.time.left(), 0, self.time.width(), RULER_PX)

    @property
    def markers(self) -> QRectF:
        """The flags."""
        return QRectF(self.time.left(), RULER_PX, self.time.width(), MARKERS_PX)

    @property
    def lanes_area(self) -> QRectF:
        """What can be seen of the lanes."""
        top = RULER_PX + MARKERS_PX + GAP_PX
        return QRectF(self.time.left(), top, self.time.width(), max(self.graph.top() - GAP_PX - top, 0.0))

    @property
    def graph(self) -> QRectF:
        """The curves of the person that the details are about; they leave room for a lane."""
        room_px = self.height_px - RULER_PX - MARKERS_PX - 3 * GAP_PX - _LEAST_LANES_PX
        height = max(min(self.panes_px, room_px), 0.0)
        return QRectF(self.time.left(), self.height_px - height - GAP_PX, self.time.width(), height)

    @property
    def hidden_px(self) -> float:
        """How far the lanes can be scrolled."""
        return max(lanes_px(self.lanes) - self.lanes_area.height(), 0.0)

    def lane(self, index: int) -> QRectF:
        """Return where a lane's band lies."""
        area = self.lanes_area
        top = area.top() + lanes_px(self.lanes[:index]) - self.scrolled_px
        return QRectF(area.left(), top, area.width(), LANE_PX)

    def hand(self, index: int) -> QRectF:
        """Return where the labels by hand under a lane's band lie; empty for a lane without any."""
        band = self.lane(index)
        height_px = HAND_PX if index in self.by_hand else 0
        return QRectF(band.left(), band.bottom() + HAND_STEP_PX - HAND_PX, band.width(), height_px)

    def lane_graph(self, index: int) -> QRectF:
        """Return where the curves under a lane's band lie."""
        band = self.lane(index)
        above_px = GAP_PX + (HAND_STEP_PX if index in self.by_hand else 0)
        return QRectF(band.left(), band.bottom() + above_px, band.width(), max(self.lanes[index] - above_px, 0.0))

    def pin(self, index: int) -> QRectF:
        """Return where one clicks to show or hide the curves under a lane's band."""
        band = self.lane(index)
        return QRectF(GUTTER_PX - 32, band.top() - 2, 22, band.height() + 4)

    def lane_at(self, y_px: float) -> int | None:
        """Return the lane at a height, its curves included, or None."""
        area = self.lanes_area
        if not area.top() <= y_px < area.bottom():
            return None
        for index, below_px in enumerate(self.lanes):
            top = self.lane(index).top()
            if top - (LANE_STEP_PX - LANE_PX) / 2 <= y_px < top + LANE_STEP_PX + below_px:
                return index
        return None


def lanes_px(lanes: Iterable[float]) -> float:
    """Return how high lanes are together."""
    return sum(LANE_STEP_PX + below_px for below_px in lanes)


def panes_px(panes: tuple[Pane, ...]) -> float:
    """Return how high panes like to be together: each has room for its legend."""
    heights = (max(_LEAST_PANE_PX, (len(pane.quantities) + 1) * LEGEND_ROW_PX) for pane in panes)
    return sum(heights) + PANE_GAP_PX * max(len(panes) - 1, 0)


def pane_rects(panes: tuple[Pane, ...], rect: QRectF) -> list[QRectF]:
    """Return where each pane lies in a rectangle, which may be lower than they like."""
    room_px = rect.height() - PANE_GAP_PX * (len(panes) - 1)
    wanted = [panes_px((pane,)) for pane in panes]
    top, found = rect.top(), []
    for height in wanted:
        height *= room_px / sum(wanted)
        found.append(QRectF(rect.left(), top, rect.width(), max(height, 0.0)))
        top += height + PANE_GAP_PX
    return found


def height_for(lanes: Iterable[float], graph_px: float) -> int:
    """Return the height at which these lanes and the curves below them are seen whole."""
    return round(RULER_PX + MARKERS_PX + 3 * GAP_PX + max(lanes_px(lanes), LANE_STEP_PX) + graph_px)
