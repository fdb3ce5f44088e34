"""Keeps the list of sessions: looks for them, renames them, puts them into the trash and takes them out again."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from mien.engine.contracts import ReviewEngine
from mien.errors import AppError, RecordingError, printable
from mien.gui.background import Background
from mien.gui.choices import Choices
from mien.gui.parts.trash import move_to_trash
from mien.gui.tab_page import Notice
from mien.session.library import Listed
from mien.settings import Settings

Found = tuple[list[Listed], dict[Path, QImage]]


class LibraryController(QObject):
    """Owns what is listed.

    Emits ``changed`` when there is another list, ``notified`` with a ``Notice``, ``failed`` with an ``AppError``.

    Attributes:
        sessions: What there is, the newest first.
        pictures: Of those that have one, by their folders.
        has_looked: Whether anybody has looked yet.
    """

    changed = Signal()
    notified = Signal(object)
    failed = Signal(object)

    def __init__(self, engine: ReviewEngine, choices: Choices, parent: QObject) -> None:
        super().__init__(parent)
        self.sessions: list[Listed] = []
        self.pictures: dict[Path, QImage] = {}
        self.has_looked = False
        self._engine = engine
        self._choices = choices
        self._background = Background(self)
        self._is_looking = self._is_stale = False

    def look(self) -> None:
        """Look again at what there is."""
        if self._is_looking:
            self._is_stale = True
            return
        self._is_looking = True
        self._background.run(partial(self._find, self._choices.settings), self._take, self._give_up)

    def rename(self, listed: Listed, name: str) -> None:
        """Give a recording another name."""
        work = partial(self._engine.rename_session, listed.folder, name)
        self._background.run(work, lambda _: self.look(), self.failed.emit)

    def delete(self, listed: Listed) -> None:
        """Put a session into the trash, from where a button of the message brings it back."""
        self._background.run(partial(_throw_away, listed.folder), partial(self._tell_deleted, listed), self._fail)

    def shut_down(self, timeout_s: float) -> bool:
        """Wait for what runs; say whether it ended in time."""
        return self._background.join(timeout_s)

    def _find(self, settings: Settings) -> Found:
        sessions = self._engine.list_sessions(settings)
        pictures = {}
        for listed in sessions:
            if listed.thumbnail is not None:
                image = self.pictures.get(listed.folder) or QImage(str(listed.thumbnail))
                if not image.isNull():
                    pictures[listed.folder] = image
        return sessions, pictures

    def _take(self, found: Found) -> None:
        self._is_looking = False
        self.sessions, self.pictures = found
        self.has_looked = True
        self.changed.emit()
        if self._is_stale:
            self._is_stale = False
            self.look()

    def _give_up(self, error: AppError) -> None:
        self._is_looking = False
        self.failed.emit(error)

    def _tell_deleted(self, listed: Listed, lies_at: Path) -> None:
        self.look()
        what = f"The readings of {listed.name} are" if listed.kind == "analysed" else f"{listed.name} is"
        undo = partial(self._restore, lies_at, listed.folder)
        self.notified.emit(Notice(f"{printable(what)} in the trash", "Undo", undo))

    def _restore(self, lies_at: Path, folder: Path) -> None:
        self._background.run(partial(_move_back, lies_at, folder), lambda _: self.look(), self._fail)

    def _fail(self, error: AppError) -> None:
        self.look()
        self.failed.emit(error)


def _throw_away(folder: Path) -> Path:
    """Move a folder into the trash; return where it lies there."""
    lies_at = move_to_trash(folder)
    if lies_at is None:
        raise RecordingError(f"{folder}: there is no trash for it; delete the folder in the file browser")
    return lies_at


def _move_back(lies_at: Path, folder: Path) -> None:
    try:
        if folder.exists():
            raise RecordingError(f"{folder}: something else lies there now; take it out of the trash by hand")
        lies_at.rename(folder)
    except OSError as error:
        raise RecordingError(f"{folder}: is still in the trash ({error.strerror}); take it out by hand") from error
