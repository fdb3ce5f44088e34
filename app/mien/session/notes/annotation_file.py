"""``markers.json`` on disk."""

from pathlib import Path
from typing import Final

from mien.errors import SessionError
from mien.session.json_file import read_json, write_json
from mien.session.layout import MARKERS
from mien.session.notes.annotations import SCHEMA, Annotations

MAX_BYTES: Final = 20_000_000


def load_annotations(folder: Path) -> Annotations:
    """Read ``markers.json``; a session without one has no markers.

    Raises:
        SessionError: It is damaged, of a newer Mien, or contradicts itself.
    """
    path = folder / MARKERS
    if not path.exists():
        return Annotations()
    annotations = read_json(path, Annotations, SCHEMA, MAX_BYTES)
    face_ids = [face_id for person in annotations.persons for face_id in person.face_ids]
    if len(set(face_ids)) != len(face_ids):
        raise SessionError(f"{path}: a face belongs to two persons; mend it")
    for marker in annotations.markers:
        if marker.end_s is not None and marker.end_s <= marker.start_s:
            raise SessionError(f"{path}: the marker at {marker.start_s:g} s ends before it starts; mend it")
    return annotations


def save_annotations(folder: Path, annotations: Annotations) -> None:
    """Write ``markers.json`` in one step.

    Raises:
        RecordingError: It cannot be written.
    """
    write_json(folder / MARKERS, annotations)
