"""The analysis of a video in the background: visible while it grows, kept when it is done."""

import contextlib
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import msgspec

from mien.core.arrays import Image
from mien.core.emotion import AffectError
from mien.core.face import FrameResult
from mien.core.further_numbers import OWN
from mien.core.series import ReadingSeries
from mien.core.shown_series import ReadBy, show_again
from mien.errors import AppError, unexpected
from mien.pipeline.pipeline import Pipeline
from mien.pipeline.shown_choices import own_names, shown_choices
from mien.places import make_private_folder
from mien.session.analyses.analysis_store import AnalysisStore
from mien.session.analyses.shown_anew import show_kept_again
from mien.session.document import SessionDocument
from mien.session.layout import is_session
from mien.session.origin import networks_in_use
from mien.session.stored import StoredSession, open_session
from mien.session.writer import Contents, SessionWriter
from mien.settings import Settings
from mien.sinks.sink import Sink

Build = Callable[[Settings, Path], Pipeline]
"""Opens a video and wires a pipeline that reads it as fast as it can; not started, without sinks."""


class AnalysisStage(Enum):
    """How far an analysis is."""

    LOOKING = "looking"
    """Whether it was made before."""
    READING = "reading"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class AnalysisProgress:
    """A look at an analysis.

    Attributes:
        stage: How far it is.
        share: Of the frames, from 0 to 1.
        left_s: Seconds that it will still take, or None where that is not known yet.
        fps: Frames read in a second.
    """

    stage: AnalysisStage
    share: float = 0.0
    left_s: float | None = None
    fps: float = 0.0


class SeriesSink(Sink):
    """A sink that keeps the readings in memory."""

    def __init__(self, append: Callable[[FrameResult], None]) -> None:
        self._append = append

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Keep one result's readings."""
        self._append(result)


