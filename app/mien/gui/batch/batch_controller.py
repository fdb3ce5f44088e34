"""The queue for the window: its changes on the GUI thread, its slow calls beside it."""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from mien.batch.item import Item, State
from mien.batch.table import write_tables
from mien.engine.contracts import BatchEngine
from mien.engine.queue_contract import Queue
from mien.errors import AppError
from mien.gui.background import Background
from mien.gui.choices import Choices
from mien.runs.task import Task
from mien.settings import Settings

_OUTPUTS: Final = ("kind", "folder", "video", "readings", "start_s", "seconds", "profile")
"""The settings that say what is read, what is written and where; they count for all that waits."""


class BatchController(QObject):
    """Owns the queue.

    Emits ``opened`` once it is there and when it reads more or fewer files at a time, ``item_changed`` with an
    ``Item``, ``items_changed`` when some came or went, ``state_changed`` when it was started or paused,
    ``table_written`` with the ``Path`` of a summary, and ``failed`` with an ``AppError``.
    """

    opened = Signal()
    item_changed = Signal(object)
    items_changed = Signal()
    state_changed = Signal()
    table_written = Signal(object)
    failed = Signal(object)
    _told = Signal(object)

    def __init__(self, engine: BatchEngine, choices: Choices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._choices = choices
        self._background = Background(self)
        self._queue: Queue | None = None
        self._waiting: list[list[Path]] = []
        self._starts = False
        self._is_opening = False
        self._table_lock = threading.Lock()
        self._said: AppError | None = None
        self._told.connect(self._take, Qt.ConnectionType.QueuedConnection)
        choices.changed.connect(self._apply)
        self._open()

    @property
    def is_paused(self) -> bool:
        """Whether nothing new begins."""
        return self._queue is None or self._queue.is_paused

    @property
    def capacity(self) -> int:
        """How many files at a time; 0 before that is known."""
        return self._queue.capacity if self._queue is not None else 0

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in the order in which they were added."""
        return self._queue.items() if self._queue is not None else ()

    def count(self, *states: State) -> int:
        """Return how many items are in one of the states."""
        return sum(item.state in states for item in self.items)

    def add(self, paths: Sequence[Path]) -> None:
        """Add files, and what is in folders; looking into them happens beside the window."""
        if self._queue is None:
            self._waiting.append(list(paths))
            self._open()
            return
        queue, settings = self._queue, self._choices.settings

        def work() -> int:
            return len(queue.add(self._engine.plan_batch(paths, settings)))

        self._background.run(work, lambda _count: self.items_changed.emit(), self.failed.emit)

    def start(self) -> None:
        """Begin, or go on; as soon as the queue is open."""
        self._starts = self._queue is None
        if self._queue is not None:
            self._said = None
            self._queue.start()
            self.state_changed.emit()

    def pause(self) -> None:
        """Begin nothing new; what runs goes on to its end."""
        if self._queue is not None:
            self._queue.pause()
            self.state_changed.emit()

    def cancel(self, numbers: Sequence[int]) -> None:
        """Take some out of the work; those that run are cut off."""
        for number in numbers:
            if self._queue is not None:
                self._queue.cancel(number)

    def again(self, numbers: Sequence[int]) -> None:
        """Do some anew that are over, and begin."""
        for number in numbers:
            if self._queue is not None:
                self._queue.again(number)
        self.start()

    def choose(self, numbers: Sequence[int], choose: Callable[[Task], Task]) -> None:
        """Let some that do not run be read in a way of their own."""

        def work(queue: Queue) -> None:
            for number in numbers:
                queue.choose(number, choose)

        self._change(work)

    def choose_as_for_all(self, numbers: Sequence[int]) -> None:
        """Let some that do not run be read as all are."""
        chosen = [item for item in self.items if item.number in numbers]
        settings = self._choices.settings

        def work(queue: Queue) -> None:
            plain = self._engine.replan_batch([replace(item.task, is_own=False) for item in chosen], settings)
            for item, task in zip(chosen, plain, strict=True):
                queue.choose(item.number, lambda _old, new=task: new)  # type: ignore[misc]

        self._change(work)

    def _change(self, work: Callable[[Queue], object]) -> None:
        if self._queue is not None:
            self._background.run(partial(work, self._queue), lambda _: self.items_changed.emit(), self.failed.emit)

    def remove(self, numbers: Sequence[int]) -> None:
        """Forget some that do not run; their files stay."""
        for number in numbers:
            if self._queue is not None:
                self._queue.remove(number)
        self.items_changed.emit()

    def write_table(self) -> None:
        """Write a row for each file into the folder of the results; ``table_written`` answers."""
        self._keep_tables(self.table_written.emit)

    def shut_down(self, timeout_s: float) -> bool:
        """Cut off what runs, which goes on at the next start; say whether all ended in time."""
        is_done = self._background.join(timeout_s)
        queue, self._queue = self._queue, None
        return (queue is None or queue.close(timeout_s)) and is_done

    def _open(self) -> None:
        """Open the queue; where another window has it, the next file that is added tries again."""
        if self._is_opening:
            return
        self._is_opening = True
        opening = partial(self._engine.open_queue, self._choices.settings, self._told.emit)
        self._background.run(opening, self._opened, self._not_opened)

    def _not_opened(self, error: AppError) -> None:
        self._is_opening = False
        self._waiting = []
        self.failed.emit(error)

    def _keep_tables(self, done: Callable[[Path], None] = lambda _path: None) -> None:
        queue, items = self._queue, self.items
        if queue is None or not items:
            return
        home = self._home()

        def work() -> Path:
            with self._table_lock:
                return write_tables(items, queue, home)[0]

        self._background.run(work, done, self.failed.emit)

    def _home(self) -> Path:
        """Return where the summary goes: with all results, or into the folder that the files have in common."""
        if self._choices.settings.batch.folder:
            return Path(self._choices.settings.batch.folder)
        parents = [item.source.parent for item in self.items]
        try:
            common = Path(os.path.commonpath(parents))
        except ValueError:  # on different drives
            return parents[0]
        # Nobody looks for a table in their home folder, or above it.
        return parents[0] if common in (Path(common.anchor), Path.home(), *Path.home().parents) else common

    def _opened(self, queue: Queue) -> None:
        self._queue = queue
        self.items_changed.emit()
        self.opened.emit()
        waiting, self._waiting = self._waiting, []
        for paths in waiting:
            self.add(paths)
        if self._starts:
            self.start()

    def _take(self, item: Item) -> None:
        self.item_changed.emit(item)
        if item.is_over and not self.is_paused and not self.count(State.WAITING, State.RUNNING):
            self._finish()
        error = self._queue.error if self._queue is not None else None
        if error is not None and error is not self._said:
            self._said = error
            self.state_changed.emit()
            self.failed.emit(error)

    def _finish(self) -> None:
        """Keep the tables of a queue that is done, and let what is added later wait until it is started."""
        self.pause()
        if self.count(State.DONE):
            self._keep_tables()

    def _apply(self, before: Settings, after: Settings) -> None:
        if self._queue is None:
            return
        queue = self._queue
        queue.settings = after
        if any(getattr(before.batch, name) != getattr(after.batch, name) for name in _OUTPUTS):

            def replan() -> None:
                queue.replan(lambda tasks: self._engine.replan_batch(tasks, after))

            self._background.run(replan, lambda _: self.items_changed.emit(), self.failed.emit)
        if before.batch.jobs != after.batch.jobs:
            self._background.run(
                partial(self._engine.limit_queue, after), lambda _: self.opened.emit(), self.failed.emit
            )
