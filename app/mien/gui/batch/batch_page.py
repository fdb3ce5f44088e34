"""Batch: a queue of files, each with its state, its progress and what came of it."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QListView,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
)

from mien.batch.item import Item, State
from mien.batch.work_clock import WorkClock
from mien.engine.contracts import BatchEngine
from mien.errors import printable
from mien.gui.batch.batch_bar import BatchBar
from mien.gui.batch.batch_controller import BatchController
from mien.gui.batch.failure_card import FailureCard
from mien.gui.batch.file_commands import FileCommands
from mien.gui.batch.model import ITEM_ROLE, QueueModel
from mien.gui.batch.outputs_panel import OutputsPanel
from mien.gui.batch.row import RowDelegate
from mien.gui.batch.thumbnails import Thumbnails
from mien.gui.choices import Choices
from mien.gui.parts.buttons import Button
from mien.gui.parts.desktop_notice import DesktopNotice
from mien.gui.parts.divider import Divider
from mien.gui.parts.empty_state import EmptyState
from mien.gui.parts.file_browser import show_in_files
from mien.gui.tab_page import Notice, TabPage

_FILES: Final = (
    "Videos and pictures (*.mp4 *.mov *.m4v *.mkv *.webm *.avi *.mpg *.mpeg *.wmv *.flv *.ts *.gif *.png *.jpg "
    "*.jpeg *.bmp *.webp *.tif *.tiff);;All files (*)"
)
_EMPTY: Final = (
    "Drop videos, pictures or whole folders here. Several are read at a time; what was read stays, and you can "
    "stop at any moment and go on another day."
)
_OVER: Final = (State.DONE, State.UP_TO_DATE, State.FAILED, State.CANCELLED)


class BatchPage(TabPage):
    """The place of many files.

    Args:
        engine: Opens the queue.
        choices: What is written, and where.
    """

    def __init__(self, engine: BatchEngine, choices: Choices) -> None:
        super().__init__()
        self.setObjectName("page")
        self._choices = choices
        self.controller = BatchController(engine, choices, self)
        self.model = QueueModel(self)
        self._clock = WorkClock()
        self._was_working = False
        self.panel, self.bar = OutputsPanel(choices), BatchBar()
        self.empty = EmptyState("queue", "A queue for many files", _EMPTY)
        self.first_files = self.empty.add_button(Button("Add files", "film", kind="primary"))
        self.first_folder = self.empty.add_button(Button("Add a folder", "folder", framed=True))
        self.list = QListView()
        self.failure = FailureCard()
        self.desktop = DesktopNotice(self)
        self.files = FileCommands(self, self.controller, choices, self.commands)
        self.thumbnails = Thumbnails(self)
        self.thumbnails.loaded.connect(self.list.viewport().update)
        self._delegate = RowDelegate(self.thumbnails, self.list)
        self._set_up_list()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.list)
        self._line = Divider(Qt.Orientation.Vertical)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.panel)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFixedWidth(self.panel.width())
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()
        self._connect()
        self._show_state()

    @property
    def busy(self) -> str:
        """How far the queue is."""
        running = self.model.count(State.RUNNING)
        return f"{running} running" if running else ""

    def add(self, paths: Sequence[str]) -> None:
        """Add files, and what is in folders."""
        self.controller.add([Path(path) for path in paths])

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return what the keys do here."""
        return {
            "open": self.ask_for_files,
            "add_folder": self.ask_for_folder,
            "pause": self.start_or_pause,
            "open_result": self.open_selected,
            "remove": self.remove_selected,
            "again": self.repeat_selected,
            "file_settings": lambda: self.files.ask_for_settings(self.selected),
        }

    def enter(self) -> None:
        """Let the arrow keys move through the list at once."""
        self.desktop.clear()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_panels(self, is_shown: bool) -> None:
        """Show or hide all but the list."""
        for part in (self._scroll, self._line, self.bar):
            part.setVisible(is_shown)

    def shut_down(self, timeout_s: float) -> bool:
        """Cut off what runs; the queue goes on at the next start."""
        is_done = self.thumbnails.shut_down(timeout_s)
        return self.controller.shut_down(timeout_s) and is_done

    # What the user asks for

    def ask_for_files(self) -> None:
        """Let the user choose files."""
        paths, _ = QFileDialog.getOpenFileNames(self, "Add files", self._folder(), _FILES)
        if paths:
            self._choices.change(window={"batch_folder": str(Path(paths[0]).parent)})
            self.add(paths)

    def ask_for_folder(self) -> None:
        """Let the user choose a folder."""
        path = QFileDialog.getExistingDirectory(self, "Add a folder", self._folder())
        if path:
            self._choices.change(window={"batch_folder": path})
            self.add([path])

    def start_or_pause(self) -> None:
        """Start, go on, or begin nothing new."""
        if self.controller.is_paused:
            self.controller.start()
        else:
            self.controller.pause()

    def open_selected(self) -> None:
        """Open what came of the first selected file."""
        items = self.selected
        if items:
            self._open(items[0])

    def remove_selected(self) -> None:
        """Cancel what is selected and waits or runs; take what is over out of the list."""
        items = self.selected
        self.controller.cancel([item.number for item in items if not item.is_over])
        self.controller.remove([item.number for item in items if item.is_over])

    def repeat_selected(self) -> None:
        """Do what is selected and over anew."""
        self.controller.again([item.number for item in self.selected if item.is_over])

    @property
    def selected(self) -> list[Item]:
        """What is selected, in the list's order."""
        rows = sorted(index.row() for index in self.list.selectionModel().selectedIndexes())
        return [self.model.items[row] for row in rows]

    # The parts

    def _set_up_list(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(self._delegate)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.viewport().setAutoFillBackground(False)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setAccessibleName("Files of the queue")

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        queue = QVBoxLayout()
        queue.setSpacing(0)
        queue.addWidget(self._pages, 1)
        queue.addWidget(self.failure)
        middle.addLayout(queue, 1)
        middle.addWidget(self._line)
        middle.addWidget(self._scroll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(middle, 1)
        layout.addWidget(self.bar)

    def _connect(self) -> None:
        control, bar = self.controller, self.bar
        control.opened.connect(self._show_opened)
        control.items_changed.connect(self._show_items)
        control.item_changed.connect(self._show_item)
        control.state_changed.connect(self._show_state)
        control.failed.connect(self.failed)
        control.table_written.connect(self._tell_table)
        bar.files_asked.connect(self.ask_for_files)
        bar.folder_asked.connect(self.ask_for_folder)
        bar.start_asked.connect(self.start_or_pause)
        bar.clear_asked.connect(self._clear)
        bar.table_asked.connect(control.write_table)
        self.first_files.clicked.connect(self.ask_for_files)
        self.first_folder.clicked.connect(self.ask_for_folder)
        self.list.activated.connect(lambda index: self._open(index.data(ITEM_ROLE)))
        self.list.customContextMenuRequested.connect(
            lambda at: self.files.open_menu(self.selected, self.list.viewport().mapToGlobal(at))
        )
        self._delegate.action_clicked.connect(self._act)
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._show_failure())
        self.failure.retry_asked.connect(lambda item: control.again([item.number]))
        self.failure.remedy_asked.connect(self.files.help)

    # What is shown

    def _show_opened(self) -> None:
        self.panel.show_capacity(self.controller.capacity)

    def _show_items(self) -> None:
        self.model.set_items(self.controller.items)
        self._show_state()

    def _show_item(self, item: Item) -> None:
        self.model.update_item(item)
        self._show_state()

    def _show_state(self) -> None:
        items = self.model.items
        shares = [1.0 if item.is_over else (item.progress and item.progress.share) or 0.0 for item in items]
        waiting, running = self.model.count(State.WAITING), self.model.count(State.RUNNING)
        works = bool(running or (waiting and not self.controller.is_paused))
        share = sum(shares) / max(len(shares), 1)
        self.bar.show_queue(
            total=len(items),
            waiting=waiting,
            running=running,
            failed=self.model.count(State.FAILED),
            share=share,
            paused=self.controller.is_paused,
            left_s=self._clock.left_s(time.monotonic(), share, len(items), works=works),
        )
        if self._was_working and not works and not waiting and items:
            self._tell_end()
        self._was_working = works
        self._pages.setCurrentWidget(self.list if items else self.empty)
        self._show_failure()
        self.subject_changed.emit()

    def _tell_end(self) -> None:
        """Say that all is done, also to who looks at another page or another program."""
        failed = self.model.count(State.FAILED)
        done = self.model.count(State.DONE, State.UP_TO_DATE)
        text = f"Batch is finished: {done} file{'s' * (done != 1)} read"
        text = f"{text}, {failed} failed" if failed else text
        self.notified.emit(Notice(text, "Show", self.arrived.emit))
        if self._choices.settings.batch.notify:
            QApplication.alert(self.window())
            self.desktop.tell("Mien", text)

    def _show_failure(self) -> None:
        """Say in full why the selected file failed."""
        failed = [item for item in self.selected if item.state is State.FAILED]
        self.failure.show_item(failed[0] if failed else None, self._choices.settings)

    def _tell_table(self, path: Path) -> None:
        self.notified.emit(Notice(f"Saved {printable(path.name)}", "Show", lambda: show_in_files(path.parent)))

    def _folder(self) -> str:
        return self._choices.settings.window.batch_folder

    # What can be done with a row

    def _act(self, item: Item) -> None:
        if not item.is_over:
            self.controller.cancel([item.number])
        elif item.state in (State.FAILED, State.CANCELLED):
            self.controller.again([item.number])
        else:
            self._open(item)

    def _open(self, item: Item) -> None:
        """Open what shows a file best: its session, or the file itself with the readings drawn in Review."""
        if item.state is State.FAILED and not item.outputs:
            self.notified.emit(
                Notice(item.reason or "It failed", "Try again", lambda: self.controller.again([item.number]))
            )
        else:
            self.open_asked.emit(str(item.to_open or item.source))

    def _clear(self) -> None:
        self.controller.remove([item.number for item in self.model.items if item.state in _OVER])
