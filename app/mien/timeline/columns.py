"""Readings in as many columns as there are pixels: the label of each column, and the mean of any number in it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.face_series import FaceSeries
from mien.timeline.runs import NOBODY, Codes
from mien.timeline.standing import Standing, Times, standing_of

_FIRST_CAPACITY: Final = 1024


class LabelColumns:
    """Running sums over the labels of one person, which only ever get longer.

    How often each label stands between two edges is the difference of two running sums, whatever lies between: an
    hour costs as much as a second.

    Args:
        label_count: C, how many labels there are; their number itself stands for "uncertain".
    """

    def __init__(self, label_count: int) -> None:
        self._uncertain = label_count
        self._codes: Codes = np.zeros(0, np.int16)
        self._sums: npt.NDArray[np.int32] = np.zeros((_FIRST_CAPACITY + 1, label_count + 1), np.int32)
        self._standing = standing_of(np.zeros(0), np.zeros(0, np.int64))
        self._totals_s: npt.NDArray[np.float64] = np.zeros(label_count + 1)

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def totals_s(self) -> npt.NDArray[np.float64]:
        """(C + 1,) for how long each label held, and last none: each reading counts for as long as it stands."""
        return self._totals_s

    @property
    def standing(self) -> Standing:
        """When each reading holds."""
        return self._standing

    def extend(self, face: FaceSeries) -> None:
        """Take what is new in a series that has grown."""
        start, end = len(self), len(face)
        if end == start:
            return
        fresh = face.rows(start, end).codes()
        self._codes = np.concatenate([self._codes, fresh])
        self._standing = standing_of(face.times_s, face.frames)
        self._totals_s = np.bincount(self._codes, self._standing.length_s, self._uncertain + 1).astype(np.float64)
        self._reserve(end)
        for code in range(self._uncertain + 1):
            sums = np.cumsum(fresh == code, dtype=np.int32)
            self._sums[start + 1 : end + 1, code] = sums + self._sums[start, code]

    def counts(self, edges: Times) -> npt.NDArray[np.int32]:
        """Return how many readings have each label, and last none, in each column: (W, C + 1).

        Args:
            edges: (W + 1,) media times, rising: the borders of the columns.
        """
        rows = np.searchsorted(self._standing.start_s, edges)
        return np.diff(self._sums.take(rows, axis=0), axis=0)

    def labels(self, edges: Times) -> Codes:
        """Return the label of each column: the most frequent of its readings, or of the one that holds: (W,).

        Args:
            edges: (W + 1,) media times, rising: the borders of the columns.
        """
        counts = self.counts(edges)
        result: Codes = counts.argmax(axis=1).astype(np.int16)
        empty = np.flatnonzero(~counts.any(axis=1))
        if len(empty):
            rows = self._standing.rows_at((edges[empty] + edges[empty + 1]) / 2)
            result[empty] = self._codes[rows] if len(self) else NOBODY
            result[empty[rows < 0]] = NOBODY
        return result

    def _reserve(self, count: int) -> None:
        capacity = len(self._sums) - 1
        if count <= capacity:
            return
        while capacity < count:
            capacity *= 2
        grown = np.zeros((capacity + 1, self._sums.shape[1]), np.int32)
        grown[: len(self._sums)] = self._sums
        self._sums = grown


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The means of a number in columns, where there are any.

    Attributes:
        columns: (M,) which columns have one, rising.
        values: (M,) float64 the means.
        starts_part: (M,) bool, whether the line is broken before: the face was away.
    """

    columns: npt.NDArray[np.intp]
    values: npt.NDArray[np.float64]
    starts_part: npt.NDArray[np.bool_]

    def parts(self) -> list[slice]:
        """Return the stretches that are drawn as one line."""
        starts = np.flatnonzero(self.starts_part)
        ends = np.append(starts[1:], len(self.columns))[: len(starts)]
        return [slice(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def curve_in(standing: Standing, values: npt.NDArray[np.float32], edges: Times) -> Curve:
    """Return the mean of a number in each column that has a reading with it.

    Args:
        standing: When each of N readings holds.
        values: (N,) the number; NaN where there is none.
        edges: (W + 1,) media times, rising: the borders of the columns.
    """
    rows = np.searchsorted(standing.start_s, edges)
    columns = np.flatnonzero(np.diff(rows))  # those with readings
    if not len(columns):
        return Curve(columns, np.zeros(0), np.zeros(0, np.bool_))
    starts, lasts = rows[columns], rows[columns + 1] - 1
    part = values[rows[0] : rows[-1]]
    is_known = ~np.isnan(part)
    counts = np.add.reduceat(is_known, starts - rows[0], dtype=np.int64)
    sums = np.add.reduceat(np.where(is_known, part, 0.0), starts - rows[0], dtype=np.float64)
    kept = np.flatnonzero(counts)
    parts = standing.parts
    starts_part = np.append(True, parts[starts[kept[1:]]] != parts[lasts[kept[:-1]]])[: len(kept)]
    return Curve(columns[kept], sums[kept] / counts[kept], starts_part)
