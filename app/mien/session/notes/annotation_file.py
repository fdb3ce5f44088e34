"""``markers.json`` on disk."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from mien.errors import SessionError
from mien.session.json_file import read_json, write_json
from mien.session.layout import MARKERS
from mien.session.notes.annotations import FIRST_SCHEMA, MAX_MARKERS, SCHEMA, Annotations, HandLabel, Marker

MAX_BYTES: Final = 20_000_000
MAX_PERSONS: Final = 50_000
MAX_LABELS: Final = 20_000


def load_annotations(folder: Path) -> Annotations:
    """Read ``markers.json``; a session without one has no markers.

    Raises:
        SessionError: It is damaged, of a newer Mien, or contradicts itself.
    """
    path = folder / MARKERS
    if not path.exists():
        return Annotations()
    annotations = read_json(path, Annotations, SCHEMA, MAX_BYTES)
    for things, most, name in (
        (annotations.markers, MAX_MARKERS, "markers"),
        (annotations.persons, MAX_PERSONS, "persons"),
        (annotations.labels, MAX_LABELS, "labels by hand"),
    ):
        if len(things) > most:
            raise SessionError(f"{path}: holds more than {most:,} {name}; move some elsewhere")
    face_ids = [face_id for person in annotations.persons for face_id in person.face_ids]
    if len(set(face_ids)) != len(face_ids):
        raise SessionError(f"{path}: a face belongs to two persons; repair the file")
    for marker in annotations.markers:
        if marker.end_s is not None and marker.end_s <= marker.start_s:
            raise SessionError(
                f"{path}: the marker at {marker.start_s:g} s ends before it starts; repair the file"
            )
    for label in annotations.labels:
        if label.end_s <= label.start_s:
            raise SessionError(
                f"{path}: the label by hand at {label.start_s:g} s ends before it starts; repair the file"
            )
    return msgspec.structs.replace(annotations, schema=SCHEMA)


def save_annotations(folder: Path, annotations: Annotations) -> None:
    """Write ``markers.json`` in one step.

    Raises:
        RecordingError: It cannot be written.
    """
    is_new = bool(annotations.labels) or any(marker.event_type for marker in annotations.markers)
    schema = SCHEMA if is_new else FIRST_SCHEMA
    write_json(folder / MARKERS, msgspec.structs.replace(annotations, schema=schema))


def save_changes(folder: Path, before: Annotations, after: Annotations) -> None:
    """Write what was changed into ``markers.json``, which another window may have changed meanwhile.

    Args:
        folder: The session's.
        before: What this window had when it last read or saved.
        after: What it has now.

    Raises:
        SessionError: What is there is damaged; it is left as it is.
        RecordingError: It cannot be written.
    """
    save_annotations(folder, merged(before, after, load_annotations(folder)))


def merged(before: Annotations, after: Annotations, theirs: Annotations) -> Annotations:
    """Return what is there now with the changes from ``before`` to ``after``; where both changed, these count."""
    if theirs == before:
        return after
    markers = _merged(before.markers, after.markers, theirs.markers)
    labels = _merged(before.labels, after.labels, theirs.labels)
    old_persons, kept_persons = set(before.persons), set(after.persons)
    gone_persons = old_persons - kept_persons
    new_persons = [person for person in after.persons if person not in old_persons]
    taken = {face_id for person in new_persons for face_id in person.face_ids}
    persons = list(new_persons)
    for person in theirs.persons:
        face_ids = tuple(face_id for face_id in person.face_ids if face_id not in taken)
        if face_ids and person not in gone_persons:
            persons.append(msgspec.structs.replace(person, face_ids=face_ids))
    return Annotations(
        markers=tuple(sorted(markers, key=lambda marker: marker.start_s)),
        persons=tuple(sorted(persons, key=lambda person: min(person.face_ids))),
        labels=tuple(sorted(labels, key=lambda label: (label.start_s, label.face_id))),
    )


T = TypeVar("T", Marker, HandLabel)


def _merged(before: Sequence[T], after: Sequence[T], theirs: Sequence[T]) -> list[T]:
    """Return what is there now without what was taken away here, and with what is new here."""
    old, kept = set(before), set(after)
    new = [each for each in after if each not in old]
    changed = (old - kept).union(new)
    return [each for each in theirs if each not in changed] + new
