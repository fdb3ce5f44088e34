"""One face's readings, summed up in advance, so that any stretch of time is drawn in as many steps as pixels."""

from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.series import FaceSeries
from mien.timeline.history import GAP_S

NOBODY: Final = -1
_FIRST_CAPACITY: Final = 1024
_USUAL_STEP_S: Final = 0.05

Edges = npt.NDArray[np.float64]
"""(W + 1,) media times, rising: the borders of W columns of pixels."""


class FaceColumns:
    """Running sums over the readings of one face, which only ever get longer.

    What falls between two edges is the difference of two running sums, whatever lies between: an hour costs as
    much as a second.

    Args:
        label_count: How many labels there are; their number itself stands for "uncertain".
    """

    def __init__(self, label_count: int) -> None:
        self._uncertain = label_count
        self._count = 0
        self._times_s: npt.NDArray[np.float64] = np.zeros(0)
        self._labels: npt.NDArray[np.int16] = np.zeros(_FIRST_CAPACITY, np.int16)
        self._label_sums: npt.NDArray[np.int32] = np.zeros((_FIRST_CAPACITY + 1, label_count + 1), np.int32)
        self._affect_sums: npt.NDArray[np.float64] = np.zeros((_FIRST_CAPACITY + 1, 3))

    def __len__(self) -> int:
        return self._count

    def extend(self, face: FaceSeries) -> bool:
        """Take what is new in a series that has grown; say whether there was anything."""
        start, end = self._count, len(face)
        if end == start:
            return False
        self._reserve(end)
        tops = np.nan_to_num(face.probabilities[start:], nan=-1.0).argmax(axis=1)
        labels = np.where(face.usable[start:], tops, self._uncertain)
        self._labels[start:end] = labels
        one_hot = labels[:, None] == np.arange(self._uncertain + 1)
        self._label_sums[start + 1 : end + 1] = self._label_sums[start] + np.cumsum(one_hot, axis=0)
        known = ~np.isnan(face.affect[start:]).any(axis=1)
        affect = np.column_stack([np.nan_to_num(face.affect[start:]), known])
        affect[~known] = 0.0
        self._affect_sums[start + 1 : end + 1] = self._affect_sums[start] + np.cumsum(affect, axis=0)
        self._times_s, self._count = face.times_s, end
        return True

    def rows(self, edges: Edges) -> npt.NDArray[np.intp]:
        """Return how many readings lie before each edge: (W + 1,)."""
        return np.searchsorted(self._times_s, edges)

    def counts(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.int32]:
        """Return how often each label stood on top in each column: (W, C + 1)."""
        return np.diff(self._label_sums.take(rows, axis=0), axis=0)

    def held(self, rows: npt.NDArray[np.intp], times_s: npt.NDArray[np.float64]) -> npt.NDArray[np.int16]:
        """Return the label of the last reading before a time, as long as that may stand: (W,).

        Between two frames there is no reading, and the face is there all the same; after its last reading it is
        there for about one frame.

        Args:
            rows: (W,) how many readings lie before each time.
            times_s: (W,) media times.
        """
        if not self._count:
            return np.full(len(rows), NOBODY, np.int16)
        last = rows - 1
        safe = np.maximum(last, 0)
        following = np.minimum(rows, self._count - 1)
        step_s = self._times_s[following] - self._times_s[safe]
        stands_s = np.where((step_s > 0) & (step_s <= GAP_S), step_s, _USUAL_STEP_S)
        stands = (last >= 0) & (times_s - self._times_s[safe] <= stands_s)
        return np.where(stands, self._labels[safe], NOBODY).astype(np.int16)

    def affect(self, edges: Edges) -> npt.NDArray[np.float64]:
        """Return sums of valence and arousal and the number of readings in each column: (W, 3)."""
        return np.diff(self._affect_sums.take(self.rows(edges), axis=0), axis=0)

    def _reserve(self, count: int) -> None:
        capacity = len(self._labels)
        if count <= capacity:
            return
        while capacity < count:
            capacity *= 2
        for name, rows in (("_labels", capacity), ("_label_sums", capacity + 1), ("_affect_sums", capacity + 1)):
            old = getattr(self, name)
            new = np.zeros((rows, *old.shape[1:]), old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)


def labels_of(faces: list[FaceColumns], edges: Edges, label_count: int) -> npt.NDArray[np.int16]:
    """Return what to draw of one person: (W,) index of a label, C for uncertain, −1 for nobody.

    Args:
        faces: Those of the person.
        edges: Of the columns.
        label_count: C.
    """
    rows = [face.rows(edges) for face in faces]
    total = sum((face.counts(each) for face, each in zip(faces, rows, strict=True)), np.zeros(1, np.int32))
    result: npt.NDArray[np.int16] = total.argmax(axis=1).astype(np.int16)
    empty = np.flatnonzero(~total.any(axis=1))
    if len(empty):
        middles = (edges[empty] + edges[empty + 1]) / 2
        result[empty] = NOBODY
        for face, each in zip(faces, rows, strict=True):
            held = face.held(each[empty], middles)
            result[empty] = np.where(held != NOBODY, held, result[empty])
    return result


def affect_of(faces: list[FaceColumns], edges: Edges) -> npt.NDArray[np.float64]:
    """Return one person's mean valence and arousal in each column: (W, 2), NaN where there is none."""
    sums = np.zeros((len(edges) - 1, 3))
    for face in faces:
        sums += face.affect(edges)
    means = np.full((len(edges) - 1, 2), np.nan)
    np.divide(sums[:, :2], sums[:, 2:], out=means, where=sums[:, 2:] > 0)
    return means
