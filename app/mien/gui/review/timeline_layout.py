"""Where the parts of the timeline lie."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF

GUTTER_PX: Final = 132
RIGHT_PX: Final = 16
RULER_PX: Final = 32
MARKERS_PX: Final = 24
LANE_PX: Final = 20
LANE_STEP_PX: Final = 26
GRAPH_PX: Final = 64
GAP_PX: Final = 6
SCROLL_PX: Final = 8


@dataclass(frozen=True, slots=True)
class TimelineLayout:
    """The timeline's parts for one size.

    Attributes:
        width_px: Of the widget.
        height_px: Of the widget.
        lanes: How many there are.
        scrolled_px: How far the lanes are scrolled.
    """

    width_px: float
    height_px: float
    lanes: int
    scrolled_px: float = 0.0

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
        """Valence and arousal."""
        return QRectF(self.time.left(), self.height_px - GRAPH_PX - GAP_PX, self.time.width(), GRAPH_PX)

    @property
    def hidden_px(self) -> float:
        """How far the lanes can be scrolled."""
        return max(self.lanes * LANE_STEP_PX - self.lanes_area.height(), 0.0)

    def lane(self, index: int) -> QRectF:
        """Return where a lane lies."""
        area = self.lanes_area
        return QRectF(area.left(), area.top() + index * LANE_STEP_PX - self.scrolled_px, area.width(), LANE_PX)

    def lane_at(self, y_px: float) -> int | None:
        """Return the lane at a height, or None."""
        area = self.lanes_area
        if not area.top() <= y_px < area.bottom():
            return None
        index = int((y_px - area.top() + self.scrolled_px) // LANE_STEP_PX)
        return index if 0 <= index < self.lanes else None


def height_for(lanes: int) -> int:
    """Return the height at which so many lanes are seen whole."""
    return RULER_PX + MARKERS_PX + 3 * GAP_PX + max(lanes, 1) * LANE_STEP_PX + GRAPH_PX
