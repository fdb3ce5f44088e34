"""Recordings and snapshots: where they go, how far they are, and when they are done."""

import shutil
import time
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from mien.core.face import FrameResult
from mien.engine.contracts import LiveEngine
from mien.errors import AppError, RecordingError
from mien.gui.background import Background
from mien.gui.pictures_folder import pictures_folder
from mien.pipeline.pipeline import Pipeline
from mien.places import make_private_folder, recordings_folder
from mien.session.recording import Recording, SessionSink
from mien.settings import Settings


class RecordingController(QObject):
    """Starts and ends recordings.

    Emits ``ending`` before a recording is ended by the user, ``changed``, ``saved`` with the path of what is
    complete, ``failed`` with an ``AppError``, and ``space_measured`` with the bytes that are left or None.
    """

    ending = Signal()
    changed = Signal()
    saved = Signal(str)
    failed = Signal(object)
    space_measured = Signal(object)
    _finished = Signal(object)
    _broke = Signal(object, object)

    def __init__(self, engine: LiveEngine, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._recording: Recording | None = None
        self._pipeline: Pipeline | None = None
        self._is_starting = False
        self._finished.connect(self._on_finished)
        self._broke.connect(self._on_broken)

    @property
    def is_recording(self) -> bool:
        """Whether a recording runs or is about to."""
        return self._recording is not None or self._is_starting

    @property
    def duration_s(self) -> float | None:
        """Media time recorded so far, or None where nothing is recorded."""
        if self._recording is None:
            return 0.0 if self._is_starting else None
        return self._recording.duration_s

    @property
    def session(self) -> SessionSink | None:
        """The session that is recorded, for markers, baselines and covering; None where nothing is recorded."""
        return None if self._recording is None else self._recording.session

    def start(self, pipeline: Pipeline, settings: Settings) -> None:
        """Record what ``pipeline`` gives from now on, as a session."""
        self._is_starting = True
        self.changed.emit()
        self._background.run(
            partial(self._prepare, pipeline, settings), partial(self._prepared, pipeline), self._not_prepared
        )

    def stop(self) -> None:
        """End the recording; ``saved`` follows once its files are complete."""
        if self._recording is not None and self._pipeline is not None:
            self.ending.emit()
            self._pipeline.remove_sink(self._recording)
            self._recording = self._pipeline = None
            self.changed.emit()

    @property
    def size_bytes(self) -> int:
        """What the recording takes on the disk so far; 0 where nothing is recorded."""
        return 0 if self._recording is None else self._recording.session.size_bytes

    @property
    def notice(self) -> str | None:
        """What is missing in the recording, in a line, or None."""
        return None if self._recording is None else self._recording.session.notice

    def measure_space(self, session_folder: str) -> None:
        """Find out how much space is left where sessions go; a folder in a network may keep one waiting."""
        self._background.run(
            partial(free_bytes, recordings_folder(session_folder)), self.space_measured.emit, self.failed.emit
        )

    def save_snapshot(self, result: FrameResult, settings: Settings) -> None:
        """Save one picture; ``saved`` follows."""
        self._background.run(
            partial(self._engine.save_snapshot, pictures_folder(), _name_of_now(), result, settings),
            lambda path: self.saved.emit(str(path)),
            self.failed.emit,
        )

    def _prepare(self, pipeline: Pipeline, settings: Settings) -> Recording:
        path = _fresh(recordings_folder(settings.video.session_folder))
        _make_folder(path.parent)
        return Recording(path, self._engine.open_recording(path, pipeline, settings), self._finished.emit)

    def _prepared(self, pipeline: Pipeline, recording: Recording) -> None:
        self._is_starting = False
        self._recording, self._pipeline = recording, pipeline
        pipeline.add_sink(recording, on_failure=lambda error: self._broke.emit(recording, error))
        self.changed.emit()

    def _not_prepared(self, error: AppError) -> None:
        self._is_starting = False
        self.changed.emit()
        self.failed.emit(error)

    def _on_finished(self, recording: Recording) -> None:
        if recording is self._recording:
            self._recording = self._pipeline = None
            self.changed.emit()
        if recording.is_complete:
            self.saved.emit(str(recording.path))

    def _on_broken(self, recording: Recording, error: BaseException) -> None:
        if recording is self._recording:
            self._recording = self._pipeline = None
            self.changed.emit()
        self.failed.emit(error if isinstance(error, AppError) else RecordingError(f"{recording.path}: {error}"))


def free_bytes(folder: Path) -> int | None:
    """Return the space left for a folder that need not be there yet, or None where that cannot be told."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _name_of_now() -> str:
    return time.strftime("Mien %Y-%m-%d %H.%M.%S")


def _fresh(folder: Path) -> Path:
    """Return a path that is not there yet, named after the moment."""
    name = _name_of_now()
    path, number = folder / name, 2
    while path.exists():
        path, number = folder / f"{name} ({number})", number + 1
    return path


def _make_folder(folder: Path) -> None:
    try:
        make_private_folder(folder)
    except OSError as error:
        raise RecordingError(
            f"{folder}: cannot be made ({error.strerror}); check the permissions of the folder above it"
        ) from error
