"""The lanes of the timeline: one for each person, made of the columns of that person's faces."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mien.core.series import ReadingSeries
from mien.session.notes.annotation_edits import person_of
from mien.session.notes.annotations import Annotations
from mien.timeline.columns import Edges, FaceColumns, affect_of, labels_of


@dataclass(frozen=True, slots=True)
class Lane:
    """One person.

    Attributes:
        person_id: The first of the face ids; stands for the person.
        name: For people.
        face_ids: All faces that are this person.
        first_s: Media time of the first reading.
        last_s: Media time of the last reading.
        readings: How many there are.
    """

    person_id: int
    name: str
    face_ids: tuple[int, ...]
    first_s: float
    last_s: float
    readings: int


class Lanes:
    """Follows a series that grows, and who its faces are.

    Attributes:
        labels: What the network tells apart.
        lanes: In the order in which the persons appeared.
    """

    def __init__(self) -> None:
        self.labels: tuple[str, ...] = ()
        self.lanes: tuple[Lane, ...] = ()
        self._columns: dict[int, FaceColumns] = {}
        self._spans: dict[int, tuple[float, float]] = {}
        self._series: ReadingSeries | None = None
        self._annotations: Annotations | None = None

    def follow(self, series: ReadingSeries | None, annotations: Annotations) -> bool:
        """Take what is new; say whether anything is."""
        is_other = series is not self._series
        if is_other:
            self._series, self._columns, self._spans = series, {}, {}
            self.labels = series.labels if series is not None else ()
        has_grown = self._extend(series) if series is not None else False
        if not (is_other or has_grown or annotations is not self._annotations):
            return False
        self._annotations = annotations
        self.lanes = self._arrange(annotations)
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
        if self._annotations is None:
            return {}
        names = {lane.person_id: person_of(self._annotations, lane.person_id).name for lane in self.lanes}
        return {person_id: name for person_id, name in names.items() if name}

    def labels_of(self, lane: Lane, edges: Edges) -> npt.NDArray[np.int16]:
        """Return what to draw of a lane; see ``mien.gui.review.face_columns.labels_of``."""
        return labels_of(self._faces_of(lane), edges, len(self.labels))

    def counts_of(self, lane: Lane, edges: Edges) -> npt.NDArray[np.int32]:
        """Return how often each label, and last uncertain, stood on top: (W, C + 1)."""
        total = np.zeros((len(edges) - 1, len(self.labels) + 1), np.int32)
        for face in self._faces_of(lane):
            total += face.counts(face.rows(edges))
        return total

    def trail_of(self, lane: Lane, end_s: float, length_s: float) -> list[tuple[float, float, float]]:
        """Return time, valence and arousal of the seconds before ``end_s``, some eight a second, where known."""
        edges = np.linspace(end_s - length_s, end_s, max(round(length_s * 8), 1) + 1)
        middles = (edges[:-1] + edges[1:]) / 2
        affect = self.affect_of(lane, edges)
        known = ~np.isnan(affect).any(axis=1)
        points = np.column_stack([middles, affect])[known].tolist()
        return [(at_s, valence, arousal) for at_s, valence, arousal in points]

    def affect_of(self, lane: Lane, edges: Edges) -> npt.NDArray[np.float64]:
        """Return valence and arousal to draw; see ``mien.gui.review.face_columns.affect_of``."""
        return affect_of(self._faces_of(lane), edges)

    def overlap_s(self, first: Lane, second: Lane) -> float:
        """Return for how long two persons are in view at the same time: then they are not the same."""
        if self._series is None:
            return 0.0
        times = [
            np.unique(np.concatenate([self._series.face(face_id).times_s for face_id in lane.face_ids]))
            for lane in (first, second)
        ]
        both = np.intersect1d(times[0], times[1])
        step_s = float(np.median(np.diff(times[0]))) if len(times[0]) > 1 else 0.0
        return len(both) * step_s

    def _faces_of(self, lane: Lane) -> list[FaceColumns]:
        return [self._columns[face_id] for face_id in lane.face_ids]

    def _extend(self, series: ReadingSeries) -> bool:
        has_grown = False
        for face_id in series.face_ids():
            face = series.face(face_id)
            columns = self._columns.setdefault(face_id, FaceColumns(len(series.labels)))
            if columns.extend(face):
                has_grown = True
                self._spans[face_id] = (float(face.times_s[0]), float(face.times_s[-1]))
        return has_grown

    def _arrange(self, annotations: Annotations) -> tuple[Lane, ...]:
        lanes: dict[int, Lane] = {}
        for face_id in self._spans:
            person = person_of(annotations, face_id)
            ids = tuple(each for each in sorted(person.face_ids) if each in self._spans)
            if ids[0] in lanes:
                continue
            lanes[ids[0]] = Lane(
                person_id=ids[0],
                name=person.name or f"Face {ids[0]}",
                face_ids=ids,
                first_s=min(self._spans[each][0] for each in ids),
                last_s=max(self._spans[each][1] for each in ids),
                readings=sum(len(self._columns[each]) for each in ids),
            )
        return tuple(sorted(lanes.values(), key=lambda lane: lane.first_s))
