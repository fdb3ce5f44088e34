"""One face over time as columns: what is shown of it, and what was read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mien.core.arrays import read_only
from mien.core.emotion import UNCERTAIN
from mien.core.face_details import CHANGES

Rows = slice | npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class RawSeries:
    """What a network read, before anything was made of it, row by row. All arrays are read-only and N long.

    Attributes:
        probabilities: (N, C) float32; NaN where it read nothing.
        affect: (N, 2) float32 valence and arousal; NaN where the network gives none.
    """

    probabilities: npt.NDArray[np.float32]
    affect: npt.NDArray[np.float32]

    def take(self, rows: Rows) -> "RawSeries":
        """Return some of the rows; of a slice without copying."""
        return RawSeries(read_only(self.probabilities[rows]), read_only(self.affect[rows]))


@dataclass(frozen=True, slots=True, eq=False)
class SecondSeries:
    """What is shown of a second network's readings of the same face. All arrays are read-only and N long.

    Attributes:
        labels: C names, in the order of the probabilities.
        probabilities: (N, C) float32; NaN where it read nothing.
        affect: (N, 2) float32 valence and arousal; NaN where the network gives none.
        tops: (N,) int16 index of the expression that is named.
        reasons: (N,) object, str or None: why it is withheld.
        raw: What it read.
    """

    labels: tuple[str, ...]
    probabilities: npt.NDArray[np.float32]
    affect: npt.NDArray[np.float32]
    tops: npt.NDArray[np.int16]
    reasons: npt.NDArray[np.object_]
    raw: RawSeries

    def take(self, rows: Rows) -> "SecondSeries":
        """Return some of the rows; of a slice without copying."""
        return SecondSeries(
            self.labels,
            read_only(self.probabilities[rows]),
            read_only(self.affect[rows]),
            read_only(self.tops[rows]),
            read_only(self.reasons[rows]),
            self.raw.take(rows),
        )


@dataclass(frozen=True, slots=True, eq=False)
class FaceSeries:
    """What is shown of one face, in the order of time, and what was read. All arrays are read-only and N long.

    Attributes:
        face_id: The person's number.
        labels: C names, in the order of the probabilities.
        times_s: (N,) float64 media time, strictly increasing.
        frames: (N,) int64 index of the frame.
        boxes: (N, 4) float32 x1 y1 x2 y2, pixels.
        probabilities: (N, C) float32 as shown; NaN where a label was not read.
        affect: (N, 2) float32 valence and arousal as shown; NaN where the network gives none.
        quality: (N,) float32, 0 to 1; NaN where it is not known.
        tops: (N,) int16 index of the expression that is named, certain or not.
        usable: (N,) bool, whether the label may be shown as such.
        reasons: (N,) object, str or None: why it may not.
        relative: (N,) bool, whether it is shown relative to the neutral face.
        raw: What was read.
        raw_reasons: (N,) object, str or None: why the face itself could not be read well.
        tracks: (N,) int64 number of the stretch in which it was followed without a break; 0 where it is not known.
        details: (N, D) float32, the numbers of ``detail_names``; NaN where one is not known.
        changes: (N, K) float32, what has changed since the neutral face, in the order of
            ``mien.core.face_details.CHANGES``; NaN where there is none. K is 0 for faces without details.
        detail_names: ``mien.core.face_details.DETAILS``, or only its ``HEAD`` for faces that were not looked at
            closely.
        further: (N, F) float32, the numbers of ``further_names``; NaN where one is not known.
        further_names: Numbers that not every table has; see ``mien.core.further_numbers``.
        other: What is shown of a second network, or None where there was none.
    """

    face_id: int
    labels: tuple[str, ...]
    times_s: npt.NDArray[np.float64]
    frames: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.float32]
    probabilities: npt.NDArray[np.float32]
    affect: npt.NDArray[np.float32]
    quality: npt.NDArray[np.float32]
    tops: npt.NDArray[np.int16]
    usable: npt.NDArray[np.bool_]
    reasons: npt.NDArray[np.object_]
    relative: npt.NDArray[np.bool_]
    raw: RawSeries
    raw_reasons: npt.NDArray[np.object_]
    tracks: npt.NDArray[np.int64]
    details: npt.NDArray[np.float32]
    changes: npt.NDArray[np.float32]
    detail_names: tuple[str, ...]
    further: npt.NDArray[np.float32]
    further_names: tuple[str, ...]
    other: SecondSeries | None = None

    def __len__(self) -> int:
        return len(self.times_s)

    def detail(self, name: str) -> npt.NDArray[np.float32]:
        """Return a number of the face by its column's name: (N,) float32, NaN where it is not known."""
        if name in self.detail_names:
            return self.details[:, self.detail_names.index(name)]
        if name in CHANGES and self.changes.shape[1]:
            return self.changes[:, CHANGES.index(name)]
        if name in self.further_names:
            return self.further[:, self.further_names.index(name)]
        return np.full(len(self), np.nan, np.float32)

    def top_labels(self) -> list[str]:
        """Return the label of each reading, "uncertain" where it is withheld."""
        names = (*self.labels, UNCERTAIN)
        return [names[code] for code in self.codes().tolist()]

    def codes(self) -> npt.NDArray[np.int16]:
        """Return the position of the label of each reading, C where it is withheld: (N,)."""
        return np.where(self.usable, self.tops, np.int16(len(self.labels)))

    def between(self, start_s: float, end_s: float) -> "FaceSeries":
        """Return the readings with start_s <= time < end_s, without copying."""
        low, high = np.searchsorted(self.times_s, [start_s, end_s], side="left")
        return self.rows(int(low), int(high))

    def rows(self, low: int, high: int) -> "FaceSeries":
        """Return the readings from row ``low`` to before row ``high``, without copying."""
        return self.take(slice(low, high))

    def take(self, rows: Rows) -> "FaceSeries":
        """Return some of the rows, in the order of time; of a slice without copying."""
        arrays: dict[str, Any] = {name: read_only(getattr(self, name)[rows]) for name in _ARRAYS}
        other = None if self.other is None else self.other.take(rows)
        return replace(self, **arrays, raw=self.raw.take(rows), other=other)


