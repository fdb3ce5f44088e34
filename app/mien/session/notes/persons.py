"""The readings of each person, where several face ids are one, and the spans that statistics leave out."""

import numpy as np
import numpy.typing as npt

from mien.core.series import ReadingSeries
from mien.session.notes.annotation_edits import person_of
from mien.session.notes.annotations import Annotations, Person
from mien.timeline.person_series import PersonSeries, join_faces
from mien.timeline.spans import Span, within


def apply_persons(
    series: ReadingSeries, annotations: Annotations, span: Span | None = None
) -> tuple[PersonSeries, ...]:
    """Return the readings person by person, in the order in which they appeared; each face is one person's.

    With a span, only readings in it, of those who have any there.

    Where two faces of one person were read in the same frame, see ``mien.timeline.person_series.preference``.
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
        name = person.name or f"Face {first_id}"
        readings = join_faces(faces, first_id)
        if span is not None:
            readings = readings.between(*span)
        if span is None or len(readings):
            result.append(PersonSeries(name, bool(person.name), person.face_ids, readings))
    return tuple(result)


def included(times_s: npt.NDArray[np.float64], annotations: Annotations) -> npt.NDArray[np.bool_]:
    """Tell for each time whether it counts.

    Returns:
        (N,) bool, False from the start of an excluded span to before its end; without an end, to the last.
    """
    excluded = [
        (marker.start_s, np.inf if marker.end_s is None else marker.end_s)
        for marker in annotations.markers
        if marker.kind == "exclude"
    ]
    return ~within(times_s, excluded)
