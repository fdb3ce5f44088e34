"""``markers.json`` on disk."""

from pathlib import Path
from typing import Final

import msgspec

from mien.errors import SessionError
from mien.session.json_file import read_json, write_json
from mien.session.layout import MARKERS
from mien.session.notes.annotations import MAX_MARKERS, SCHEMA, Annotations

MAX_BYTES: Final = 20_000_000
MAX_PERSONS: Final = 50_000


def load_annotations(folder: Path) -> Annotations:
    """Read ``markers.json``; a session without one has no markers.

    Raises:
        SessionError: It is damaged, of a newer Mien, or contradicts itself.
    """
    path = folder / MARKERS
    if not path.exists():
        return Annotations()
    annotations = read_json(path, Annotations, SCHEMA, MAX_BYTES)
    if len(annotations.markers) > MAX_MARKERS or len(annotations.persons) > MAX_PERSONS:
        raise SessionError(
            f"{path}: holds more than {MAX_MARKERS:,} markers or {MAX_PERSONS:,} persons; move some elsewhere"
        )
    face_ids = [face_id for person in annotations.persons for face_id in person.face_ids]
    if len(set(face_ids)) != len(face_ids):
        raise SessionError(f"{path}: a face belongs to two persons; repair the file")
    for marker in annotations.markers:
        if marker.end_s is not None and marker.end_s <= marker.start_s:
            raise SessionError(
                f"{path}: the marker at {marker.start_s:g} s ends before it starts; repair the file"
            )
    return annotations


def save_annotations(folder: Path, annotations: Annotations) -> None:
    """Write ``markers.json`` in one step.

    Raises:
        RecordingError: It cannot be written.
    """
    write_json(folder / MARKERS, annotations)


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
    old_markers, kept_markers = set(before.markers), set(after.markers)
    new = [marker for marker in after.markers if marker not in old_markers]
    changed = (old_markers - kept_markers).union(new)
    markers = [marker for marker in theirs.markers if marker not in changed] + new
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
    )