_ARRAYS: Final = (
    "times_s",
    "frames",
    "boxes",
    "probabilities",
    "affect",
    "quality",
    "tops",
    "usable",
    "reasons",
    "relative",
    "raw_reasons",
    "tracks",
    "details",
    "changes",
    "further",
)


def joined(faces: Sequence[FaceSeries], face_id: int) -> FaceSeries:
    """Return the rows of several faces behind one another, under one id; ``take`` brings them into order."""

    def columns(parts: Sequence[Any], names: Sequence[str]) -> dict[str, Any]:
        return {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}

    raw, other = ("probabilities", "affect"), None
    others = [face.other for face in faces if face.other is not None]
    if len(others) == len(faces):
        raws = RawSeries(**columns([each.raw for each in others], raw))
        shown = columns(others, ("probabilities", "affect", "tops", "reasons"))
        other = SecondSeries(others[0].labels, **shown, raw=raws)
    arrays = columns(faces, _ARRAYS)
    return FaceSeries(
        face_id,
        faces[0].labels,
        **arrays,
        detail_names=faces[0].detail_names,
        further_names=faces[0].further_names,
        raw=RawSeries(**columns([face.raw for face in faces], raw)),
        other=other,
    )


@dataclass(frozen=True, slots=True, eq=False)
class ShownColumns:
    """What is shown of one network's readings of a face, all N long.

    Attributes:
        values: (N, C + 2) float32 probabilities, valence, arousal.
        tops: (N,) int16 index of the expression that is named.
        reasons: (N,) object, str or None: why it is withheld.
        relative: (N,) bool, whether it is relative to the neutral face.
        changes: (N, K) float32 or None, what has changed of the face's details.
    """

    values: npt.NDArray[np.float32]
    tops: npt.NDArray[np.int16]
    reasons: npt.NDArray[np.object_]
    relative: npt.NDArray[np.bool_]
    changes: npt.NDArray[np.float32] | None = None
