"""A marker in the hand of the pointer: which part of it, and where it goes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from mien.session.notes.annotations import Marker

Part = Literal["start", "end", "whole"]

SHORTEST_SPAN_S: Final = 0.02
_EDGE_PX: Final = 6.0


@dataclass(frozen=True, slots=True)
class MarkerDrag:
    """What was taken; dragging gives new markers and leaves this one as it is.

    Attributes:
        marker: As it was taken.
        part: An edge of a span, or all of it.
        taken_s: Media time where the pointer took it.
    """

    marker: Marker
    part: Part
    taken_s: float

    def dragged_to(
        self, time_s: float, duration_s: float, nearest_frame: Callable[[float], float] = lambda time_s: time_s
    ) -> Marker:
        """Return the marker as it is with the pointer at a time; it stays within the video and keeps its order.

        Args:
            time_s: Media time of the pointer.
            duration_s: Of the video.
            nearest_frame: What it snaps to: gives the time of the frame nearest to a time.
        """
        dragged = self._dragged(time_s, duration_s)
        start_s, end_s = dragged.start_s, dragged.end_s
        if self.part != "end":
            start_s = nearest_frame(start_s)
        if end_s is not None and self.part != "start":
            end_s = max(nearest_frame(end_s), start_s + SHORTEST_SPAN_S)
        return self._with(start_s, end_s)

    def _dragged(self, time_s: float, duration_s: float) -> Marker:
        start_s, end_s = self.marker.start_s, self.marker.end_s
        by_s = time_s - self.taken_s
        if end_s is None:
            return self._with(min(max(start_s + by_s, 0.0), duration_s), None)
        if self.part == "start":
            return self._with(min(max(start_s + by_s, 0.0), end_s - SHORTEST_SPAN_S), end_s)
        if self.part == "end":
            return self._with(start_s, max(min(end_s + by_s, duration_s), start_s + SHORTEST_SPAN_S))
        by_s = max(min(by_s, duration_s - end_s), -start_s)
        return self._with(start_s + by_s, end_s + by_s)

    def time_of(self, marker: Marker) -> float:
        """Return the time that is being moved, of a marker that this became."""
        return marker.end_s if self.part == "end" and marker.end_s is not None else marker.start_s

    def _with(self, start_s: float, end_s: float | None) -> Marker:
        return msgspec.structs.replace(self.marker, start_s=start_s, end_s=end_s)


def part_at(marker: Marker, across_px: float, width_px: float) -> Part:
    """Return which part of a marker lies at a place of its box.

    Args:
        marker: A moment has no edges.
        across_px: From the left of its box.
        width_px: Of its box; a short one keeps its middle half for moving all of it.
    """
    edge_px = min(_EDGE_PX, width_px / 4)
    if marker.end_s is None or edge_px <= across_px <= width_px - edge_px:
        return "whole"
    return "start" if across_px < edge_px else "end"
