"""What own expressions come to over readings that are there already: what ``OwnFollower`` would have said."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mien.core.action_units import UNITS
from mien.core.arrays import Floats
from mien.core.face_series import FaceSeries
from mien.core.formula import Values
from mien.core.further_numbers import OWN
from mien.core.own_expressions import GAP_S, SLACK_S, OwnExpression


def own_of_series(face: FaceSeries, own: Sequence[OwnExpression]) -> Floats:
    """Return what own expressions come to, from what is shown of a face: (N, O) float32, NaN where unknown."""
    found = np.full((len(face), len(own)), np.nan, np.float32)
    for column, one in enumerate(own):
        names = {name: _named(face, name) for name in one.formula.names}
        values = np.broadcast_to(one.formula.value(names), len(face))
        if one.formula.is_condition and one.hold_s > 0.0:
            values = _held(face.times_s, values, one.hold_s)
        found[:, column] = values
    return found


def own_names_of(face: FaceSeries) -> tuple[str, ...]:
    """Return the names of the own expressions that a series holds."""
    return tuple(name.removeprefix(OWN) for name in face.further_names if name.startswith(OWN))


def own_at(face: FaceSeries, row: int) -> dict[str, float]:
    """Return what own expressions come to in a row, by name."""
    return {name: float(face.detail(f"{OWN}{name}")[row]) for name in own_names_of(face)}


def conditions_of(face: FaceSeries) -> dict[str, npt.NDArray[np.bool_]]:
    """Return where each own expression holds, (N,), by name, of those that hold or don't: numbers are left out."""
    found = {}
    for name in own_names_of(face):
        values = face.detail(f"{OWN}{name}")
        if not np.any(np.isfinite(values) & (values != 0.0) & (values != 1.0)):
            found[name] = values == 1.0
    return found


def _named(face: FaceSeries, name: str) -> Values:
    """Return what a formula asks of a face, (N,), NaN where it is not known."""
    if name in face.labels:
        return face.probabilities[:, face.labels.index(name)].astype(np.float64)
    match name:
        case "confidence":
            chosen = np.take_along_axis(face.probabilities, face.tops[:, None].astype(np.intp), axis=1)
            return chosen[:, 0].astype(np.float64)
        case "valence" | "arousal":
            return face.affect[:, int(name == "arousal")].astype(np.float64)
    unit = next((unit for unit in UNITS if unit.has_sides and name == f"au{unit.number:02}"), None)
    if unit is None or name in face.further_names:
        return face.detail(name).astype(np.float64)
    return np.asarray(np.mean([face.detail(column).astype(np.float64) for column in unit.columns], axis=0))


def _held(times_s: Values, values: Values, hold_s: float) -> Values:
    """Return a condition that counts once it has held for so long; a gap in the readings begins it anew."""
    held, start_s, last_s = values.copy(), -np.inf, -np.inf
    for row, (time_s, value) in enumerate(zip(times_s.tolist(), values.tolist(), strict=True)):
        if value != 1.0:
            last_s = -np.inf
            continue
        if time_s - last_s > GAP_S:
            start_s = time_s
        last_s = time_s
        held[row] = float(time_s - start_s >= hold_s - SLACK_S)
    return held
