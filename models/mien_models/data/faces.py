"""One type for every set of labelled faces."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from mien.core.emotion import EXPRESSIONS, canonical_label
from mien_models.data.pictures import Pictures

Rows = NDArray[np.integer] | NDArray[np.bool_]

MAX_FACES: Final = 2_000_000
"""Four times AffectNet; a list that claims more is no set of faces."""

NAMED_ROWS: Final = 5

FER2013_COUNT: Final = 7
"""FER2013 knows the first seven of `EXPRESSIONS`; contempt it does not."""

SPLIT_NAMES: Final = {
    "training": 0,
    "train": 0,
    "train_set": 0,
    "publictest": 1,
    "val": 1,
    "valid": 1,
    "validation": 1,
    "val_set": 1,
    "dev": 1,
    "privatetest": 2,
    "test": 2,
    "testing": 2,
    "test_set": 2,
}
"""What sets call their parts, in lower case."""


class Split(IntEnum):
    """The part of a set that a face belongs to; `NONE` where the set does not say."""

    TRAIN = 0
    VAL = 1
    TEST = 2
    NONE = 3

    @classmethod
    def named(cls, name: str) -> "Split | None":
        """Return the part that sets call by this name, or None."""
        number = SPLIT_NAMES.get(name.strip().lower())
        return None if number is None else cls(number)


@dataclass(slots=True)
class LeftOut:
    """Rows of a set that are not used, with the reasons of the first few.

    Attributes:
        count: How many.
        reasons: Of the first ones: file, line and what is wrong.
    """

    count: int = 0
    reasons: list[str] = field(default_factory=list)

    def add(self, reason: str) -> None:
        """Note one row."""
        self.count += 1
        if len(self.reasons) < NAMED_ROWS:
            self.reasons.append(reason)

    def as_text(self) -> str:
        """Return one line for people; empty where nothing was left out."""
        if not self.count:
            return ""
        more = "; …" if self.count > len(self.reasons) else ""
        return f"{self.count:,} rows left out: {'; '.join(self.reasons)}{more}"


@dataclass(frozen=True, slots=True, eq=False)
class LabelledFaces:
    """N faces, each with an expression, with valence and arousal, or with both.

    Attributes:
        name: Of the set, for people.
        pictures: N pictures, each a face that was cut out already; read when asked for.
        expression: (N,) int64 index into `EXPRESSIONS`, -1 where unknown.
        affect: (N, 2) float32 [valence, arousal] in [-1, 1], NaN where unknown.
        split: (N,) int8, values of `Split`.
        eyes: (N, 2, 2) float32, the eyes at the left and the right of the picture, x and y in its pixels; NaN
            where unknown. None where no face has them.
        left_out: Rows that could not be used.
        names: (N,) what the set calls each picture, such as a file's name; None where it has no names.
        groups: (N,) the group that each face belongs to, "" where the set does not say; None where nobody asked.
        targets: (N, 8) float32, how likely each of `EXPRESSIONS` is by people's votes, rows that sum to 1, or to 0
            where nothing is known; None where a face has one label, which is `expression`.
        fer2013: (N, 7) float32, how FER2013 labels the face, in the order of the first seven of `EXPRESSIONS`;
            rows of 0 where it does not. None where no face is of FER2013.
    """

    name: str
    pictures: Pictures
    expression: NDArray[np.int64]
    affect: NDArray[np.float32]
    split: NDArray[np.int8]
    eyes: NDArray[np.float32] | None = None
    left_out: LeftOut = field(default_factory=LeftOut)
    names: NDArray[np.str_] | None = None
    groups: NDArray[np.str_] | None = None
    targets: NDArray[np.float32] | None = None
    fer2013: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        count = len(self.pictures)
        shapes = {
            "expression": (count,),
            "affect": (count, 2),
            "split": (count,),
            "targets": (count, len(EXPRESSIONS)),
            "fer2013": (count, FER2013_COUNT),
        }
        for name, shape in shapes.items():
            value: NDArray[np.generic] | None = getattr(self, name)
            if value is not None and value.shape != shape:
                raise ValueError(f"LabelledFaces.{name}: expected shape {shape}, got {value.shape}")

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def labels(self) -> tuple[str, ...]:
        """The expressions that occur, in the order of `EXPRESSIONS`."""
        present = set(self.expression.tolist())
        return tuple(label for index, label in enumerate(EXPRESSIONS) if index in present)

    @property
    def has_affect(self) -> bool:
        """Whether any face has valence and arousal."""
        return bool(np.isfinite(self.affect).all(axis=1).any())

    def soft_targets(self) -> NDArray[np.float32]:
        """Return (N, 8) float32: `targets`, or 1 for each face's label; rows of 0 where nothing is known."""
        if self.targets is not None:
            return self.targets
        return one_hot(self.expression, len(EXPRESSIONS))

    def fer2013_targets(self) -> NDArray[np.float32]:
        """Return `fer2013`, or rows of 0."""
        return np.zeros((len(self), FER2013_COUNT), np.float32) if self.fer2013 is None else self.fer2013

    def take(self, rows: Rows) -> Self:
        """Return some of the faces: indices (M,) or a mask (N,)."""
        chosen = np.arange(len(self))[rows]
        columns = ("expression", "affect", "split", "eyes", "names", "groups", "targets", "fer2013")
        values = {name: getattr(self, name) for name in columns}
        taken: dict[str, Any] = {name: None if value is None else value[chosen] for name, value in values.items()}
        return replace(self, pictures=self.pictures.take(chosen), **taken)

    def of(self, *splits: Split) -> Self:
        """Return the faces of some parts."""
        return self.take(np.isin(self.split, splits))

    def to_judge_by(self) -> Self:
        """Return the faces that a finished network is judged by: test, else val, else all."""
        for part in (Split.TEST, Split.VAL):
            if (self.split == part).any():
                return self.of(part)
        return self


