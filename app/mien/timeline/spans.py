"""Spans of media time: which times lie within some of them, and how long they are together."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Span = tuple[float, float]
"""Media times of start and end, seconds; the end lies outside."""


def within(times_s: npt.NDArray[np.float64], spans: Sequence[Span]) -> npt.NDArray[np.bool_]:
    """Tell for each time whether it lies in one of the spans, which may overlap: (N,) bool."""
    edges_s = np.sort(np.array(spans, np.float64).reshape(-1, 2), axis=0)
    # Within a span, more have begun than have ended.
    begun, ended = (np.searchsorted(edges_s[:, side], times_s, side="right") for side in (0, 1))
    inside: npt.NDArray[np.bool_] = begun > ended
    return inside


def together(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans in the order of time, those joined that overlap or touch."""
    joined: list[Span] = []
    for start_s, end_s in sorted(spans):
        if joined and start_s <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end_s, joined[-1][1]))
        elif end_s > start_s:
            joined.append((start_s, end_s))
    return tuple(joined)


def length_s(spans: Sequence[Span]) -> float:
    """Return how long the spans are together, overlaps counted once."""
    return sum(end_s - start_s for start_s, end_s in together(spans))
