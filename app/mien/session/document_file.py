"""``session.json`` on disk."""

from pathlib import Path
from typing import Final

import msgspec

from mien.errors import SessionError
from mien.session.document import SCHEMA, SessionDocument
from mien.session.json_file import read_json, write_json
from mien.session.layout import DOCUMENT, is_plain

MAX_BYTES: Final = 2_000_000


def load_document(folder: Path) -> SessionDocument:
    """Read ``session.json``.

    Raises:
        SessionError: It is missing, damaged, of a newer Mien, or names files outside the folder.
    """
    path = folder / DOCUMENT
    document = read_json(path, SessionDocument, SCHEMA, MAX_BYTES)
    if document.schema == 1:  # its video had the overlay burnt in
        document = msgspec.structs.replace(document, schema=SCHEMA, video=None, overlay_video=document.video)
    for name in (document.video, document.overlay_video, *document.readings):
        if name is not None and not is_plain(name):
            raise SessionError(
                f'{path}: names "{name[:100]}", which is no file of its own folder; repair the file'
            )
    if not document.networks:
        raise SessionError(f"{path}: names no network, so that the readings mean nothing; repair the file")
    return document


def save_document(folder: Path, document: SessionDocument) -> None:
    """Write ``session.json`` in one step.

    Raises:
        RecordingError: It cannot be written.
    """
    write_json(folder / DOCUMENT, document)
