"""The place of the camera: its pages, its bar, and what their buttons and keys do."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from mien.core.arrays import Image
from mien.core.baseline import Baseline
from mien.core.face import FrameResult
from mien.engine.contracts import LiveEngine
from mien.errors import AppError, printable
from mien.gui.bar.top_bar import TopBar
from mien.gui.choices import Choices
from mien.gui.event_menu import EventMenu
from mien.gui.live.baseline_controller import BaselineController
from mien.gui.live.baseline_presenter import BaselinePresenter
from mien.gui.live.camera_watch import CameraWatch
from mien.gui.live.consent_page import ConsentPage
from mien.gui.live.countdown import Countdown
from mien.gui.live.curve_saver import CurveSaver
from mien.gui.live.event_controller import EventController
from mien.gui.live.event_field import EventField
from mien.gui.live.live_commands import LiveCommands
from mien.gui.live.live_controller import LiveController, Phase, is_camera
from mien.gui.live.live_presenter import LivePresenter
from mien.gui.live.live_transport import LiveTransport
from mien.gui.live.live_workspace import LiveWorkspace
from mien.gui.live.outlet_controller import OutletController
from mien.gui.live.start_page import StartPage
from mien.gui.live.tuning import Tuning
from mien.gui.live.turn_controller import TurnController
from mien.gui.parts.file_browser import show_in_files
from mien.gui.tab_page import Notice, TabPage
from mien.places import demo_clip, recordings_folder


class LivePage(TabPage):
    """What a camera sees."""

    def __init__(self, engine: LiveEngine, choices: Choices, top_bar: TopBar) -> None:
        super().__init__()
        self.controller = LiveController(engine, choices, self)
        self.turning = TurnController(engine, self.controller)
        self._outlets = OutletController(choices, self.controller, self)
        self._asked_spec: str | None = None
        self._left_spec: str | None = None
        self._tried_spec = ""
        self._before: tuple[str, tuple[Baseline, ...]] | None = None
        self._read_by: tuple[str, ...] = ()
        self._shows_bars = True
        self._is_in_front = True
        self.transport = LiveTransport()
        self.start, self.consent, self.view = StartPage(), ConsentPage(), LiveWorkspace()
        self.curves = CurveSaver(self.view.readings.recent, choices, self)
        stage = self.view.stage
        self.baselines = BaselineController(stage.baseline_ring, self)
        self.countdown = Countdown(stage.countdown_ring, self)
        self._commands = LiveCommands(self.controller, self.view, self.countdown, self)
        self.tuning = Tuning(self)
        self.events = EventController(
            self.controller.recorder, self.view.timeline, self._commands.now_s, EventField(self), self
        )
        self.event_menu = EventMenu(choices, self.events.mark_type, lambda: self.events.open_names, self)
        self.cameras = CameraWatch(self.controller, self.start, self._is_watched, self)
        self._neutral = BaselinePresenter(self.baselines, self.controller, self.view.readings, self)
        self._presenter = LivePresenter(self.controller, top_bar, self.transport, self.view)
        self._pages = QStackedWidget()
        for page in (self.start, self.consent, self.view):
            self._pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.transport)
        self._connect()
        self._refresh()
        self.cameras.look()
        self.controller.warm_up()

    @property
    def subject(self) -> str:
        """The source's name."""
        return self.controller.source_name

    @property
    def busy(self) -> str:
        """Whether it records."""
        return "recording" if self.controller.recorder.is_recording else ""

    @property
    def read_by(self) -> tuple[str, ...]:
        """The networks that made the newest readings."""
        return self._read_by

    @property
    def page(self) -> StartPage | ConsentPage | LiveWorkspace:
        """The page in front."""
        page = self._pages.currentWidget()
        assert isinstance(page, StartPage | ConsentPage | LiveWorkspace)
        return page

    @property
    def banner_ground(self) -> QWidget:
        """Messages lie over the picture."""
        return self.view.stage if self.page is self.view else self._pages

    def open(self, spec: str) -> None:
        """Open a camera, a stream or pictures; a camera only once the page on privacy was agreed to.

        Where that cannot be opened, what was open before is opened again.
        """
        self.cameras.open_one(False)
        self._left_spec = None
        if is_camera(spec) and not self.controller.settings.window.consented:
            self._asked_spec = spec
            self._refresh()
            return
        self._asked_spec = None
        self._tried_spec = spec
        if self.controller.is_open and spec != self.controller.spec:
            self._before = (self.controller.spec, self.baselines.baselines)
        elif self.controller.phase is Phase.IDLE:
            self._before = None
        self.baselines.forget()
        self.events.forget()
        self.countdown.cancel()
        self.transport.show_modes([], (0, 0), 0.0)
        self.view.readings.reset()
        self.controller.open(spec)

    def _open_next_camera(self) -> None:
        reason = self.cameras.open_next()
        if reason:
            self.notified.emit(Notice(reason))

    def start_camera(self) -> None:
        """Open the camera that was used last, or the first, as soon as the list of cameras is there."""
        self.cameras.open_one(True)

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return what the keys do here."""
        readings = self.view.readings
        return {
            "pause": self._pause,
            "stop": self.controller.stop,
            "next_camera": self._open_next_camera,
            "record": self._commands.record,
            "snapshot": self._commands.snapshot,
            "mirror": self._commands.mirror,
            "rotate": self.turning.turn_on,
            "blur": self._commands.blur,
            "baseline": self._neutral.take,
            "relative": self._neutral.switch,
            "seen": self._commands.switch_seen,
            "face_details": self._commands.switch_details,
            "curves": lambda: self._commands.show_timeline(self.view.timeline.other_mode),
            "details": self.view.toggle_details,
            "mark_event": self.events.mark,
            **self.event_menu.commands(),
            "write_event": lambda: self.events.ask(self.transport.mark),
            "next_face": lambda: readings.choose_neighbour(1),
            "previous_face": lambda: readings.choose_neighbour(-1),
            "largest_face": lambda: readings.choose(None),
            "retry": lambda: self.open(self._tried_spec or self.controller.settings.camera.source),
            "default_model": lambda: self._commands.try_with(reading={"model": ""}),
            "default_detector": lambda: self._commands.try_with(reading={"detector": "retinaface"}),
            "any_provider": lambda: self._commands.try_with(compute={"provider": "auto"}),
            "show_recordings": lambda: show_in_files(
                recordings_folder(self.controller.settings.video.session_folder)
            ),
        }

    def enter(self) -> None:
        """Open again what was let go of when one left."""
        self._is_in_front = True
        spec, self._left_spec = self._left_spec, None
        if spec is not None and self.controller.phase is Phase.IDLE:
            kept = self.baselines.baselines
            self.open(spec)
            self._restore(kept)
        self._refresh()

    def _restore(self, baselines: tuple[Baseline, ...]) -> None:
        """Keep the baselines of a source that was let go of; say so, since somebody else may sit there."""
        if not baselines:
            return
        self.baselines.baselines = baselines
        self.baselines.begin_again()
        text = "The baseline was kept; set it again if somebody else is in view"
        self.notified.emit(Notice(text, "Forget it", self.baselines.forget))

    def leave(self) -> None:
        """Let go of the camera, unless it records: the camera is released while hidden."""
        self._is_in_front = False
        self._release_unseen()

    def show_panels(self, is_shown: bool) -> None:
        """Show or hide all but the picture."""
        self._shows_bars = is_shown
        self.transport.setVisible(is_shown)
        self.view.show_panels(is_shown)
        self._refresh()

    def take_escape(self) -> bool:
        """Stop counting down, or taking a neutral face."""
        return self.countdown.cancel() or self.baselines.cancel()

    def shut_down(self, timeout_s: float) -> bool:
        """End everything, recordings included.

        Raises:
            AppError: A recording could not be completed.
        """
        parts = (self._outlets, self.turning, self.curves, self.controller)
        has_ended = [part.shut_down(timeout_s) for part in parts]  # all of them, whatever the first one says
        return all(has_ended)

    def _connect(self) -> None:
        controller, transport = self.controller, self.transport
        controller.changed.connect(self._refresh)
        controller.started.connect(self._on_started)
        controller.not_opened.connect(self._go_back)
        controller.still_due.connect(self._paint_still)
        controller.painted.connect(self._show_still)
        self.view.stage.picture.room_changed.connect(controller.show_at)
        controller.result_waits.connect(self._show_result, Qt.ConnectionType.QueuedConnection)
        for part in (controller, self._outlets, self.curves):
            part.failed.connect(self.failed)
        for teller in (self._outlets, self.turning, self.curves):
            teller.notified.connect(self.notified)
        self.cameras.changed.connect(self._show_cameras)
        self.cameras.found.connect(self.open)
        controller.ticked.connect(self._presenter.tick)
        controller.recorder.saved.connect(self._tell_saved)
        self._commands.reopen_asked.connect(self.open)
        self._commands.stream_named.connect(self.open_asked)
        self._commands.changed.connect(self._refresh)
        self._commands.failed.connect(self.failed)
        for sender in (self.start, transport):
            sender.source_chosen.connect(self.open_asked)
            sender.open_asked.connect(self.dialog_asked)
            sender.demo_asked.connect(lambda: self.open_asked.emit(str(demo_clip())))
            sender.cameras_asked.connect(self.cameras.look)
        transport.pause_asked.connect(self._pause)
        transport.stop_asked.connect(controller.stop)
        transport.record_asked.connect(self._commands.record)
        transport.snapshot_asked.connect(self._commands.snapshot)
        transport.event_asked.connect(lambda: self.events.ask(transport.mark))
        transport.stream_asked.connect(self._commands.ask_for_stream)
        self.events.notified.connect(self.notified)
        transport.types_asked.connect(lambda: self.event_menu.open_above(transport.types))
        transport.mirror_asked.connect(self._commands.mirror)
        transport.rotate_asked.connect(self.turning.turn_on)
        transport.cover_chosen.connect(lambda cover: controller.change(video={"cover": cover}))
        transport.baseline_asked.connect(self._neutral.take)
        transport.tuning_asked.connect(self._open_tuning)
        transport.mode_chosen.connect(self._commands.choose_mode)
        controller.modes_found.connect(self._show_modes)
        self.tuning.changed.connect(lambda groups: controller.change(**groups))
        self.view.timeline.mode_asked.connect(self._commands.show_timeline)
        self.view.timeline.menu_asked.connect(self.curves.show_menu)
        self.baselines.changed.connect(self._refresh)
        self._neutral.notified.connect(self.notified)
        self.countdown.changed.connect(self._refresh)
        self.consent.agreed.connect(self._agree)
        self.consent.declined.connect(self._decline)
        self.view.stage.card_clicked.connect(self._pause)
        self.view.stage.picture.double_clicked.connect(self.full_screen_asked)

    def _is_watched(self) -> bool:
        return self._is_in_front and self.isVisible()

    def _release_unseen(self) -> None:
        controller = self.controller
        if self._is_in_front or controller.recorder.is_recording or controller.phase is Phase.IDLE:
            return
        self._left_spec = controller.spec
        controller.stop()

    # What the controller tells

    def _on_started(self) -> None:
        self._before = None
        if is_camera(self.controller.spec):
            self.controller.change(camera={"source": self.controller.spec})

    def _go_back(self, error: AppError) -> None:
        """Open again what was open before something that cannot be opened."""
        before, self._before = self._before, None
        if before is not None:
            tried, (spec, baselines) = self._tried_spec, before
            self.open(spec)
            self._tried_spec, self._before = tried, None
            self.baselines.baselines = baselines
            self.baselines.begin_again()
        self.failed.emit(error)

    def _refresh(self) -> None:
        """Bring everything in line with phase and settings."""
        self._release_unseen()
        before = self.page
        if self._asked_spec is not None:
            self._pages.setCurrentWidget(self.consent)
        else:
            self._pages.setCurrentWidget(self.start if self.controller.phase is Phase.IDLE else self.view)
        if not self.controller.is_open:
            self._name_networks()
            self.countdown.cancel()
            self.baselines.cancel()
        self._presenter.refresh()
        self._show_baselines()
        self.view.stage.show_light(not self._shows_bars and self.controller.is_camera_on)
        self.subject_changed.emit()
        if self.page is not before:
            self.ground_changed.emit()

    def _show_result(self) -> None:
        latest = self.controller.take()
        if latest is not None and self.controller.phase is not Phase.IDLE:
            self.baselines.see(latest[0])
            self.turning.see(latest[0])
            self.view.readings.show(*latest)
            self._name_networks(latest[0].model, latest[0].other_model)

    def _paint_still(self) -> None:
        latest = self.view.readings.latest
        if latest is not None:
            self.controller.paint_still(latest[0])

    def _show_still(self, painted: tuple[FrameResult, Image]) -> None:
        """Show a picture that was painted anew, where it is still the newest."""
        latest = self.view.readings.latest
        if latest is not None and latest[0] is painted[0]:
            self.view.readings.show(*painted)

    def _name_networks(self, *names: str | None) -> None:
        read_by = tuple(name for name in names if name)
        if read_by != self._read_by:
            self._read_by = read_by
            self._show_baselines()
            self.subject_changed.emit()

    def _show_baselines(self) -> None:
        """Say whether readings are relative: a baseline holds for the network it was taken with."""
        self._neutral.refresh(self.transport, self._read_by)
        has_baseline = bool(self.baselines.held_for(self._read_by))
        self.tuning.show_settings(self.controller.settings, has_baseline=has_baseline)

    def _show_cameras(self) -> None:
        self._presenter.cameras = self.cameras.cameras
        self._refresh()

    def _tell_saved(self, path: str) -> None:
        """Say what is complete: a session is there to be looked at, a snapshot lies in its folder."""
        saved = Path(path)
        text = f"Saved {printable(saved.name)}"
        if saved.is_dir():
            self.notified.emit(Notice(text, "Open", lambda: self.open_asked.emit(path)))
        else:
            self.notified.emit(Notice(text, "Show", lambda: show_in_files(saved.parent)))

    # What the user asks for

    def _agree(self) -> None:
        spec = self._asked_spec or "camera"
        self._asked_spec = None
        self.controller.change(window={"consented": True})
        self.open(spec)

    def _decline(self) -> None:
        self._asked_spec = None
        self._refresh()

    def _pause(self) -> None:
        if self._asked_spec is None:
            self._commands.pause()

    def _show_modes(self, modes: list[tuple[int, int, float]]) -> None:
        settings = self.controller.settings
        self.transport.show_modes(modes, settings.camera.size_wh, settings.camera.fps)
        self._refresh()

    def _open_tuning(self) -> None:
        self.tuning.open_above(self.transport.tuning)
