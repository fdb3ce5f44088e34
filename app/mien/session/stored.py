"""A session on disk, opened with care: it may come from a stranger, or have been edited by hand."""

from functools import cached_property
from pathlib import Path

from mien.core.emotion import AffectError
from mien.core.series import ReadingSeries
from mien.errors import SessionError, UnfinishedSession
from mien.session.document import SessionDocument
from mien.session.document_file import load_document
from mien.session.layout import THUMBNAIL, face_thumbnail, file_within
from mien.session.notes.annotation_file import load_annotations
from mien.session.notes.annotations import Annotations
from mien.session.tables import read_series


class StoredSession:
    """A session's folder. Made by ``open_session``.

    Args:
        folder: Where it lies.
        document: What it was made with.
        annotations: What people added.
    """

    def __init__(self, folder: Path, document: SessionDocument, annotations: Annotations) -> None:
        self.folder = folder
        self.document = document
        self.annotations = annotations

    @property
    def video(self) -> Path | None:
        """The recording without overlay; None where there is none, or none any more."""
        return self._file(self.document.video)

    @property
    def overlay_video(self) -> Path | None:
        """The recording with the overlay burnt in; None where there is none, or none any more."""
        return self._file(self.document.overlay_video)

    @property
    def thumbnail(self) -> Path | None:
        """A small picture of the scene, or None."""
        return self._file(THUMBNAIL)

    def face_thumbnail(self, face_id: int) -> Path | None:
        """Return a small picture of a face, or None."""
        return self._file(face_thumbnail(face_id))

    @property
    def readings(self) -> Path:
        """The first table of readings that is there.

        Raises:
            SessionError: There is none.
        """
        for name in self.document.readings:
            path = self._file(name)
            if path is not None:
                return path
        if self.document.state == "recording":
            raise UnfinishedSession(self.folder)
        raise SessionError(f"{self.folder}: its readings are missing; fetch them from a backup")

    @property
    def networks(self) -> tuple[str, ...]:
        """The names of the network that gives the readings, and of a second one where it read beside it.

        Raises:
            SessionError: The readings are missing or damaged.
        """
        count = 2 if self.series.other_labels else 1
        return tuple(network.name for network in self.document.networks[:count])

    @property
    def affect_errors(self) -> tuple[AffectError | None, ...]:
        """How far valence and arousal of each network lie from a person's rating; None where it does not say."""
        return tuple(network.affect_error for network in self.document.networks[:2])

    @cached_property
    def series(self) -> ReadingSeries:
        """The readings, read at first use.

        Raises:
            SessionError: They are missing or damaged.
        """
        return read_series(self.readings)

    def _file(self, name: str | None) -> Path | None:
        return None if name is None else file_within(self.folder, name)


def open_session(folder: Path) -> StoredSession:
    """Open a session.

    Raises:
        SessionError: It is none, is damaged, or was made by a newer Mien.
    """
    if not folder.is_dir():
        raise SessionError(f"{folder}: no such folder; check the path")
    return StoredSession(folder, load_document(folder), load_annotations(folder))
