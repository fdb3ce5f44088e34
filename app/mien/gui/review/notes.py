"""What people add to a video: markers, labels, names and merges, each of which can be undone; saved by itself."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from mien.errors import AppError
from mien.gui.background import Background
from mien.places import make_private_folder
from mien.session.notes.annotation_edits import (
    add_marker,
    merge_faces,
    name_person,
    remove_marker,
    replace_marker,
    split_face,
)
from mien.session.notes.annotation_file import save_changes
from mien.session.notes.annotations import Annotations, Marker
from mien.session.notes.hand_labels import set_label

SAVE_MS: Final = 300
MAX_UNDO: Final = 500


class Notes(QObject):
    """Holds the annotations of what is open.

    Emits ``opened`` when they are another video's, ``changed`` after every change, undone ones included, and
    ``failed`` with an ``AppError`` where they cannot be saved.
    """

    opened = Signal()
    changed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.annotations = Annotations()
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(MAX_UNDO)
        self._folder: Path | None = None
        self._saved = self.annotations
        self._background = Background(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self._save_beside)

    def open(self, folder: Path | None, annotations: Annotations) -> None:
        """Take over what is open now; None for nothing. What was open is saved."""
        self.flush()
        self._folder, self.annotations = folder, annotations
        self._saved = annotations
        self.stack.clear()
        self.opened.emit()
        self.changed.emit()

    def add(self, marker: Marker) -> None:
        """Add a marker."""
        self._do("add a marker", add_marker(self.annotations, marker))

    def remove(self, marker: Marker) -> None:
        """Delete a marker."""
        self._do("delete the marker", remove_marker(self.annotations, marker))

    def replace(self, old: Marker, new: Marker) -> None:
        """Change a marker."""
        if new != old:
            self._do("change the marker", replace_marker(self.annotations, old, new))

    def move(self, old: Marker, new: Marker) -> None:
        """Give a marker other times."""
        self._do("move the marker", replace_marker(self.annotations, old, new))

    def label(self, face_ids: tuple[int, ...], span: tuple[float, float], label: str | None) -> None:
        """Label a person by hand over a span of media time; None takes labels off it."""
        words = "remove the label" if label is None else "label by hand"
        self._do(words, set_label(self.annotations, face_ids, *span, label))

    def rename(self, face_id: int, name: str) -> None:
        """Name the person that has a face."""
        self._do("rename", name_person(self.annotations, face_id, name))

    def merge(self, face_ids: tuple[int, ...]) -> None:
        """Make one person of several faces."""
        self._do("merge", merge_faces(self.annotations, face_ids))

    def split(self, face_ids: tuple[int, ...]) -> None:
        """Make a person of its own of each face."""
        annotations = self.annotations
        for face_id in face_ids[1:]:
            annotations = split_face(annotations, face_id)
        self._do("split", annotations)

    def flush(self) -> None:
        """Save now what is not saved yet."""
        self._timer.stop()
        self._background.join(2.0)
        if self._saved == self.annotations or self._folder is None:
            return
        before, self._saved = self._saved, self.annotations
        try:
            self._save(self._folder, before, self.annotations)
        except AppError as error:
            self.failed.emit(error)

    def _do(self, text: str, after: Annotations) -> None:
        if after != self.annotations:
            self.stack.push(_Change(text, self.annotations, after, self._set))

    def _set(self, annotations: Annotations) -> None:
        self.annotations = annotations
        self._timer.start()
        self.changed.emit()

    def _save_beside(self) -> None:
        if self._folder is not None:
            before, self._saved = self._saved, self.annotations
            work = partial(self._save, self._folder, before, self.annotations)
            self._background.run(work, lambda _: None, self.failed.emit)

    @staticmethod
    def _save(folder: Path, before: Annotations, after: Annotations) -> None:
        """Write the changes alone: another window may have the same session open."""
        make_private_folder(folder)
        save_changes(folder, before, after)


class _Change(QUndoCommand):
    """One step: annotations are never changed, only replaced, so that both are kept as they are."""

    def __init__(
        self, text: str, before: Annotations, after: Annotations, put: Callable[[Annotations], None]
    ) -> None:
        super().__init__(text)
        self._before, self._after, self._put = before, after, put

    def redo(self) -> None:
        self._put(self._after)

    def undo(self) -> None:
        self._put(self._before)
