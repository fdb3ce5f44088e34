"""Where the ticks of a time axis stand."""

from math import ceil, floor
from typing import Final

_SHORT_S: Final = (0.04, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30)
_STEPS_S: Final = (*_SHORT_S, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200)
LEAST_PX: Final = 96.0
"""Between two ticks with a time of hours, minutes and seconds."""


def step_for(span_s: float, width_px: float, least_px: float = LEAST_PX) -> float:
    """Return the round number of seconds between ticks that are at least so far apart.

    Args:
        span_s: The time on the axis.
        width_px: Of the axis.
        least_px: Between two ticks.
    """
    wanted_s = span_s / max(width_px / least_px, 1.0)
    return next((step for step in _STEPS_S if step >= wanted_s), _STEPS_S[-1])


def ticks(start_s: float, end_s: float, step_s: float) -> list[float]:
    """Return the whole multiples of a step within a stretch of time."""
    first, last = ceil(start_s / step_s - 1e-9), floor(end_s / step_s + 1e-9)
    return [number * step_s for number in range(first, last + 1)]


def decimals_for(step_s: float) -> int:
    """Return how many decimals tell one tick from the next."""
    return 0 if step_s >= 1 else 1 if step_s >= 0.1 else 2
