"""Which stretch of time is on screen, and how to get to another."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

SHORTEST_S: Final = 1.0
_STEPS_S: Final = (0.04, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
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

    def ticks(self, width_px: float, least_px: float = 96.0) -> tuple[list[float], float]:
        """Return the times to be written on a ruler, and the seconds between them."""
        wanted_s = self.span_s / max(width_px / least_px, 1.0)
        step_s = next((step for step in _STEPS_S if step >= wanted_s), _STEPS_S[-1])
        first = int(np.ceil(self.start_s / step_s - 1e-9))
        last = int(np.floor(self.end_s / step_s + 1e-9))
        return [number * step_s for number in range(first, last + 1)], step_s

    def _placed(self, start_s: float, span_s: float) -> "VisibleRange":
        start_s = min(max(start_s, 0.0), max(self.duration_s - span_s, 0.0))
        return VisibleRange(start_s, start_s + span_s, self.duration_s)


def clock(time_s: float, *, decimals: int = 0, hours: bool = False) -> str:
    """Return a media time as people read it: "1:02:03", "02:03", with decimals "02:03.40".

    Args:
        time_s: Seconds, 0 or more.
        decimals: Of the seconds.
        hours: Write the hours even where there are none, so that all times are as wide.
    """
    unit = 10**decimals
    whole = int(time_s * unit + 1e-6)
    seconds, rest = divmod(whole, unit)
    minutes, seconds = divmod(seconds, 60)
    head, minutes = divmod(minutes, 60)
    text = f"{head}:{minutes:02d}:{seconds:02d}" if head or hours else f"{minutes:02d}:{seconds:02d}"
    return f"{text}.{rest:0{decimals}d}" if decimals else text
