"""Action units of FACS (Ekman and Friesen 1978), derived from the blendshapes and points of a face mesh.

Blendshapes are how animators describe a face; most of them stand for one action unit, by the tables that
animators use to go from one to the other (ARKit's names, the FACS names). What a row of ``UNITS`` says is the
whole derivation. It was checked on warped faces, not against people who code FACS: no such data was at hand.

Intensities run from 0 to 1. ``letter`` gives the letter of FACS. Its five steps have no numbers of their own; the
cuts are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from mien.core.arrays import Floats
from mien.core.face_mesh import FaceMesh
from mien.core.landmarks import BLENDSHAPES

Region = Literal["upper", "lower"]

LETTERS: Final = ((0.9, "E"), (0.65, "D"), (0.4, "C"), (0.2, "B"), (0.1, "A"))
"""From which intensity on a letter holds: trace, slight, marked, severe, maximum."""

LIPS_APART: Final = 0.35
"""A gap between the lips of so much of the distance of the outer corners of the eyes counts as 1."""

_UPPER_LIP, _LOWER_LIP = 13, 14
_RIGHT_EYE, _LEFT_EYE = 33, 263


@dataclass(frozen=True, slots=True)
class Unit:
    """One action unit.

    Attributes:
        number: FACS's.
        name: FACS's, in plain words.
        region: Part of the face.
        shapes: The blendshapes whose mean it is, without the side; empty where it is not made of blendshapes.
        has_sides: Whether left and right are told apart.
        gain: Factor: some blendshapes stay small on faces where the action is plainly seen.
        product: It is the geometric mean of ``shapes`` instead.
    """

    number: int
    name: str
    region: Region
    shapes: tuple[str, ...] = ()
    has_sides: bool = False
    gain: float = 1.0
    product: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns: au12_left and au12_right, or au26."""
        key = f"au{self.number:02}"
        return (f"{key}_left", f"{key}_right") if self.has_sides else (key,)


UNITS: Final = (
    Unit(1, "Inner brow raiser", "upper", ("browInnerUp",)),
    Unit(2, "Outer brow raiser", "upper", ("browOuterUp",), has_sides=True),
    Unit(4, "Brow lowerer", "upper", ("browDown",), has_sides=True),
    Unit(5, "Upper lid raiser", "upper", ("eyeWide",), has_sides=True, gain=2.5),
    Unit(6, "Cheek raiser", "upper", ("eyeSquint", "mouthSmile"), has_sides=True, product=True),
    Unit(7, "Lid tightener", "upper", ("eyeSquint",), has_sides=True),
    Unit(10, "Upper lip raiser", "lower", ("mouthUpperUp",), has_sides=True),
    Unit(12, "Lip corner puller", "lower", ("mouthSmile",), has_sides=True),
    Unit(14, "Dimpler", "lower", ("mouthDimple",), has_sides=True, gain=3.0),
    Unit(15, "Lip corner depressor", "lower", ("mouthFrown",), has_sides=True, gain=3.0),
    Unit(16, "Lower lip depressor", "lower", ("mouthLowerDown",), has_sides=True),
    Unit(17, "Chin raiser", "lower", ("mouthShrugLower",)),
    Unit(18, "Lip pucker", "lower", ("mouthPucker",)),
    Unit(20, "Lip stretcher", "lower", ("mouthStretch",), has_sides=True),
    Unit(22, "Lip funneler", "lower", ("mouthFunnel",)),
    Unit(24, "Lip presser", "lower", ("mouthPressLeft", "mouthPressRight")),
    Unit(25, "Lips part", "lower"),
    Unit(26, "Jaw drop", "lower", ("jawOpen",)),
    Unit(28, "Lip suck", "lower", ("mouthRollLower", "mouthRollUpper")),
    Unit(43, "Eyes closed", "upper", ("eyeBlink",), has_sides=True),
)
"""What is derived, in the order of the columns. AU6 is told by a raised lower lid beside a smile, and so not apart
from AU7 and AU12. AU9, AU29, AU30 and AU34 are missing: their blendshapes stay at 0 whatever the face does."""

COLUMNS: Final = tuple(column for unit in UNITS for column in unit.columns)
"""The columns of all units."""

_POSITIONS: Final = {name: at for at, name in enumerate(BLENDSHAPES)}


def intensities(mesh: FaceMesh) -> Floats:
    """Return the intensity of each action unit, 0 to 1: (A,) float32 in the order of ``COLUMNS``."""
    values: list[float] = []
    for unit in UNITS:
        if not unit.shapes:
            values.append(_lips_part(mesh.points))
        elif unit.has_sides:
            values += [_of(unit, mesh.blendshapes, side) for side in ("Left", "Right")]
        else:
            values.append(_of(unit, mesh.blendshapes, ""))
    return np.clip(np.asarray(values, np.float32), 0.0, 1.0)


def letter(intensity: float) -> str:
    """Return FACS's letter for an intensity, empty below a trace."""
    return next((name for least, name in LETTERS if intensity >= least), "")


def _of(unit: Unit, shapes: Floats, side: str) -> float:
    parts = shapes[[_POSITIONS[f"{name}{side}"] for name in unit.shapes]].astype(np.float64)
    value = float(np.prod(parts) ** (1.0 / len(parts))) if unit.product else float(parts.mean())
    return unit.gain * value


def _lips_part(points: npt.NDArray[np.floating]) -> float:
    gap = float(np.linalg.norm(points[_UPPER_LIP] - points[_LOWER_LIP]))
    width = float(np.linalg.norm(points[_RIGHT_EYE] - points[_LEFT_EYE]))
    return gap / max(width, 1e-6) / LIPS_APART


def mean_of_sides(values: dict[str, float]) -> dict[str, float]:
    """Return the units by their number alone, ``au12`` for the mean of its sides, from values by column."""
    return {f"au{unit.number:02}": _mean([values[column] for column in unit.columns]) for unit in UNITS}


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
