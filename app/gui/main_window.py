"""The window: bars, pages, keys, and what they do."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from app.errors import AppError
from app.gui.banner import Banner, Tone
from app.gui.cheat_sheet import CheatSheet
from app.gui.consent_page import ConsentPage
from app.gui.controller import Controller, Phase, is_camera
from app.gui.drop_hint import DropHint
from app.gui.engine import Engine
from app.gui.live_page import LivePage
from app.gui.presenter import Presenter
from app.gui.recorder_control import recordings_folder
from app.gui.remedies import remedy_of
from app.gui.shortcuts import bind_keys
from app.gui.stage import place_banner
from app.gui.start_page import StartPage
from app.gui.theme import ThemeName, apply_theme, system_theme
from app.gui.top_bar import TopBar
from app.gui.transport import Transport
from app.gui.window_place import place_of, put_back
from app.places import demo_clip
from app.settings import Settings

CLOSE_S: Final = 6.0
"""How long a recording may take to be completed while the window closes."""
_VIDEOS: Final = "Videos (*.mp4 *.mov *.m4v *.mkv *.webm *.avi *.mpg *.mpeg *.wmv *.flv *.ts *.gif);;All files (*)"


class MainWindow(QWidget):
    """One page for a camera or a video.

    Args:
        engine: The rest of the program.
        settings: The user's choices.
        spec: What to open at once; None opens the first camera, if there is one.

    Attributes:
        failure: What could not be completed while closing, or None.
    """

    def __init__(self, engine: Engine, settings: Settings, spec: str | None = None) -> None:
        super().__init__()
        self.failure: AppError | None = None
        self.controller = Controller(engine, settings, self)
        self._theme: ThemeName = system_theme() if settings.theme == "system" else settings.theme
        self._asked_spec: str | None = None
        self._starts_camera = spec is None
        self._shows_bars = True
        self.top_bar, self.transport = TopBar(), Transport()
        self.start, self.consent, self.live = StartPage(), ConsentPage(), LivePage()
        self._presenter = Presenter(self.controller, self.top_bar, self.transport, self.live)
        self._build()
        self.banner, self.sheet, self._drop_hint = Banner(self), CheatSheet(self), DropHint(self)
        self._connect()
        self.commands = self._make_commands()
        self._shortcuts = bind_keys(self, self.commands)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()
        put_back(self, settings.window.get("place", ""))
        self.top_bar.show_theme(self._theme == "dark")
        self._refresh()
        self.start.show_looking()
        self.controller.find_models()
        self.controller.find_cameras()
        if spec is not None:
            self.open(spec)
        self.controller.warm_up()

    def open(self, spec: str) -> None:
        """Open a camera or a file; a camera only once the page on privacy was agreed to."""
        self.banner.hide()
        if is_camera(spec) and not self.controller.settings.consented:
            self._asked_spec = spec
            self._refresh()
            return
        self._asked_spec = None
        if is_camera(spec):
            self.controller.change(source=spec)
        self.live.readings.reset()
        self.controller.open(spec)

    def _build(self) -> None:
        self.setWindowTitle("Mien")
        self.setAcceptDrops(True)
        self._pages = QStackedWidget()
        for page in (self.start, self.consent, self.live):
            self._pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top_bar)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.transport)

    def _connect(self) -> None:
        controller, transport, top = self.controller, self.transport, self.top_bar
        controller.changed.connect(self._refresh)
        controller.result_waits.connect(self._show_result, Qt.ConnectionType.QueuedConnection)
        controller.failed.connect(self.show_error)
        controller.cameras_found.connect(self._show_cameras)
        controller.models_found.connect(self._show_models)
        controller.ticked.connect(self._presenter.tick)
        controller.recorder.saved.connect(self._tell_saved)
        for sender in (self.start, transport):
            sender.source_chosen.connect(self.open)
            sender.open_asked.connect(self.ask_for_file)
            sender.demo_asked.connect(lambda: self.open(str(demo_clip())))
            sender.cameras_asked.connect(self._look_again)
        transport.pause_asked.connect(self._pause)
        transport.stop_asked.connect(controller.stop)
        transport.record_asked.connect(self._record)
        transport.snapshot_asked.connect(self._snapshot)
        transport.mirror_asked.connect(self._mirror)
        transport.blur_asked.connect(self._blur)
        top.theme_asked.connect(self._switch_theme)
        top.panels_asked.connect(self._switch_panels)
        top.full_screen_asked.connect(self._switch_full_screen)
        top.keys_asked.connect(self.sheet.toggle)
        top.model_chosen.connect(lambda name: controller.change(model=name))
        self.consent.agreed.connect(self._agree)
        self.consent.declined.connect(self._decline)
        self.live.stage.card_clicked.connect(self._pause)
        self.live.stage.picture.double_clicked.connect(self._switch_full_screen)

    def _make_commands(self) -> dict[str, Callable[[], None]]:
        readings = self.live.readings
        return {
            "pause": self._pause,
            "stop": self.controller.stop,
            "open": self.ask_for_file,
            "record": self._record,
            "snapshot": self._snapshot,
            "mirror": self._mirror,
            "blur": self._blur,
            "next_face": lambda: readings.choose_neighbour(1),
            "previous_face": lambda: readings.choose_neighbour(-1),
            "largest_face": lambda: readings.choose(None),
            "panels": self._switch_panels,
            "full_screen": self._switch_full_screen,
            "theme": self._switch_theme,
            "leave": self._leave,
            "keys": self.sheet.toggle,
            "retry": lambda: self.open(self.controller.spec or self.controller.settings.source),
            "default_model": lambda: self._try_with(model=""),
            "any_provider": lambda: self._try_with(provider="auto"),
            "show_recordings": lambda: _show_in_files(recordings_folder()),
        }

    # What the controller tells

    def _refresh(self) -> None:
        """Bring everything in line with phase and settings."""
        if self._asked_spec is not None:
            self._pages.setCurrentWidget(self.consent)
        else:
            self._pages.setCurrentWidget(self.start if self.controller.phase is Phase.IDLE else self.live)
        name = self.controller.source_name
        self.setWindowTitle(f"{name} – Mien" if name else "Mien")
        self._presenter.refresh()
        self.live.stage.show_light(not self._shows_bars and self.controller.is_camera_on)

    def _show_result(self) -> None:
        latest = self.controller.take()
        if latest is not None and self.controller.phase is not Phase.IDLE:
            self.live.readings.show(*latest)

    def _show_cameras(self, cameras: list[tuple[str, str]]) -> None:
        self._presenter.cameras = cameras
        self.start.show_cameras(cameras)
        self._refresh()
        if self._starts_camera and cameras and self.controller.phase is Phase.IDLE:
            last = self.controller.settings.source
            known = [spec for _, spec in cameras]
            self.open(last if last in known else known[0])
        self._starts_camera = False

    def _show_models(self, models: list[tuple[str, str]]) -> None:
        current = self.controller.settings.model or (models[0][0] if models else "")
        self.top_bar.show_models(models, current)

    def show_error(self, error: AppError) -> None:
        """Say what failed, with the remedy as a button."""
        text, command = remedy_of(error, self.controller.settings)
        self._tell(str(error), "error", text, self.commands.get(command))

    def _tell_saved(self, path: str) -> None:
        self._tell(f"Saved {Path(path).name}", "done", "Show", lambda: _show_in_files(Path(path).parent))

    def _tell(self, text: str, tone: Tone, action: str, act: Callable[[], None] | None) -> None:
        self.banner.show_message(text, tone, action, act)
        place_banner(self.banner, self._banner_ground())

    # What the user asks for

    def ask_for_file(self) -> None:
        """Let the user choose a video."""
        folder = self.controller.settings.window.get("folder", "")
        path, _ = QFileDialog.getOpenFileName(self, "Open a video", folder, _VIDEOS)
        if path:
            self._remember(folder=str(Path(path).parent))
            self.open(path)

    def _try_with(self, **choices: str) -> None:
        """Choose something else, and open again what could not be opened."""
        self.controller.change(**choices)
        if self.controller.phase is Phase.IDLE and self.controller.spec:
            self.open(self.controller.spec)

    def _look_again(self) -> None:
        self.start.show_looking()
        self.controller.find_cameras()

    def _agree(self) -> None:
        spec = self._asked_spec or "camera"
        self._asked_spec = None
        self.controller.change(consented=True)
        self.open(spec)

    def _decline(self) -> None:
        self._asked_spec = None
        self._refresh()

    def _pause(self) -> None:
        if self._asked_spec is not None:
            return
        if self.controller.phase is Phase.IDLE:
            self.open(self.controller.spec or self.controller.settings.source)
            return
        if self.controller.phase is Phase.OVER:
            self.live.readings.reset()
        self.controller.toggle_pause()

    def _record(self) -> None:
        self.controller.toggle_recording()
        self._refresh()

    def _snapshot(self) -> None:
        latest = self.live.readings.latest
        if latest is None or not self.controller.is_open:
            return
        result, picture = latest
        if self.live.readings.hides_faces:  # what is hidden on screen is not written down as it came
            result = replace(result, frame=replace(result.frame, image=picture))
        self.controller.save_snapshot(result, picture)

    def _mirror(self) -> None:
        self.controller.change(mirror=not self.controller.settings.mirror)

    def _blur(self) -> None:
        self.controller.change(cover="none" if self.controller.settings.cover != "none" else "blur")

    def _switch_theme(self) -> None:
        self._theme = "light" if self._theme == "dark" else "dark"
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, self._theme)
        self.top_bar.show_theme(self._theme == "dark")
        self.controller.change(theme=self._theme)

    def _switch_panels(self) -> None:
        self._shows_bars = not self._shows_bars
        self.top_bar.setVisible(self._shows_bars)
        self.transport.setVisible(self._shows_bars)
        self.live.show_panels(self._shows_bars)
        self._refresh()

    def _switch_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _leave(self) -> None:
        if self.sheet.isVisible():
            self.sheet.hide()
        elif self.isFullScreen():
            self.showNormal()
        elif not self._shows_bars:
            self._switch_panels()
        else:
            self.banner.hide()

    def _remember(self, **entries: str) -> None:
        self.controller.change(window={**self.controller.settings.window, **entries})

    # What Qt tells

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what lies over the page in its place."""
        super().resizeEvent(event)
        place_banner(self.banner, self._banner_ground())
        self.sheet.setGeometry(self.rect())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._drop_hint.cover()

    def dragLeaveEvent(self, event: QEvent) -> None:
        """Take the hint away."""
        self._drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file that was dropped."""
        self._drop_hint.hide()
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """End everything, recordings included; the window is gone at once."""
        self._remember(place=place_of(self))
        self.hide()
        try:
            self.controller.shut_down(CLOSE_S)
        except AppError as error:
            self.failure = error
        event.accept()

    def _banner_ground(self) -> QWidget:
        is_live = self._pages.currentWidget() is self.live
        return self.live.stage if is_live else self._pages


def _show_in_files(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