def one_hot(labels: NDArray[np.integer], count: int) -> NDArray[np.float32]:
    """Return (N, count) float32 with 1 at each of (N,) labels; rows of 0 for labels of -1."""
    return np.asarray(labels[:, None] == np.arange(count), dtype=np.float32)


@dataclass(slots=True)
class FaceRows:
    """Rows that a reader collects, one face each; `arrays` turns them into what `LabelledFaces` holds."""

    expression: list[int] = field(default_factory=list)
    affect: list[tuple[float, float]] = field(default_factory=list)
    split: list[int] = field(default_factory=list)

    def add(self, expression: int, split: Split, affect: tuple[float, float] | None = None) -> None:
        """Note one face; -1 for an expression, None for affect that is not known."""
        self.expression.append(expression)
        self.affect.append((float("nan"), float("nan")) if affect is None else affect)
        self.split.append(int(split))

    def arrays(self) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int8]]:
        """Return expression, affect and split."""
        return (
            np.array(self.expression, dtype=np.int64),
            np.array(self.affect, dtype=np.float32).reshape(-1, 2),
            np.array(self.split, dtype=np.int8),
        )


def expression_of(text: str, number_names: Sequence[str] | None = None) -> int | None:
    """Return the index into `EXPRESSIONS` of a label as sets write it, or None where it is none.

    Args:
        text: A name in any of the usual spellings, or a number.
        number_names: What the numbers mean, from 0; None where nobody said it.
    """
    text = text.strip()
    if text.isdecimal() and len(text) < 4:
        if number_names is None or int(text) >= len(number_names):
            return None
        text = number_names[int(text)]
    name = canonical_label(text)
    return EXPRESSIONS.index(name) if name in EXPRESSIONS else None


def affect_of(valence: str | float, arousal: str | float) -> tuple[float, float] | None:
    """Return valence and arousal, or None where one is no number of [-1, 1]; AffectNet writes -2 for "none"."""
    try:
        point = float(valence), float(arousal)
    except ValueError:
        return None
    return point if all(-1.0 <= value <= 1.0 for value in point) else None
