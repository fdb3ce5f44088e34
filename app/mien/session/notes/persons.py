"""The readings of each person, where several face ids are one, and the spans that statistics leave out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mien.core.series import FaceSeries, ReadingSeries, joined
from mien.session.notes.annotation_edits import person_of
from mien.session.notes.annotations import Annotations, Person


@dataclass(frozen=True, slots=True, eq=False)
class PersonSeries:
    """One person's readings.

    Attributes:
        name: As given, or "Face" with the first id.
        face_ids: Those of the recording that are this person.
        readings: In the order of time; ``face_id`` is the first id.
    """

    name: str
    face_ids: tuple[int, ...]
    readings: FaceSeries


def apply_persons(series: ReadingSeries, annotations: Annotations) -> tuple[PersonSeries, ...]:
    """Return the readings person by person, in the order in which they appeared; each face is one person's.

    Where two faces of one person were read in the same frame, one of them is somebody else or a false box. The
    reading of better quality is taken, then the one whose face is larger, then the one of the smaller id.
    """
    found = series.face_ids()
    persons: dict[tuple[int, ...], Person] = {}
    for face_id in found:
        person = person_of(annotations, face_id)
        persons.setdefault(person.face_ids, person)
    result = []
    for person in persons.values():
        faces = [series.face(face_id) for face_id in sorted(person.face_ids) if face_id in found]
        first_id = min(person.face_ids)
        result.append(PersonSeries(person.name or f"Face {first_id}", person.face_ids, _merged(faces, first_id)))
    return tuple(result)


def included(times_s: npt.NDArray[np.float64], annotations: Annotations) -> npt.NDArray[np.bool_]:
    """Tell for each time whether it counts.

    Returns:
        (N,) bool, False from the start of an excluded span to before its end; without an end, to the last.
    """
    counts = np.ones(len(times_s), np.bool_)
    for marker in annotations.markers:
        if marker.kind == "exclude":
            end_s = np.inf if marker.end_s is None else marker.end_s
            counts &= ~((times_s >= marker.start_s) & (times_s < end_s))
    return counts


def _merged(faces: list[FaceSeries], face_id: int) -> FaceSeries:
    """Join several faces of one person."""
    if len(faces) == 1 and faces[0].face_id == face_id:
        return faces[0]
    whole = joined(faces, face_id)
    areas = (whole.boxes[:, 2] - whole.boxes[:, 0]) * (whole.boxes[:, 3] - whole.boxes[:, 1])
    ranks = np.concatenate([np.full(len(face), rank) for rank, face in enumerate(faces)])
    keys = (ranks, -np.nan_to_num(areas, nan=0.0), -np.nan_to_num(whole.quality, nan=-1.0), whole.times_s)
    order = np.lexsort(keys)
    is_first = np.diff(whole.times_s[order], prepend=-np.inf) > 0
    return whole.take(order[is_first])
