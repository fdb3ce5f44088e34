"""Spans of time in which a face's label stays the same, for formats that hold annotations and not samples."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.core.series import FaceSeries

UNCERTAIN: Final = "uncertain"
"""What stands for a label that is withheld, as in ``FaceSeries.top_labels``."""

MAX_GAP_S: Final = 0.5
"""A face that was away for longer ends a span."""


@dataclass(frozen=True, slots=True)
class Run:
    """A label that stayed.

    Attributes:
        start_s: Time of its first reading.
        end_s: Time of the reading after its last; after start_s.
        label: The expression, or «uncertain».
    """

    start_s: float
    end_s: float
    label: str


def label_runs(face: FaceSeries) -> list[Run]:
    """Return the spans of one face, in the order of time, without overlap.

    A span lasts until the next one begins; before a gap, and at the end, its last reading stands for as long as
    readings usually do.
    """
    labels, times_s = face.top_labels(), face.times_s
    if not labels:
        return []
    steps_s = np.diff(times_s)
    usual_s = min(float(np.median(steps_s)) if len(steps_s) else 0.04, MAX_GAP_S)
    runs: list[Run] = []
    start = 0
    for at in range(1, len(labels) + 1):
        is_end = at == len(labels)
        is_gap = not is_end and times_s[at] - times_s[at - 1] > MAX_GAP_S
        if is_end or is_gap or labels[at] != labels[start]:
            end_s = float(times_s[at - 1]) + usual_s if is_end or is_gap else float(times_s[at])
            runs.append(Run(float(times_s[start]), end_s, labels[start]))
            start = at
    return runs


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
