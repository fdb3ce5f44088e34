"""Stretches in which something of a face's details holds: a blink, an action unit."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from mien.core.action_units import UNITS, Unit, letter
from mien.core.face_details import BLINK
from mien.core.face_series import FaceSeries
from mien.timeline.standing import standing_of

MARKED: Final = 0.4
"""An action unit is written down from FACS's C, "marked", on."""

LEAST_S: Final = 0.1


class DetailRun(NamedTuple):
    """One stretch: media times of its start and its end, seconds, and what is said of it."""

    start_s: float
    end_s: float
    text: str


def blink_runs(face: FaceSeries) -> list[DetailRun]:
    """Return a face's blinks."""
    return [DetailRun(start, end, "blink") for start, end, _ in _runs(face, face.detail(BLINK) > 0.5)]


def unit_runs(face: FaceSeries, unit: Unit) -> list[DetailRun]:
    """Return where an action unit is marked for a tenth of a second or more, with the letter of its peak."""
    values = np.stack([face.detail(column) for column in unit.columns]).max(axis=0)
    return [
        DetailRun(start, end, letter(float(values[rows].max())))
        for start, end, rows in _runs(face, values >= MARKED)
        if end - start >= LEAST_S
    ]


def runs_by_name(face: FaceSeries) -> dict[str, list[DetailRun]]:
    """Return all stretches of a face by what they are: "Blinks", "AU12"; what never holds is left out."""
    found = {"Blinks": blink_runs(face)} | {f"AU{unit.number}": unit_runs(face, unit) for unit in UNITS}
    return {name: runs for name, runs in found.items() if runs}


def _runs(face: FaceSeries, holds: npt.NDArray[np.bool_]) -> list[tuple[float, float, slice]]:
    """Return start, end and rows of each stretch; a gap in the readings ends it."""
    standing = standing_of(face.times_s, face.frames)
    ends_s = face.times_s + standing.length_s
    goes_on = np.zeros(len(face), np.bool_)
    goes_on[1:] = holds[1:] & holds[:-1] & (face.times_s[1:] - ends_s[:-1] < 1e-6)
    starts = np.flatnonzero(holds & ~goes_on)
    runs = []
    for start in starts.tolist():
        end = start + 1
        while end < len(face) and goes_on[end]:
            end += 1
        runs.append((float(face.times_s[start]), float(ends_s[end - 1]), slice(start, end)))
    return runs
