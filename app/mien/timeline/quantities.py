"""The numbers of a face that change over time and can be drawn as curves."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from mien.core.face_series import FaceSeries

Kind = Literal["probability", "valence", "arousal", "quality", "detail"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that a series has for each reading.

    Attributes:
        kind: What it is.
        label: The expression, for a probability; the column, for a detail of the face.
        is_second: Read by the second network.
        is_signed: A detail that leaves 0 to 1: a number of the user's own.
    """

    kind: Kind
    label: str = ""
    is_second: bool = False
    is_signed: bool = False

    @property
    def lowest(self) -> float:
        """The smallest value it can have."""
        if self.kind == "detail":
            return -self.highest if self.is_signed or self.label.endswith(("_deg", "_change")) else 0.0
        return -1.0 if self.kind in ("valence", "arousal") else 0.0

    @property
    def highest(self) -> float:
        """The largest value it can have; of an angle what a curve has room for."""
        return ANGLE_DEG if self.kind == "detail" and "_deg" in self.label else 1.0

    @property
    def key(self) -> str:
        """What stands for it in the settings: "happiness", "valence", "second anger"."""
        name = self.label if self.kind in ("probability", "detail") else self.kind
        return f"second {name}" if self.is_second else name

    def values(self, face: FaceSeries) -> npt.NDArray[np.float32]:
        """Return it for each reading: (N,) float32, NaN where it is not known."""
        if self.kind == "detail":
            return face.detail(self.label)
        source = face.other if self.is_second else face
        if source is None or (self.kind == "probability" and self.label not in source.labels):
            return np.full(len(face), np.nan, np.float32)
        match self.kind:
            case "probability":
                return source.probabilities[:, source.labels.index(self.label)]
            case "valence":
                return source.affect[:, 0]
            case "arousal":
                return source.affect[:, 1]
            case "quality":
                return face.quality


ANGLE_DEG: Final = 60.0
"""How far the axis of an angle's curve reaches to either side."""

VALENCE: Final = Quantity("valence")
AROUSAL: Final = Quantity("arousal")
QUALITY: Final = Quantity("quality")


def quantities_of(
    labels: tuple[str, ...],
    other_labels: tuple[str, ...] = (),
    details: tuple[str, ...] = (),
    signed: Collection[str] = (),
) -> tuple[Quantity, ...]:
    """Return all that can be drawn of a series.

    Args:
        labels: What the network tells apart.
        other_labels: What the second network tells apart; empty where there is none.
        details: Names of the face's details that are known.
        signed: Those of them that leave 0 to 1, beside angles and changes.
    """
    found = [*(Quantity("probability", label) for label in labels), VALENCE, AROUSAL, QUALITY]
    found += [Quantity("probability", label, is_second=True) for label in other_labels]
    if other_labels:
        found += [Quantity("valence", is_second=True), Quantity("arousal", is_second=True)]
    return (*found, *(Quantity("detail", name, is_signed=name in signed) for name in details))
