"""What Live does beside showing: opens and closes sources, swaps networks."""

import contextlib
import gc
import time
from collections.abc import Mapping
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from mien.capture.source import Unpluggable
from mien.capture.source_spec import kind_of_source
from mien.core.arrays import Image, read_only
from mien.core.baseline import Baseline
from mien.core.face import FaceBox, FrameResult
from mien.core.frame import SourceInfo, SourceKind
from mien.engine.contracts import LiveEngine
from mien.errors import AppError, printable
from mien.gui.background import Background
from mien.gui.choices import Choices
from mien.gui.live.reader_swap import Network, ReaderSwap
from mien.gui.live.recording_controller import RecordingController
from mien.overlay.screen_size import ScreenSize
from mien.pipeline.contracts import CloserLook, Paint
from mien.pipeline.pipeline import Pipeline
from mien.pipeline.screen import LatestResult
from mien.settings import Settings

STATS_MS: Final = 250
CLOSE_S: Final = 5.0
"""How long an old source may take to let go before the next one is opened all the same."""


class Phase(Enum):
    """How far a source is."""

    IDLE = "idle"
    OPENING = "opening"
    PLAYING = "playing"
    PAUSED = "paused"
    OVER = "over"


class LiveController(QObject):
    """Owns the pipeline; everything slow runs beside the GUI thread.

    Emits ``changed`` when phase or settings changed, ``not_opened`` with an ``AppError`` when a source cannot be
    opened, ``started`` with each new ``Pipeline``, ``still_due`` when a picture that stands still is to be
    painted anew, ``painted`` with its result and picture, ``result_waits`` when
    ``take`` has something, ``failed`` with an ``AppError``, ``cameras_found`` with a list of two texts each,
    ``modes_found`` with (width, height, rate) of the camera that is open, and ``ticked`` a few times a second with
    the pipeline's ``PipelineStats`` or None.
    """

    changed = Signal()
    not_opened = Signal(object)
    started = Signal(object)
    still_due = Signal()
    painted = Signal(object)
    result_waits = Signal()
    failed = Signal(object)
    cameras_found = Signal(list)
    modes_found = Signal(list)
    ticked = Signal(object)

    def __init__(self, engine: LiveEngine, choices: Choices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choices = choices
        choices.changed.connect(self._apply)
        self.phase = Phase.IDLE
        self.spec = ""
        self._engine = engine
        self._background = Background(self)
        self._pipeline: Pipeline | None = None
        self._screen = LatestResult(self._wake)
        self._room = ScreenSize()
        self._generation = 0
        self._was_open = False
        self._file_rotate_deg = 0
        self._swap = ReaderSwap(engine, self._background, self)
        self._swap.swapped.connect(self.changed)
        self._swap.refused.connect(self._keep_networks)
        self._is_looking = False
        self._baselines: tuple[Baseline, ...] = ()
        self.recorder = RecordingController(engine, self._background, self)
        self.recorder.changed.connect(self.changed)
        self.recorder.failed.connect(self.failed)
        self._stats_timer = QTimer(self)
        self._stats_timer.setInterval(STATS_MS)
        self._stats_timer.timeout.connect(self._tick)
        self._stats_timer.start()

    @property
    def settings(self) -> Settings:
        """The user's choices."""
        return self._choices.settings

    @property
    def source_name(self) -> str:
        """What is watched, for people; empty where nothing is."""
        if self._pipeline is not None:
            return self._pipeline.source.info.name
        return printable(Path(self.spec).name) if self.phase is not Phase.IDLE else ""

    @property
    def source_info(self) -> SourceInfo | None:
        """What is known of the source, or None where nothing is open."""
        return self._pipeline.source.info if self._pipeline is not None else None

    @property
    def is_camera_on(self) -> bool:
        """Whether a camera is on or about to be; one that is unplugged is not."""
        if self._pipeline is not None:
            source = self._pipeline.source
            is_away = isinstance(source, Unpluggable) and not source.is_connected
            return is_camera(self.spec) and self.phase is not Phase.OVER and not is_away
        return self.phase is Phase.OPENING and is_camera(self.spec)

    @property
    def is_open(self) -> bool:
        """Whether there is a source."""
        return self.phase not in (Phase.IDLE, Phase.OPENING)

    @property
    def rotate_deg(self) -> int:
        """How far the pictures are turned clockwise: a camera as it was chosen for good, a file for now."""
        return self._rotate_deg_of(self.spec)

    @property
    def can_turn(self) -> bool:
        """Whether the pictures can be turned; those of a recording stay as they are."""
        return self.is_open and not self.recorder.is_recording

    def turn(self, rotate_deg: int) -> None:
        """Turn the pictures clockwise by 0, 90, 180 or 270 degrees: what is open is opened again."""
        if not self.can_turn:
            return
        if is_camera(self.spec):
            self.change(camera={"rotate_deg": rotate_deg})
        else:
            self._file_rotate_deg = rotate_deg
            self.open(self.spec)

    def take(self) -> tuple[FrameResult, Image] | None:
        """Return the newest result with its picture, once."""
        return self._screen.take()

    def find_cameras(self) -> None:
        """Look for cameras; ``cameras_found`` answers. Nothing happens while one still looks."""
        if not self._is_looking:
            self._is_looking = True
            self._background.run(self._engine.list_cameras, self._cameras_listed, self._no_cameras)

    def find_modes(self) -> None:
        """Ask what sizes and rates the open camera offers; ``modes_found`` answers."""
        spec = self.spec
        self._background.run(
            partial(self._engine.list_modes, spec),
            lambda modes: self.modes_found.emit(modes if spec == self.spec else []),
            self.failed.emit,
        )

    def see(self, image: Image, box: FaceBox) -> Image | None:
        """Return a face as the network gets it, (h, w, 3) uint8 BGR; None where nothing runs."""
        return self._pipeline.reader.seen(image, box) if self._pipeline is not None else None

    def show_at(self, room_wh: tuple[int, int], ratio: float) -> None:
        """Paint pictures as large as the window has room for them, from now on.

        Args:
            room_wh: In pixels of the screen.
            ratio: Screen pixels to a pixel of the window's lengths.
        """
        if self._room.show(room_wh, ratio):
            self._paint_what_stands_still()

    def paint_still(self, result: FrameResult) -> None:
        """Paint a result that stands still once more; ``painted`` answers."""
        pipeline = self._pipeline
        if pipeline is not None:
            _, paint = self._painters(pipeline)  # its own: the pipeline's is used by another thread
            work = partial(_painted, paint, result)
            self._background.run(work, self.painted.emit, self.failed.emit)

    def use_baselines(self, baselines: tuple[Baseline, ...]) -> None:
        """Show readings relative to these neutral faces where the settings ask for it, from now on."""
        self._baselines = baselines
        self._show_anew()

    def warm_up(self) -> None:
        """Load what the first picture will need, while nobody waits for it yet."""
        self._background.run(partial(self._engine.warm_up, self.settings), lambda _: None, self.failed.emit)

    def open(self, spec: str) -> None:
        """Close what is open, then open a camera or a file."""
        old = self._release()
        if spec != self.spec:
            self._file_rotate_deg = 0
        self.spec, self.phase = spec, Phase.OPENING
        self.changed.emit()
        screen = self._screen = LatestResult(self._wake)
        generation, settings = self._generation, self.settings
        self._swap.begin(settings)
        self._background.run(
            partial(self._start, spec, settings, self._rotate_deg_of(spec), screen, old, generation),
            partial(self._started, generation, settings),
            partial(self._not_started, generation),
        )

    def toggle_pause(self) -> None:
        """Pause, go on, or play again from the beginning."""
        if self.phase is Phase.OVER:
            self.open(self.spec)
        elif self._pipeline is not None and self.phase is Phase.PLAYING:
            self._pipeline.pause()
            self._enter(Phase.PAUSED)
        elif self._pipeline is not None and self.phase is Phase.PAUSED:
            self._pipeline.resume()
            self._enter(Phase.PLAYING)

    def stop(self) -> None:
        """Release the source; a recording is completed."""
        old = self._release()
        if old is not None:
            self._background.run(partial(_join, old), lambda _: None, self.failed.emit)
        self._enter(Phase.IDLE)

    def toggle_recording(self) -> None:
        """Begin a recording of what is open, or end it."""
        if self.recorder.is_recording:
            self.recorder.stop()
        elif self._pipeline is not None and self.phase in (Phase.PLAYING, Phase.PAUSED):
            self.recorder.start(self._pipeline, self.settings)

    def save_snapshot(self, result: FrameResult) -> None:
        """Save a picture; the recorder's ``saved`` tells where it is."""
        self.recorder.save_snapshot(result, self.settings)

    def change(self, **groups: Mapping[str, object]) -> None:
        """Take over new choices, keep them, and apply them to what runs."""
        self._choices.change(**groups)

    def _apply(self, before: Settings, after: Settings) -> None:
        if before.camera.rotate_deg != after.camera.rotate_deg and is_camera(self.spec) and self.can_turn:
            self.open(self.spec)
            return
        session = self.recorder.session
        if session is not None and before.video.cover != after.video.cover:
            session.cover_from_now(after.video.cover)
        pipeline = self._pipeline
        if pipeline is not None:
            looks = [(each.camera.mirror, each.video.cover, each.overlay) for each in (before, after)]
            if looks[0] != looks[1]:
                self._paint_anew()
            self._show_anew()
            self._swap.apply(pipeline, after)
            if before.reading.face_details != after.reading.face_details:
                self._look_closer(pipeline)
        self.changed.emit()

    def _look_closer(self, pipeline: Pipeline) -> None:
        """Look closely at faces, or no longer; what it needs is loaded beside the pictures that run."""
        settings, is_live = self.settings, pipeline.source.info.is_live

        def loaded(closer: CloserLook | None) -> None:
            if self.settings.reading.face_details == settings.reading.face_details:
                pipeline.set_closer(closer)

        def failed(error: AppError) -> None:
            self.change(reading={"face_details": False})
            self.failed.emit(error)

        self._background.run(partial(self._engine.load_closer, settings, is_live=is_live), loaded, failed)

    def _paint_anew(self) -> None:
        pipeline = self._pipeline
        if pipeline is not None:
            pipeline.set_painter(*self._painters(pipeline))
            self._paint_what_stands_still()

    def _paint_what_stands_still(self) -> None:
        if self.phase in (Phase.PAUSED, Phase.OVER):
            self.still_due.emit()

    def _painters(self, pipeline: Pipeline) -> tuple[Paint, Paint]:
        return self._engine.painters(self.settings, self._room, is_live=pipeline.source.info.is_live)

    def _show_anew(self) -> None:
        if self._pipeline is not None:
            self._pipeline.set_shown(self._engine.shown_choices(self.settings, self._baselines))

    def shut_down(self, timeout_s: float) -> bool:
        """End everything; say whether all of it ended in time.

        Raises:
            AppError: What was under way, a recording above all, could not be completed.
        """
        deadline_s = time.monotonic() + timeout_s
        self._stats_timer.stop()
        pipeline = self._release()
        is_done = pipeline is None or pipeline.join(max(deadline_s - time.monotonic(), 0.0))
        return self._background.join(max(deadline_s - time.monotonic(), 0.0)) and is_done

    def _rotate_deg_of(self, spec: str) -> int:
        return self.settings.camera.rotate_deg if is_camera(spec) else self._file_rotate_deg

    def _wake(self) -> None:
        """Tell the GUI thread, from the sink's, that a result waits; without a payload."""
        with contextlib.suppress(RuntimeError):  # the window is gone
            self.result_waits.emit()

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()
        self._paint_what_stands_still()

    def _release(self) -> Pipeline | None:
        """Let go of the pipeline without waiting for it, and return it."""
        self._generation += 1
        pipeline, self._pipeline = self._pipeline, None
        if pipeline is not None:
            pipeline.stop()
        return pipeline

    def _start(
        self,
        spec: str,
        settings: Settings,
        rotate_deg: int,
        screen: LatestResult,
        old: Pipeline | None,
        generation: int,
    ) -> Pipeline:
        """Open and start, off the GUI thread; wait for the old source first, since it may be the same camera."""
        if old is not None:
            with contextlib.suppress(AppError):
                old.join(CLOSE_S)
        source = self._engine.open_source(spec, settings.changed(camera={"rotate_deg": rotate_deg}))
        try:
            pipeline = self._engine.build_pipeline(settings, source, [screen])
        except BaseException:
            source.close()
            raise
        pipeline.set_painter(*self._painters(pipeline))
        if generation == self._generation:
            pipeline.start()
        else:
            pipeline.close()
        return pipeline

    def _started(self, generation: int, opened_with: Settings, pipeline: Pipeline) -> None:
        if generation != self._generation:
            pipeline.close()
            return
        self._pipeline = pipeline
        self._show_anew()
        if opened_with != self.settings:  # changed in the meantime
            self._apply(opened_with, self.settings)
        if not self._was_open:
            self._was_open = True
            gc.freeze()  # what the program consists of need not be looked through (18 ms) while pictures run
        path = pipeline.source.info.path
        if path is not None:
            self._choices.remember_file(path)
        self.started.emit(pipeline)
        if is_camera(self.spec):
            self.find_modes()
        self._enter(Phase.PLAYING)

    def _not_started(self, generation: int, error: AppError) -> None:
        if generation == self._generation:
            self._enter(Phase.IDLE)
            self.not_opened.emit(error)

    def _keep_networks(self, network: Network, error: AppError) -> None:
        """Go back to what works."""
        model, compare, provider = network
        self.change(reading={"model": model, "compare": compare}, compute={"provider": provider})
        self.failed.emit(error)

    def _cameras_listed(self, cameras: list[tuple[str, str]]) -> None:
        self._is_looking = False
        self.cameras_found.emit(cameras)

    def _no_cameras(self, error: AppError) -> None:
        self._is_looking = False
        self.cameras_found.emit([])
        self.failed.emit(error)

    def _tick(self) -> None:
        pipeline = self._pipeline
        self.ticked.emit(pipeline.stats() if pipeline is not None else None)
        if pipeline is None or pipeline.is_running or self.phase is Phase.OVER:
            return
        try:
            pipeline.join(0.0)
        except AppError as error:
            self._release()
            self._enter(Phase.IDLE)
            self.failed.emit(error)
        else:
            self._enter(Phase.OVER)


def is_camera(spec: str) -> bool:
    """Whether a source's name means a camera, of this machine or in the network."""
    return kind_of_source(spec) in (SourceKind.CAMERA, SourceKind.STREAM)


def _painted(paint: Paint, result: FrameResult) -> tuple[FrameResult, Image]:
    return result, read_only(paint(result))


def _join(pipeline: Pipeline) -> bool:
    return pipeline.join(CLOSE_S)
