"""Spans of time in which a face's label stays the same, for formats that hold annotations and not samples."""

from typing import Final, NamedTuple

import numpy as np

from mien.core.series import FaceSeries

MAX_GAP_S: Final = 0.5
"""A face that was away for longer ends a span."""


class Run(NamedTuple):
    """A label that stayed.

    Attributes:
        start_s: Time of its first reading.
        end_s: Time of the reading after its last; after start_s.
        label: The expression, or "uncertain".
    """

    start_s: float
    end_s: float
    label: str


def label_runs(face: FaceSeries) -> list[Run]:
    """Return the spans of one face, in the order of time, without overlap.

    A span lasts until the next one begins; before a gap, and at the end, its last reading stands for as long as
    readings usually do.
    """
    if not len(face):
        return []
    labels, times_s = np.array(face.top_labels()), face.times_s
    steps_s = np.diff(times_s)
    usual_s = min(float(np.median(steps_s)) if len(steps_s) else 0.04, MAX_GAP_S)
    is_gap = steps_s > MAX_GAP_S
    starts = np.concatenate([[0], np.flatnonzero(is_gap | (labels[1:] != labels[:-1])) + 1])
    # By reading, how long it stands: until the next one, unless that is far.
    ends_s = times_s + usual_s
    ends_s[:-1] = np.where(is_gap, ends_s[:-1], times_s[1:])
    lasts = np.append(starts[1:], len(face)) - 1
    columns = (times_s[starts].tolist(), ends_s[lasts].tolist(), labels[starts].tolist())
    return [Run(start_s, end_s, label) for start_s, end_s, label in zip(*columns, strict=True)]


def without_flicker(runs: list[Run], shortest_s: float) -> list[Run]:
    """Return the spans, each that is too short to be read added to the one before it where that touches it."""
    kept: list[Run] = []
    for run in runs:
        touches = bool(kept) and run.start_s - kept[-1].end_s < 1e-6
        if touches and (run.end_s - run.start_s < shortest_s or run.label == kept[-1].label):
            kept[-1] = Run(kept[-1].start_s, run.end_s, kept[-1].label)
        else:
            kept.append(run)
    return kept
