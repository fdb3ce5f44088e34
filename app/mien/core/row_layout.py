"""The numbers of one reading as a row: where each of them stands."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mien.core.emotion import Affect, Emotion
from mien.core.face import FaceReading, SecondReading, ShownExpression, ShownReading

_BOX_AND_QUALITY: Final = 5
"""How many numbers of what is shown are the same in what was read, and stand in one row only."""


@dataclass(frozen=True, slots=True)
class RowLayout:
    """Where a number of a reading stands in its row: box, valence, arousal, quality, probabilities as shown.

    A second network adds its valence, arousal and probabilities behind them. A row of what was read lacks box and
    quality, and is otherwise the same.

    Args:
        labels: The network's, in the order of its outputs.
        other_labels: Those of a second network; empty where there is none.
    """

    labels: tuple[str, ...]
    other_labels: tuple[str, ...]

    box = slice(0, 4)
    affect = slice(4, 6)
    quality = 6
    raw_affect = slice(0, 2)

    @property
    def width(self) -> int:
        """How many numbers a row has."""
        own = _BOX_AND_QUALITY + 2 + len(self.labels)
        return own + (2 + len(self.other_labels) if self.other_labels else 0)

    @property
    def raw_width(self) -> int:
        """How many numbers a row of what was read has."""
        return self.width - _BOX_AND_QUALITY

    @property
    def probabilities(self) -> slice:
        """Those of the first network."""
        return slice(7, 7 + len(self.labels))

    @property
    def raw_probabilities(self) -> slice:
        """Those that the first network read."""
        return slice(2, 2 + len(self.labels))

    @property
    def other_affect(self) -> slice:
        """Valence and arousal of the second network."""
        return slice(self.probabilities.stop, self.probabilities.stop + 2)

    @property
    def other_probabilities(self) -> slice:
        """Those of the second network."""
        return slice(self.probabilities.stop + 2, None)

    @property
    def raw_other_affect(self) -> slice:
        """Valence and arousal that the second network read."""
        return slice(self.raw_probabilities.stop, self.raw_probabilities.stop + 2)

    @property
    def raw_other_probabilities(self) -> slice:
        """Those that the second network read."""
        return slice(self.raw_probabilities.stop + 2, None)

    def row(self, reading: ShownReading) -> list[float]:
        """Return what is shown of a reading, ``width`` numbers; NaN for what was not read."""
        values = [*reading.track.box.xyxy, *_pair(reading.affect), reading.quality.score]
        values += in_order(reading.emotion, self.labels)
        return values + self._of_other(reading.other)

    def raw_row(self, reading: FaceReading) -> list[float]:
        """Return what was read, ``raw_width`` numbers."""
        values = [*_pair(reading.affect), *in_order(reading.emotion, self.labels)]
        return values + self._of_other(reading.other)

    def _of_other(self, other: ShownExpression | SecondReading | None) -> list[float]:
        if not self.other_labels:
            return []
        if other is None:
            return [np.nan] * (2 + len(self.other_labels))
        return [*_pair(other.affect), *in_order(other.emotion, self.other_labels)]


def _pair(affect: Affect | None) -> tuple[float, float]:
    return (np.nan, np.nan) if affect is None else (affect.valence, affect.arousal)


def in_order(emotion: Emotion | None, labels: tuple[str, ...]) -> list[float]:
    """Return the probabilities of these labels, NaN for one that was not read."""
    if emotion is None:
        return [np.nan] * len(labels)
    values: list[float] = emotion.probabilities.tolist()
    if emotion.labels == labels:
        return values
    known = dict(zip(emotion.labels, values, strict=True))
    return [known.get(label, np.nan) for label in labels]
