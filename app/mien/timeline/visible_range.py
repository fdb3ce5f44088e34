"""Which stretch of time is on screen, and how to get to another."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

SHORTEST_S: Final = 1.0
_AHEAD: Final = 0.08
"""When the playhead leaves the view, it comes back in at this share from the edge."""


@dataclass(frozen=True, slots=True)
class VisibleRange:
    """A stretch of media time; every change gives a new one.

    Attributes:
        start_s: Its left edge.
        end_s: Its right edge.
        duration_s: Of everything there is.
    """

    start_s: float = 0.0
    end_s: float = 1.0
    duration_s: float = 1.0

    @property
    def span_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s

    @property
    def is_whole(self) -> bool:
        """Whether all there is can be seen."""
        return self.start_s <= 0.0 and self.end_s >= self.duration_s

    @classmethod
    def whole(cls, duration_s: float) -> "VisibleRange":
        """Return a view of all of it."""
        duration_s = max(duration_s, SHORTEST_S / 10)
        return cls(0.0, duration_s, duration_s)

    def zoomed(self, factor: float, at_s: float) -> "VisibleRange":
        """Return a view of ``factor`` times the time, in which ``at_s`` keeps its place."""
        shortest_s = min(SHORTEST_S, self.duration_s)
        span_s = min(max(self.span_s * factor, shortest_s), self.duration_s)
        share = (at_s - self.start_s) / self.span_s
        return self._placed(at_s - share * span_s, span_s)

    def moved(self, by_s: float) -> "VisibleRange":
        """Return a view of the same length, later or earlier."""
        return self._placed(self.start_s + by_s, self.span_s)

    def showing(self, time_s: float) -> "VisibleRange":
        """Return a view in which a time can be seen: this one, or the page that has it."""
        if self.start_s <= time_s <= self.end_s:
            return self
        ahead = _AHEAD if time_s > self.end_s else 1 - _AHEAD
        return self._placed(time_s - ahead * self.span_s, self.span_s)

    def lasting(self, duration_s: float) -> "VisibleRange":
        """Return the view after the whole became longer or shorter; a whole view stays whole."""
        if self.is_whole:
            return VisibleRange.whole(duration_s)
        return VisibleRange(self.start_s, self.end_s, duration_s)._placed(self.start_s, self.span_s)

    def x_of(self, time_s: float, width_px: float) -> float:
        """Return where a time lies in ``width_px`` pixels."""
        return (time_s - self.start_s) / self.span_s * width_px

    def time_at(self, x_px: float, width_px: float) -> float:
        """Return the time at a place, within what there is."""
        time_s = self.start_s + x_px / max(width_px, 1.0) * self.span_s
        return min(max(time_s, 0.0), self.duration_s)

    def edges(self, columns: int) -> npt.NDArray[np.float64]:
        """Return the borders of so many columns of pixels: (columns + 1,)."""
        return np.linspace(self.start_s, self.end_s, columns + 1)

    def _placed(self, start_s: float, span_s: float) -> "VisibleRange":
        start_s = min(max(start_s, 0.0), max(self.duration_s - span_s, 0.0))
        return VisibleRange(start_s, start_s + span_s, self.duration_s)
