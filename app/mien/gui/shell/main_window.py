"""The window: a bar, three tabs, and what belongs to all of them."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from mien.engine.contracts import Engine
from mien.errors import AppError, printable
from mien.faults import fault_of
from mien.gui.bar.model_menu import ModelMenu
from mien.gui.bar.top_bar import TopBar
from mien.gui.choices import Choices
from mien.gui.live.live_page import LivePage
from mien.gui.parts.file_browser import open_file
from mien.gui.shell.cheat_sheet import CheatSheet
from mien.gui.shell.destination import destination_of, destination_of_drop
from mien.gui.shell.drop_hint import DropHint
from mien.gui.shell.event_keys import EventKeys
from mien.gui.shell.fault_offers import FaultOffers
from mien.gui.shell.messages import Messages
from mien.gui.shell.panels_switch import PanelsSwitch
from mien.gui.shell.shortcuts import Shortcuts
from mien.gui.shell.side_windows import SideWindows
from mien.gui.shell.start_offers import StartOffers
from mien.gui.shell.tab_stack import TabStack
from mien.gui.shell.theme_switch import ThemeSwitch
from mien.gui.shell.window_geometry import geometry_of, restore_geometry
from mien.gui.tab_page import Notice, Tab, TabPage
from mien.manual import manual_page
from mien.settings import Settings

if TYPE_CHECKING:
    from mien.gui.batch.batch_page import BatchPage
    from mien.gui.review.review_page import ReviewPage

CLOSE_S: Final = 6.0
"""How long a recording may take to be completed while the window closes."""
_VIDEOS: Final = "Videos (*.mp4 *.mov *.m4v *.mkv *.webm *.avi *.mpg *.mpeg *.wmv *.flv *.ts *.gif);;All files (*)"

_TABLES: Final = "Tables of OpenFace, Py-feat, LibreFace, iMotions (*.csv *.tsv *.txt);;All files (*)"


class MainWindow(QWidget):
    """Live, Review and Batch.

    Args:
        engine: The rest of the program.
        settings: The user's choices.
        spec: What to open at once; None opens the first camera, if there is one.
        kept: What is kept, where ``settings`` has choices for this run only.

    Attributes:
        failure: What could not be completed while closing, or None.
    """

    def __init__(
        self, engine: Engine, settings: Settings, spec: str | None = None, *, kept: Settings | None = None
    ) -> None:
        super().__init__()
        self.failure: AppError | None = None
        self.choices = Choices(settings, engine.settings.save_settings, self, kept=kept)
        self._engine = engine
        self.top_bar = TopBar()
        self.tabs = TabStack(
            {Tab.LIVE: self._make_live, Tab.REVIEW: self._make_review, Tab.BATCH: self._make_batch}
        )
        self._lay_out()
        self.messages = Messages(self, self.choices, lambda: self.tabs.page.banner_ground, self._commands)
        self.panels = PanelsSwitch(self)
        self.sheet, self._drop_hint = CheatSheet(self), DropHint(self)
        self.side_windows = SideWindows(self, self.choices, engine.settings)
        self._theme = ThemeSwitch(self.choices, self.top_bar)
        self._models = ModelMenu(engine.settings, self.choices, self.top_bar)
        report = self.side_windows.show_report
        self._faults = FaultOffers(report, self)
        self._offers = StartOffers(
            engine.unfinished_work, self.choices, self._go_on_with_batch, self.open, report, self
        )
        self._shortcuts = Shortcuts(self, self.run)
        self._event_keys = EventKeys(self, self.choices, self.run)
        self._show_keys()
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()
        restore_geometry(self, settings.window.geometry)
        self._show_choices()
        self.tabs.go(destination_of(spec) if spec is not None else Tab.LIVE)
        if spec is not None:
            self.open(spec)
        else:
            self.live.start_camera()

    @property
    def live(self) -> LivePage:
        """The page of the camera."""
        return cast(LivePage, self.tabs.page_of(Tab.LIVE))

    @property
    def review(self) -> "ReviewPage":
        """The page of a video or a session."""
        return cast("ReviewPage", self.tabs.page_of(Tab.REVIEW))

    @property
    def batch(self) -> "BatchPage":
        """The page of many files."""
        return cast("BatchPage", self.tabs.page_of(Tab.BATCH))

    def open(self, spec: str) -> None:
        """Open a camera, a file or a session where it belongs."""
        self.messages.leave()
        if destination_of(spec) is Tab.LIVE:
            self.live.open(spec)
            self.tabs.go(Tab.LIVE)
        else:
            self.review.open(spec)
            if self.tabs.tab is not Tab.REVIEW:  # what goes on here goes on until the other can be shown
                self.messages.show_notice(Notice(f"Opening {printable(Path(spec).name)}…"))

    def run(self, command: str) -> None:
        """Run a command by its name; see ``mien.gui.shell.shortcuts``."""
        self._commands()[command]()

    def ask_for_file(self, title: str = "Open a video", kinds: str = _VIDEOS) -> None:
        """Let the user choose a file, by default a video."""
        folder = self.choices.settings.window.open_folder
        path, _ = QFileDialog.getOpenFileName(self, title, folder, kinds)
        if path:
            self.choices.change(window={"open_folder": str(Path(path).parent)})
            self.open(path)

    # The parts

    def _lay_out(self) -> None:
        self.setWindowTitle("Mien")
        self.setAcceptDrops(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top_bar)
        layout.addWidget(self.tabs, 1)

    def _make_live(self) -> TabPage:
        return LivePage(self._engine.live, self.choices, self.top_bar)

    def _make_review(self) -> TabPage:
        from mien.gui.review.review_page import ReviewPage

        return ReviewPage(self._engine.review, self.choices)

    def _make_batch(self) -> TabPage:
        from mien.gui.batch.batch_page import BatchPage

        return BatchPage(self._engine.batch, self.choices)

    def _connect(self) -> None:
        top = self.top_bar
        self.choices.changed.connect(self._show_choices)
        self.choices.changed.connect(self._show_changed_keys)
        self.choices.failed.connect(self.messages.show_error)
        for sender in (self._models, self._offers):
            sender.failed.connect(self.messages.show_error)
        for offers in (self._offers, self._faults):
            offers.notified.connect(self.messages.show_notice)
        self.tabs.built.connect(self._connect_page)
        self.tabs.moved.connect(self._show_tab)
        top.tabs.chosen.connect(self.tabs.go)
        top.files.file_chosen.connect(self.open)
        top.files.dialog_asked.connect(lambda: self.ask_for_file())
        top.files.table_asked.connect(partial(self.ask_for_file, "Open a table of another program", _TABLES))
        top.files.forget_asked.connect(lambda: self.choices.change(window={"recent_files": ()}))
        top.theme_asked.connect(self._theme.switch)
        top.panels_asked.connect(self.panels.switch)
        self.panels.switched.connect(self._show_bars)
        top.full_screen_asked.connect(self._switch_full_screen)
        top.settings_asked.connect(self.side_windows.show_settings)
        top.help_asked.connect(self.run)

    def _connect_page(self, page: TabPage) -> None:
        """Listen to a place that was built."""
        page.failed.connect(self.messages.show_error)
        page.notified.connect(self.messages.show_notice)
        page.subject_changed.connect(self._show_subject)
        page.ground_changed.connect(self.messages.place)
        page.arrived.connect(partial(self._show_page, page))
        page.open_asked.connect(self.open)
        page.dialog_asked.connect(lambda: self.ask_for_file())
        page.full_screen_asked.connect(self._switch_full_screen)

    def _show_page(self, page: TabPage) -> None:
        """Bring a page to the front."""
        self.tabs.go(next(tab for tab, each in self.tabs.pages.items() if each is page))

    def _commands(self) -> dict[str, Callable[[], None]]:
        """Return what the keys and the remedies do now."""
        window: dict[str, Callable[[], None]] = {
            **{tab.value: partial(self.tabs.go, tab) for tab in Tab},
            "open": self.ask_for_file,
            "settings": self.side_windows.show_settings,
            "about": self.side_windows.show_about,
            "manual": self._open_manual,
            "quit": partial(QTimer.singleShot, 0, self.close),
            "theme": self._theme.switch,
            "panels": self.panels.switch,
            "full_screen": self._switch_full_screen,
            "leave": self._leave,
            "keys": self.sheet.toggle,
            "finish_session": lambda: self._offers.finish_refused(self.messages.error),
            "default_detector": lambda: self.choices.change(reading={"detector": "retinaface"}),
            "default_model": lambda: self.choices.change(reading={"model": ""}),
            "open_outside": lambda: self.review.controller.open_outside(),
            "report": self._report_error,
            "any_provider": lambda: self.choices.change(compute={"provider": "auto"}),
        }
        return {**window, **self.tabs.page.commands()}

    # What is shown of it all

    def _show_changed_keys(self, before: Settings, now: Settings) -> None:
        if before.window.keys != now.window.keys:
            self._show_keys()

    def _show_choices(self) -> None:
        self.top_bar.files.show_files(self.choices.settings.window.recent_files)
        self.sheet.show_events(self.choices.settings.events.types)

    def _show_keys(self) -> None:
        self._shortcuts.set_changes(self.choices.settings.window.keys)
        self.sheet.set_keys(self._shortcuts.keys)

    def _show_tab(self, tab: Tab) -> None:
        self.top_bar.show_tab(tab)
        self._shortcuts.show_tab(tab)
        self._event_keys.show_tab(tab)
        self.sheet.show_tab(tab)
        self.tabs.page.show_panels(self.panels.shows_bars)
        self.messages.leave()
        self.messages.place()
        self._show_subject()

    def _show_subject(self) -> None:
        for tab, page in self.tabs.pages.items():
            self.top_bar.tabs.show_busy(tab, page.busy if page is not self.tabs.page else "")
        self.top_bar.show_read_by(self.tabs.page.read_by)
        subject = self.tabs.page.subject
        self.setWindowTitle(f"{subject} – Mien" if subject else "Mien")

    # What the user asks for

    def _show_bars(self, is_shown: bool) -> None:
        self.top_bar.setVisible(is_shown)
        self.tabs.page.show_panels(is_shown)

    def _switch_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _leave(self) -> None:
        if self.sheet.isVisible():
            self.sheet.hide()
        elif self.tabs.page.take_escape():
            return
        elif self.isFullScreen():
            self.showNormal()
        elif not self.panels.shows_bars:
            self.panels.switch()
        else:
            self.messages.close()

    def _open_manual(self) -> None:
        try:
            open_file(manual_page())
        except AppError as error:
            self.messages.show_error(error)

    def _report_error(self) -> None:
        """Show the report of the error that is shown."""
        error = self.messages.error
        if error is not None:
            self.side_windows.show_report(fault_of(error.__cause__ or error, "the window"))

    def _go_on_with_batch(self) -> None:
        self.tabs.go(Tab.BATCH)
        self.batch.controller.start()

    # What Qt tells

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what lies over the page in its place."""
        super().resizeEvent(event)
        self.messages.place()
        self.panels.place()
        self.sheet.setGeometry(self.rect())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, and say where they will go."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self._drop_hint.cover(len(paths), self._tab_for(paths))

    def dragLeaveEvent(self, event: QEvent) -> None:
        """Take the hint away."""
        self._drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped: one thing where it belongs, many in Batch."""
        self._drop_hint.hide()
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if not paths:
            return
        event.acceptProposedAction()
        if self._tab_for(paths) is Tab.BATCH:
            self.tabs.go(Tab.BATCH)
            self.batch.add(paths)
        else:
            self.open(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """End everything, recordings included; the window is gone at once."""
        self.choices.change(window={"geometry": geometry_of(self)})
        self.side_windows.close()
        self._faults.shut_down()
        self.hide()
        deadline_s = time.monotonic() + CLOSE_S
        for page in self.tabs.pages.values():
            try:
                page.shut_down(max(deadline_s - time.monotonic(), 0.0))
            except AppError as error:
                self.failure = error
        for part in (self._models, self._offers, self.choices):
            part.shut_down(max(deadline_s - time.monotonic(), 0.0))
        event.accept()

    def _tab_for(self, paths: list[str]) -> Tab:
        """Return where a drop goes: what is dropped on the queue joins the queue."""
        is_queue = self.tabs.tab is Tab.BATCH
        return Tab.BATCH if is_queue else destination_of_drop(paths)
