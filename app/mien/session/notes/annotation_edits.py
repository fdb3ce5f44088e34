"""Changes to what people added: each takes annotations and returns new ones, so that undo keeps the old."""

from collections.abc import Iterable

import msgspec

from mien.session.notes.annotations import MAX_NAME, Annotations, Marker, Person


def add_marker(annotations: Annotations, marker: Marker) -> Annotations:
    """Return the annotations with one more marker, in its place in time."""
    return _with_markers(annotations, (*annotations.markers, marker))


def remove_marker(annotations: Annotations, marker: Marker) -> Annotations:
    """Return the annotations without the marker.

    Raises:
        ValueError: It is not there.
    """
    markers = list(annotations.markers)
    markers.remove(marker)
    return _with_markers(annotations, markers)


def replace_marker(annotations: Annotations, old: Marker, new: Marker) -> Annotations:
    """Return the annotations with ``new`` for ``old``.

    Raises:
        ValueError: The old one is not there.
    """
    return add_marker(remove_marker(annotations, old), new)


def name_person(annotations: Annotations, face_id: int, name: str) -> Annotations:
    """Return the annotations with the name given to the person that has this face; an empty one takes it off."""
    mine = person_of(annotations, face_id)
    return _with_person(annotations, Person(name=_fitting(name), face_ids=mine.face_ids))


def merge_faces(annotations: Annotations, face_ids: Iterable[int], name: str = "") -> Annotations:
    """Return the annotations with these faces, and all of their persons, as one person.

    Args:
        annotations: As they are.
        face_ids: At least one.
        name: For the person; by default the first name that one of them has.
    """
    persons = [person_of(annotations, face_id) for face_id in face_ids]
    merged = tuple(sorted({face_id for person in persons for face_id in person.face_ids}))
    known = next((person.name for person in persons if person.name), "")
    return _with_person(annotations, Person(name=_fitting(name) or known, face_ids=merged))


def split_face(annotations: Annotations, face_id: int) -> Annotations:
    """Return the annotations with this face as a person of its own, without a name."""
    rest = tuple(each for each in person_of(annotations, face_id).face_ids if each != face_id)
    without = tuple(person for person in annotations.persons if face_id not in person.face_ids)
    kept = msgspec.structs.replace(annotations, persons=without)
    if not rest:
        return kept
    return _with_person(kept, Person(name=person_of(annotations, face_id).name, face_ids=rest))


def person_of(annotations: Annotations, face_id: int) -> Person:
    """Return the person that has this face, or one without a name."""
    for person in annotations.persons:
        if face_id in person.face_ids:
            return person
    return Person(face_ids=(face_id,))


def _fitting(name: str) -> str:
    return name.strip()[:MAX_NAME]


def _with_person(annotations: Annotations, person: Person) -> Annotations:
    """Put ``person`` in place of all that have one of its faces; drop it where it says nothing."""
    others = [each for each in annotations.persons if not set(each.face_ids) & set(person.face_ids)]
    says_something = bool(person.name) or len(person.face_ids) > 1
    persons = sorted([*others, person] if says_something else others, key=lambda each: min(each.face_ids))
    return msgspec.structs.replace(annotations, persons=tuple(persons))


def _with_markers(annotations: Annotations, markers: Iterable[Marker]) -> Annotations:
    in_time = sorted(markers, key=lambda marker: marker.start_s)
    return msgspec.structs.replace(annotations, markers=tuple(in_time))
