"""Stretches in which something of a face's details holds: a blink, an action unit."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from mien.core.action_units import UNITS, letter
from mien.core.face_details import BLINK
from mien.core.face_series import FaceSeries
from mien.core.further_numbers import unit_number
from mien.core.own_series import conditions_of
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


def own_runs(face: FaceSeries) -> dict[str, list[DetailRun]]:
    """Return where each of the user's own expressions holds, by name; those that are numbers are left out."""
    return {
        name: [DetailRun(start, end, name) for start, end, _ in _runs(face, holds)]
        for name, holds in conditions_of(face).items()
    }


def unit_runs(face: FaceSeries, columns: Sequence[str]) -> list[DetailRun]:
    """Return where an action unit is marked for a tenth of a second or more, with the letter of its peak.

    Args:
        face: Whose.
        columns: Of its sides, or the one that has no sides.
    """
    values = np.stack([face.detail(column) for column in columns]).max(axis=0)
    return [
        DetailRun(start, end, letter(float(values[rows].max())))
        for start, end, rows in _runs(face, values >= MARKED)
        if end - start >= LEAST_S
    ]


def runs_by_name(face: FaceSeries) -> dict[str, list[DetailRun]]:
    """Return all stretches of a face by what they are: "Blinks", "AU12", "squint"; none of what never holds."""
    found = {"Blinks": blink_runs(face)}
    found |= {f"AU{number}": unit_runs(face, columns) for number, columns in unit_columns(face).items()}
    return {name: runs for name, runs in (found | own_runs(face)).items() if runs}


def unit_columns(face: FaceSeries) -> dict[int, tuple[str, ...]]:
    """Return the columns of each action unit whose intensity a series has, by its number."""
    found = {unit.number: unit.columns for unit in UNITS if unit.columns[0] in face.detail_names}
    for name in face.further_names:
        number = unit_number(name)
        if number is not None and name == f"au{number:02}":
            found.setdefault(number, (name,))
    return found


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
