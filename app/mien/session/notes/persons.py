"""The readings of each person, where several face ids are one, and the spans that statistics leave out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mien.core.arrays import read_only
from mien.core.series import FaceSeries, ReadingSeries, SecondSeries
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
    times_s = np.concatenate([face.times_s for face in faces])
    quality = np.concatenate([face.quality for face in faces])
    boxes = np.concatenate([face.boxes for face in faces])
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    ranks = np.concatenate([np.full(len(face), rank) for rank, face in enumerate(faces)])
    order = np.lexsort((ranks, -np.nan_to_num(areas, nan=0.0), -np.nan_to_num(quality, nan=-1.0), times_s))
    is_first = np.diff(times_s[order], prepend=-np.inf) > 0
    rows = order[is_first]
    return FaceSeries(
        face_id=face_id,
        labels=faces[0].labels,
        times_s=read_only(times_s[rows]),
        frames=read_only(np.concatenate([face.frames for face in faces])[rows]),
        boxes=read_only(boxes[rows]),
        probabilities=read_only(np.concatenate([face.probabilities for face in faces])[rows]),
        affect=read_only(np.concatenate([face.affect for face in faces])[rows]),
        quality=read_only(quality[rows]),
        usable=read_only(np.concatenate([face.usable for face in faces])[rows]),
        reasons=read_only(np.concatenate([face.reasons for face in faces])[rows]),
        other=_joined([face.other for face in faces if face.other is not None], rows),
    )


def _joined(others: list[SecondSeries], rows: npt.NDArray[np.intp]) -> SecondSeries | None:
    """Join what a second network read from several faces, and keep some of the rows."""
    if not others:
        return None
    whole = SecondSeries(
        others[0].labels,
        np.concatenate([other.probabilities for other in others]),
        np.concatenate([other.affect for other in others]),
    )
    return whole.take(rows)
