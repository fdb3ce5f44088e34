"""Runs: spans of time in which a face's label stays the same."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from mien.core.emotion import UNCERTAIN
from mien.core.face_series import FaceSeries
from mien.timeline.standing import Standing, standing_of

NOBODY: Final = -1
"""What stands in place of a label where nobody is in view."""

Codes = npt.NDArray[np.int16]
"""Labels as numbers: the position in C names, C itself for "uncertain", ``NOBODY`` for nobody."""


class Run(NamedTuple):
    """A label that stayed.

    Attributes:
        start_s: Time of its first reading.
        end_s: Until when its last reading stands; after start_s.
        label: The expression, or "uncertain".
    """

    start_s: float
    end_s: float
    label: str


def label_of(code: int, labels: tuple[str, ...]) -> str:
    """Return the label that a code stands for, which is not nobody."""
    return labels[code] if code < len(labels) else UNCERTAIN


def label_runs(face: FaceSeries) -> list[Run]:
    """Return the runs of one face, in the order of time, without overlap."""
    return runs_of(standing_of(face.times_s, face.frames), face.codes(), face.labels)


def runs_of(standing: Standing, codes: Codes, labels: tuple[str, ...]) -> list[Run]:
    """Return the runs of readings, in the order of time, without overlap.

    Args:
        standing: When each of N readings holds.
        codes: (N,) their labels.
        labels: C names.
    """
    if not len(standing):
        return []
    lasts = np.flatnonzero(standing.ends_part | np.append(np.diff(codes) != 0, True))
    starts = np.concatenate([[0], lasts[:-1] + 1])
    columns = (standing.start_s[starts].tolist(), standing.end_s[lasts].tolist(), codes[starts].tolist())
    return [Run(start_s, end_s, label_of(code, labels)) for start_s, end_s, code in zip(*columns, strict=True)]


def without_flicker(runs: list[Run], shortest_s: float) -> list[Run]:
    """Return the runs, each that is too short to be read added to the one before it where that touches it."""
    kept: list[Run] = []
    for run in runs:
        touches = bool(kept) and run.start_s - kept[-1].end_s < 1e-6
        if touches and (run.end_s - run.start_s < shortest_s or run.label == kept[-1].label):
            kept[-1] = Run(kept[-1].start_s, run.end_s, kept[-1].label)
        else:
            kept.append(run)
    return kept


def column_runs(codes: Codes, at_least: int = 1) -> list[tuple[int, int, int]]:
    """Return start, end and code of each stretch of columns with one label that is wide enough; nobody is none.

    Args:
        codes: (W,) the label of each column.
        at_least: Columns.
    """
    if not len(codes):
        return []
    starts = np.concatenate([[0], np.flatnonzero(np.diff(codes)) + 1])
    ends = np.append(starts[1:], len(codes))
    wide = (ends - starts >= at_least) & (codes[starts] != NOBODY)
    return list(zip(starts[wide].tolist(), ends[wide].tolist(), codes[starts][wide].tolist(), strict=True))
