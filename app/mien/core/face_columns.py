"""The growing columns of one face, and the rows that go into them."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mien.core.arrays import read_only
from mien.core.face import ShownExpression, ShownReading
from mien.core.face_details import CHANGES, DETAILS, HEAD
from mien.core.face_series import FaceSeries, RawSeries, SecondSeries, ShownColumns
from mien.core.further_numbers import OWN
from mien.core.row_layout import RowLayout, in_order

_FIRST_CAPACITY: Final = 64

_KINDS: Final[dict[str, type[np.generic]]] = {
    "times_s": np.float64,
    "frames": np.int64,
    "tracks": np.int64,
    "usable": np.bool_,
    "relative": np.bool_,
    "tops": np.int16,
    "other_tops": np.int16,
    "reasons": np.object_,
    "raw_reasons": np.object_,
    "other_reasons": np.object_,
}


class FaceColumns:
    """Arrays that double when they are full. What was handed out stays valid: rows are only added behind it.

    Args:
        layout: Of the numbers.
        has_details: Whether the face is looked at closely.
        further: Names of further numbers; see ``mien.core.further_numbers``.
    """

    def __init__(self, layout: RowLayout, has_details: bool, further: tuple[str, ...] = ()) -> None:
        self.layout = layout
        self.has_details = has_details
        self.further = further
        self.count = 0
        shapes = {
            "numbers": layout.width,
            "raw": layout.raw_width,
            "details": len(self.detail_names),
            "changes": len(CHANGES) * has_details,
            "further": len(further),
        }
        self.arrays: dict[str, npt.NDArray[Any]] = {
            **{name: np.empty(_FIRST_CAPACITY, kind) for name, kind in _KINDS.items()},
            **{name: np.empty((_FIRST_CAPACITY, width), np.float32) for name, width in shapes.items()},
        }

    @property
    def detail_names(self) -> tuple[str, ...]:
        """Names of the numbers in ``details``."""
        return DETAILS if self.has_details else HEAD

    def add(self, time_s: float, frame_index: int, reading: ShownReading) -> None:
        """Add the reading of the next frame."""
        other = reading.other
        self.reserve(1)
        row: dict[str, Any] = {
            "times_s": time_s,
            "frames": frame_index,
            "tracks": reading.track.track_id,
            "numbers": self.layout.row(reading),
            "raw": self.layout.raw_row(reading.raw),
            "usable": reading.usable,
            "relative": reading.is_relative,
            "tops": _index_of(reading, self.layout.labels),
            "other_tops": 0 if other is None else _index_of(other, self.layout.other_labels),
            "reasons": reading.reason,
            "raw_reasons": reading.quality.reason,
            "other_reasons": None if other is None else other.reason,
            "details": self._details(reading),
            "changes": np.nan if reading.changes is None or not self.has_details else reading.changes,
            "further": [reading.own.get(name.removeprefix(OWN), np.nan) for name in self.further],
        }
        for name, value in row.items():
            self.arrays[name][self.count] = value
        self.count += 1

    def _details(self, reading: ShownReading) -> object:
        """Return the cells of the details: of a face that was not looked at closely only its turn is known."""
        if reading.raw.details is not None and self.has_details:
            return reading.raw.details.values
        cells = np.full(len(self.detail_names), np.nan, np.float32)
        cells[: len(HEAD)] = [np.nan if angle is None else angle for angle in reading.raw.head_turn_deg]
        return cells

    def extend(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Add rows that follow those before in time.

        Args:
            arrays: N values for each of the columns, by their names.

        Raises:
            ValueError: The times do not rise.
        """
        times_s = arrays["times_s"]
        before_s = self.arrays["times_s"][self.count - 1] if self.count else -np.inf
        if not np.all(np.diff(times_s, prepend=before_s) > 0):
            raise ValueError("the times of a face must rise from row to row")
        self.reserve(len(times_s))
        rows = slice(self.count, self.count + len(times_s))
        for name, values in arrays.items():
            self.arrays[name][rows] = values
        self.count += len(times_s)

    def view(self, face_id: int) -> FaceSeries:
        """Return the rows so far as the face ``face_id``, without copying."""
        have = {name: read_only(array[: self.count]) for name, array in self.arrays.items()}
        numbers, raw, layout = have["numbers"], have["raw"], self.layout
        other = None
        if layout.other_labels:
            other = SecondSeries(
                layout.other_labels,
                numbers[:, layout.other_probabilities],
                numbers[:, layout.other_affect],
                have["other_tops"],
                have["other_reasons"],
                RawSeries(raw[:, layout.raw_other_probabilities], raw[:, layout.raw_other_affect]),
            )
        return FaceSeries(
            face_id=face_id,
            labels=layout.labels,
            times_s=have["times_s"],
            frames=have["frames"],
            boxes=numbers[:, layout.box],
            probabilities=numbers[:, layout.probabilities],
            affect=numbers[:, layout.affect],
            quality=numbers[:, layout.quality],
            tops=have["tops"],
            usable=have["usable"],
            reasons=have["reasons"],
            relative=have["relative"],
            raw=RawSeries(raw[:, layout.raw_probabilities], raw[:, layout.raw_affect]),
            raw_reasons=have["raw_reasons"],
            tracks=have["tracks"],
            details=have["details"],
            changes=have["changes"],
            detail_names=self.detail_names,
            further=have["further"],
            further_names=self.further,
            other=other,
        )

    def copy(self, further: tuple[str, ...]) -> "FaceColumns":
        """Return the same rows in arrays of their own, with these further numbers: NaN where one is new."""
        copied = FaceColumns(self.layout, self.has_details, further)
        copied.count = self.count
        copied.arrays = {name: array[: self.count].copy() for name, array in self.arrays.items()}
        numbers = np.full((self.count, len(further)), np.nan, np.float32)
        for at, name in enumerate(further):
            if name in self.further:
                numbers[:, at] = self.arrays["further"][: self.count, self.further.index(name)]
        copied.arrays["further"] = numbers
        return copied

    def set_further(self, last: npt.NDArray[np.float32]) -> None:
        """Take over the last of the further numbers of all rows: (N, L), of which there may be none."""
        if last.shape[1]:
            self.arrays["further"][: self.count, -last.shape[1] :] = last

    def show(self, shown: ShownColumns, other: ShownColumns | None) -> None:
        """Take over what is shown of all rows."""
        rows, layout = slice(0, self.count), self.layout
        numbers = self.arrays["numbers"]
        numbers[rows, layout.probabilities] = shown.values[:, :-2]
        numbers[rows, layout.affect] = shown.values[:, -2:]
        self.arrays["tops"][rows], self.arrays["reasons"][rows] = shown.tops, shown.reasons
        self.arrays["relative"][rows] = shown.relative
        if shown.changes is not None:
            self.arrays["changes"][rows] = shown.changes
        self.arrays["usable"][rows] = [reason is None for reason in shown.reasons]
        if other is not None:
            numbers[rows, layout.other_probabilities] = other.values[:, :-2]
            numbers[rows, layout.other_affect] = other.values[:, -2:]
            self.arrays["other_tops"][rows], self.arrays["other_reasons"][rows] = other.tops, other.reasons

    def reserve(self, more: int) -> None:
        """Make room for so many more rows."""
        capacity = len(self.arrays["times_s"])
        if self.count + more <= capacity:
            return
        capacity = max(2 * capacity, self.count + more)
        for name, old in self.arrays.items():
            new = np.empty((capacity, *old.shape[1:]), old.dtype)
            new[: self.count] = old[: self.count]
            self.arrays[name] = new


def _index_of(shown: ShownExpression, labels: tuple[str, ...]) -> int:
    """Return which of the labels is named; of another network's the most probable one that is among them."""
    if shown.top in labels:
        return labels.index(shown.top)
    return int(np.nan_to_num(in_order(shown.emotion, labels), nan=-1.0).argmax())