class Analysis:
    """Reads one video on threads of its own. All members may be used from any thread.

    Args:
        path: The video.
        settings: How to read it.
        store: Where it is looked for, and kept.
        build: What reads it.

    Attributes:
        error: Why it failed, or None.
        notice: What of the video could not be read, or None.
        folder: Where it is kept; None until it is known.
        networks: The names of the networks that read it, one or two; none until they are known.
        affect_errors: How far the valence and arousal of each lie from a person's rating.
    """

    def __init__(self, path: Path, settings: Settings, store: AnalysisStore, build: Build) -> None:
        self.error: AppError | None = None
        self.notice: str | None = None
        self.folder: Path | None = None
        self.networks: tuple[str, ...] = ()
        self.affect_errors: tuple[AffectError | None, ...] = ()
        self._path = path
        self._settings = settings
        self._store = store
        self._build = build
        self._series: ReadingSeries | None = None
        self._document: SessionDocument | None = None
        self._stage = AnalysisStage.LOOKING
        self._pipeline: Pipeline | None = None
        self._frame_count = 0
        self._started_s = 0.0
        self._cancelled = threading.Event()
        self._read_by: tuple[ReadBy, ...] = ()
        self._showing = threading.RLock()
        self._is_mixed = False
        self._thread = threading.Thread(target=self._run, name="mien-analysis", daemon=True)

    @property
    def series(self) -> ReadingSeries | None:
        """The readings so far; None until it is known what the network tells apart."""
        return self._series

    @property
    def document(self) -> SessionDocument | None:
        """With what it was made; None until it is done."""
        return self._document

    @property
    def provider(self) -> str:
        """The execution provider that runs the network; empty where nothing runs."""
        return self._pipeline.reader.provider_name if self._pipeline is not None else ""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """End soon; what was read stays visible and is not kept."""
        self._cancelled.set()
        pipeline = self._pipeline
        if pipeline is not None:
            pipeline.stop()

    def show(self, settings: Settings) -> None:
        """Show what was read, and what will be, as other settings say. Nothing is read again.

        Args:
            settings: Of which the groups ``shown`` and ``own`` count.

        Raises:
            AppError: What is kept of it cannot be written, or an own expression cannot be read.
        """
        with self._showing:
            now, asked = self._settings, settings
            if (now.shown, now.own.expressions) == (asked.shown, asked.own.expressions):
                return
            choices = shown_choices(settings)
            self._settings = msgspec.structs.replace(self._settings, shown=settings.shown, own=settings.own)
            if self._document is not None and self.folder is not None and is_session(self.folder):
                self._take_kept(open_session(self.folder))
                return
            self._is_mixed = True
            if self._pipeline is not None:
                self._pipeline.set_shown(choices)
            if self._series is not None:
                self._series = show_again(self._series, choices, self._read_by)

    def _take_kept(self, stored: StoredSession) -> None:
        """Take over what is kept, as the settings show it."""
        stored = show_kept_again(stored, self._settings, is_mixed=self._is_mixed)
        self._is_mixed = False
        self._document, self._series = stored.document, stored.series

    def _append(self, result: FrameResult) -> None:
        with self._showing:
            assert self._series is not None
            self._series.append(result)

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; say whether it came in time."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def progress(self) -> AnalysisProgress:
        """Return how far it is."""
        stage, series = self._stage, self._series
        if stage is not AnalysisStage.READING or series is None:
            return AnalysisProgress(stage, 1.0 if stage is AnalysisStage.DONE else 0.0)
        elapsed_s = max(time.monotonic() - self._started_s, 1e-3)
        frames = series.frame_count
        share = min(frames / self._frame_count, 1.0) if self._frame_count else 0.0
        is_known = elapsed_s > 1.0 and share > 0.0
        return AnalysisProgress(
            stage, share, elapsed_s * (1 - share) / share if is_known else None, frames / elapsed_s
        )

    def _run(self) -> None:
        try:
            self._look_or_read()
        except AppError as error:
            self.error = error
        except Exception as error:
            self.error = unexpected(error, self._path.name)
        if self._cancelled.is_set():
            self._stage = AnalysisStage.CANCELLED
        else:
            self._stage = AnalysisStage.DONE if self.error is None else AnalysisStage.FAILED

    def _look_or_read(self) -> None:
        key = self._store.source_key(self._path, lambda: not self._cancelled.is_set())
        folder = self.folder = self._store.folder_for(key, self._settings)
        stored = self._store.find(folder)
        if stored is not None:
            self.networks, self.affect_errors = stored.networks, stored.affect_errors
            with self._showing:
                self._take_kept(stored)
            return
        folder = self.folder = self._store.free_place(folder)
        pipeline = self._build(self._settings, self._path)
        labels, other_labels = pipeline.reader.labels, pipeline.reader.other_labels
        further = tuple(f"{OWN}{name}" for name in own_names(self._settings))
        has_details = self._settings.reading.face_details
        series = ReadingSeries(labels, other_labels, has_details=has_details, further=further)
        try:
            make_private_folder(folder.parent)
            networks = networks_in_use(self._settings, pipeline.reader)
            writer = SessionWriter(
                folder, pipeline.source.info, networks, self._settings, contents=Contents(video=False)
            )
        except BaseException:
            pipeline.close()
            raise
        self.networks = tuple(network.name for network in networks)
        self.affect_errors = tuple(network.affect_error for network in networks)
        self._read_by = tuple(ReadBy(network.name, network.priors) for network in networks)
        self._frame_count = pipeline.source.info.frame_count or 0
        self._series, self._pipeline = series, pipeline
        self._started_s, self._stage = time.monotonic(), AnalysisStage.READING
        self._read(pipeline, writer, folder)

    def _read(self, pipeline: Pipeline, writer: SessionWriter, folder: Path) -> None:
        assert self._series is not None
        pipeline.add_sink(SeriesSink(self._append))
        pipeline.add_sink(writer)
        pipeline.start()
        if self._cancelled.is_set():
            pipeline.stop()
        try:
            pipeline.join()
        finally:
            self.notice = pipeline.source.notice
            if self._cancelled.is_set() or self._series.frame_count == 0:
                shutil.rmtree(folder, ignore_errors=True)
        if self._cancelled.is_set():
            return
        with contextlib.suppress(AppError), self._showing:
            # Choices may have changed while frames were on their way: all are shown by the last ones.
            self._take_kept(open_session(folder))
        self._store.make_room()
