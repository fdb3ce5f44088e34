"""An expression's probabilities, and valence with arousal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mien.core.arrays import Floats, read_only

EXPRESSIONS: Final = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
)
"""The eight expressions that Mien names, in the order in which they are always shown.

The order is that of FER+ (Barsoum et al. 2016). It says nothing about the order of a network's outputs:
that stands in the network's manifest.
"""

UNCERTAIN: Final = "uncertain"
"""What stands in place of an expression where none may be named."""

_SYNONYMS: Final = {
    "happy": "happiness",
    "joy": "happiness",
    "happiness": "happiness",
    "sad": "sadness",
    "sadness": "sadness",
    "angry": "anger",
    "anger": "anger",
    "disgusted": "disgust",
    "disgust": "disgust",
    "fearful": "fear",
    "fear": "fear",
    "scared": "fear",
    "surprised": "surprise",
    "surprise": "surprise",
    "neutral": "neutral",
    "calm": "neutral",
    "contempt": "contempt",
    "contemptuous": "contempt",
}


def canonical_label(label: str) -> str:
    """Return the name that Mien uses for ``label``: "Happy" gives "happiness".

    A label that Mien does not know comes back in lower case, so that networks with other classes work.
    """
    lowered = label.strip().lower()
    return _SYNONYMS.get(lowered, lowered)


def distinct_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the names that Mien uses for a network's labels, no two of them the same.

    Where two labels mean the same to Mien ("neutral" and "calm"), the one that Mien itself uses keeps that name,
    or else the first; the others keep their own.
    """
    names = [canonical_label(label) for label in labels]
    own = [label.strip().lower() for label in labels]
    for name in {name for name in names if names.count(name) > 1}:
        rows = [row for row, found in enumerate(names) if found == name]
        keeper = next((row for row in rows if own[row] == name), rows[0])
        for row in rows:
            if row != keeper:
                names[row] = own[row]
    return tuple(names)


@dataclass(frozen=True, slots=True)
class Certainty:
    """From where on a network's labels are certain, as was measured on faces that it had not learned from.

    What is expected of faces must not make a label certain: the probability counts that the expression would have
    if all were alike to be expected.

    Attributes:
        prior: C shares that the probabilities hold, none of them 0, summing to 1.
        least: A label is certain from this probability on, with the prior taken out.
    """

    prior: tuple[float, ...]
    least: float

    def holds(self, probabilities: Floats, top: int) -> bool:
        """Return whether a label is certain.

        Args:
            probabilities: (C,).
            top: Index of the label.
        """
        evidence = probabilities / np.asarray(self.prior, np.float32)
        return bool(evidence[top] >= self.least * evidence.sum())


@dataclass(frozen=True, slots=True)
class Priors:
    """What a network's raw probabilities hold of what is expected of faces, and what else may be expected.

    Attributes:
        held: C shares that raw probabilities hold, none of them 0, summing to 1.
        offered: Names and C shares each of all that the user may expect, ``held`` among them.
        certain_from: A label is certain from this probability on, with the prior taken out; 0 where the network
            does not say.
    """

    held: tuple[float, ...]
    offered: tuple[tuple[str, tuple[float, ...]], ...] = ()
    certain_from: float = 0.0

    def shares(self, name: str) -> tuple[float, ...]:
        """Return the shares of a prior; those that raw probabilities hold where it is not offered."""
        return dict(self.offered).get(name, self.held)

    def expecting(self, name: str, probabilities: Floats) -> Floats:
        """Return raw probabilities as they are where another prior is expected.

        Args:
            name: Of the prior.
            probabilities: (..., C) float32; rows with NaN stay such.
        """
        shares = self.shares(name)
        if shares == self.held:
            return probabilities
        ratio = np.asarray(shares, np.float64) / np.asarray(self.held, np.float64)
        weighted = probabilities * ratio
        moved: Floats = (weighted / weighted.sum(axis=-1, keepdims=True)).astype(np.float32)
        return moved

    def certainty(self, name: str) -> Certainty | None:
        """Return from where on labels are certain where a prior is expected, or None where that is not known."""
        return Certainty(self.shares(name), self.certain_from) if self.certain_from else None


@dataclass(frozen=True, slots=True, eq=False)
class Emotion:
    """The probabilities of a face's expressions.

    Attributes:
        labels: C names, in the order of the probabilities.
        probabilities: (C,) float32, read-only, each in [0, 1], summing to 1.
        priors: What they hold of what is expected of faces, or None where that is not known.
        is_known: Whether anything was read; otherwise the probabilities stand for nothing, as where a table of
            another program has none.
    """

    labels: tuple[str, ...]
    probabilities: Floats
    priors: Priors | None = None
    is_known: bool = True

    def __post_init__(self) -> None:
        values = np.asarray(self.probabilities, dtype=np.float32)
        if values.shape != (len(self.labels),) or not self.labels:
            raise ValueError(
                f"Emotion.probabilities: expected shape ({len(self.labels)},) for {len(self.labels)} labels, "
                f"got {values.shape}"
            )
        if not np.isfinite(values).all() or values.min() < -1e-4 or abs(float(values.sum()) - 1.0) > 1e-3:
            raise ValueError(f"Emotion.probabilities: expected values in [0, 1] summing to 1, got {values}")
        object.__setattr__(self, "probabilities", read_only(values))

    @property
    def label(self) -> str:
        """The most probable expression."""
        return self.labels[int(self.probabilities.argmax())]

    @property
    def confidence(self) -> float:
        """The probability of the most probable expression."""
        return float(self.probabilities.max())


AffectError = tuple[float, float]
"""How far valence and arousal lie from a person's rating: root mean square, in units of −1 to 1."""


@dataclass(frozen=True, slots=True)
class Affect:
    """A point in the affect circumplex (Russell 1980).

    Attributes:
        valence: From −1, unpleasant, to 1, pleasant.
        arousal: From −1, calm, to 1, excited.
        error: Measured on faces that the network had not learned from, and alike for every face; or None.
    """

    valence: float
    arousal: float
    error: AffectError | None = None

    def __post_init__(self) -> None:
        for name in ("valence", "arousal"):
            value = getattr(self, name)
            if not -1.0 <= value <= 1.0:
                raise ValueError(f"Affect.{name}: expected a number in [-1, 1], got {value}")
