"""A lane for each person: who, when in view, and what was read, in columns of any width."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mien.core.face_series import FaceSeries
from mien.core.series import ReadingSeries
from mien.timeline.columns import Curve, LabelColumns, curve_in
from mien.timeline.person_series import PersonSeries
from mien.timeline.quantities import Quantity
from mien.timeline.runs import Codes
from mien.timeline.standing import Times


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One person.

    Attributes:
        person_id: The first of the face ids; stands for the person.
        name: For people.
        is_named: Whether somebody gave the name.
        face_ids: All faces that are this person.
        readings: What was read, one reading a frame; at least one.
        columns: Their labels in columns.
    """

    person_id: int
    name: str
    is_named: bool
    face_ids: tuple[int, ...]
    readings: FaceSeries
    columns: LabelColumns

    @property
    def first_s(self) -> float:
        """Media time of the first reading."""
        return float(self.readings.times_s[0])

    @property
    def last_s(self) -> float:
        """Media time of the last reading."""
        return float(self.readings.times_s[-1])

    def labels(self, edges: Times) -> Codes:
        """Return the label of each column; see ``LabelColumns.labels``."""
        return self.columns.labels(edges)

    def counts(self, edges: Times) -> npt.NDArray[np.int32]:
        """Return how often each label, and last none, was read in each column: (W, C + 1)."""
        return self.columns.counts(edges)

    def curve(self, quantity: Quantity, edges: Times) -> Curve:
        """Return the means of a number in columns."""
        return curve_in(self.columns.standing, quantity.values(self.readings), edges)

    def value_at(self, quantity: Quantity, edges: Times) -> float | None:
        """Return the mean of a number between two edges, or what the reading that holds there has, or None."""
        curve = self.curve(quantity, edges)
        if len(curve.values):
            return float(curve.values[0])
        row = int(self.columns.standing.rows_at(edges.mean(keepdims=True))[0])
        value = float(quantity.values(self.readings)[row]) if row >= 0 else np.nan
        return None if np.isnan(value) else value


class Lanes:
    """Follows the readings of persons, which grow, and who the persons are.

    Attributes:
        labels: What the network tells apart.
        lanes: In the order in which the persons appeared.
    """

    def __init__(self) -> None:
        self.labels: tuple[str, ...] = ()
        self.lanes: tuple[Lane, ...] = ()
        self._series: ReadingSeries | None = None

    def follow(self, series: ReadingSeries | None, persons: Sequence[PersonSeries]) -> bool:
        """Take what is new; say whether anything is.

        Args:
            series: The readings, which may have grown.
            persons: Whose they are by now, each with at least one reading.
        """
        is_same = series is self._series
        before = {lane.face_ids: lane for lane in self.lanes} if is_same else {}
        lanes = [_lane_of(person, before.get(person.face_ids)) for person in persons]
        lanes.sort(key=lambda lane: lane.first_s)
        if is_same and lanes == list(self.lanes):
            return False
        self._series, self.lanes = series, tuple(lanes)
        self.labels = series.labels if series is not None else ()
        return True

    def lane_of(self, face_id: int | None) -> Lane | None:
        """Return the lane of the person that has a face, or None."""
        return next((lane for lane in self.lanes if face_id in lane.face_ids), None)

    def lane(self, person_id: int | None) -> Lane | None:
        """Return the lane of a person, or None."""
        return next((lane for lane in self.lanes if lane.person_id == person_id), None)

    def names(self) -> dict[int, int]:
        """Return for each face the id that its person is shown with."""
        return {face_id: lane.person_id for lane in self.lanes for face_id in lane.face_ids}

    def given_names(self) -> dict[int, str]:
        """Return the names that people gave, by person."""
        return {lane.person_id: lane.name for lane in self.lanes if lane.is_named}


def overlap_s(first: Lane, second: Lane) -> float:
    """Return for how long two persons are in view at the same time: then they are not the same."""
    both = np.isin(first.readings.times_s, second.readings.times_s)
    return float(first.columns.standing.length_s[both].sum())


def trail_of(
    lane: Lane, pair: tuple[Quantity, Quantity], end_s: float, length_s: float
) -> list[tuple[float, float, float]]:
    """Return time and two numbers of the seconds before ``end_s``, some eight a second, where both are known."""
    edges = np.linspace(end_s - length_s, end_s, max(round(length_s * 8), 1) + 1)
    first, second = (lane.curve(quantity, edges) for quantity in pair)
    columns, of_first, of_second = np.intersect1d(first.columns, second.columns, return_indices=True)
    middles = (edges[columns] + edges[columns + 1]) / 2
    values = (first.values[of_first].tolist(), second.values[of_second].tolist())
    return list(zip(middles.tolist(), *values, strict=True))


def _lane_of(person: PersonSeries, before: Lane | None) -> Lane:
    """Return the lane of a person: the one of before where nothing has changed.

    Args:
        person: The person, as the readings are now.
        before: The lane as it was with fewer readings of the same run, or None.
    """
    readings = person.readings
    # Of several faces, a later reading may take the place of another in the same frame: then all is summed anew.
    grows = before is not None and (len(person.face_ids) == 1 or _is_same(before.readings, readings))
    if before is None or not grows:
        columns = LabelColumns(len(readings.labels))
    elif (len(readings), person.name) == (len(before.readings), before.name):
        return before
    else:
        columns = before.columns
    columns.extend(readings)
    return Lane(readings.face_id, person.name, person.is_named, person.face_ids, readings, columns)


def _is_same(before: FaceSeries, after: FaceSeries) -> bool:
    return np.array_equal(before.times_s, after.times_s) and np.array_equal(
        before.probabilities, after.probabilities, equal_nan=True
    )
