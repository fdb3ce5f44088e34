"""What the terminal shows of a run, and Ctrl-C."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from mien.errors import printable
from mien.runs.progress import Progress, Report

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from mien.batch.item import Item

OnChange = Callable[["Item"], None]


@contextmanager
def interrupts() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C, SIGTERM or SIGHUP into a flag; a second one interrupts at once.

    What is ignored stays ignored: a run under ``nohup`` outlives its terminal.
    """
    flag = threading.Event()
    names = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.getsignal(name) for name in names if signal.getsignal(name) is not signal.SIG_IGN}

    def note(number: int, frame: FrameType | None) -> None:
        flag.set()
        for name, handler in before.items():
            signal.signal(name, handler)

    for name in before:
        signal.signal(name, note)
    try:
        yield flag
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@contextmanager
def progress_bar(title: str, *, quiet: bool) -> Iterator[Report]:
    """Show a bar with rate and time left on stderr, where somebody looks at it.

    Args:
        title: Beside the bar.
        quiet: Show nothing.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[fps]:.0f} fps"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[notice]}", markup=False),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(title, total=None, fps=0.0, notice="")

        def show(progress: Progress) -> None:
            bars.update(
                bar,
                total=progress.total,
                completed=progress.frames,
                fps=progress.fps,
                notice=progress.notice or "",
            )

        yield show


@contextmanager
def show_items(total: int, print_ended: OnChange | None, *, quiet: bool) -> Iterator[OnChange]:
    """Show each file as it is done, and on a terminal a bar for each that runs, and one for all of several.

    Args:
        total: Files in all.
        print_ended: Prints a line for a file that is over, or None.
        quiet: Show nothing.
    """
    if quiet or (print_ended is None and not sys.stderr.isatty()):
        yield lambda item: None
        return
    if not sys.stderr.isatty():
        assert print_ended is not None
        yield print_ended
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeRemainingColumn(),
        TextColumn("{task.fields[notice]}", markup=False),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _ItemBars(bars, total, print_ended).show


class _ItemBars:
    """A bar for each file that runs, and one for all of several. Called from the queue's thread."""

    def __init__(self, bars: "Bars", total: int, print_ended: OnChange | None) -> None:
        self._bars = bars
        self._print_ended = print_ended
        self._all = bars.add_task("all files", total=total, rate="", notice="") if total > 1 else None
        self._running: dict[int, TaskID] = {}
        self._over: set[int] = set()

    def show(self, item: "Item") -> None:
        """Take one change."""
        if not item.is_over:
            self._show_running(item)
            return
        if item.number in self._running:
            self._bars.remove_task(self._running.pop(item.number))
        if item.number not in self._over:
            self._over.add(item.number)
            if self._all is not None:
                self._bars.update(self._all, completed=len(self._over))
            if self._print_ended is not None:
                self._print_ended(item)

    def _show_running(self, item: "Item") -> None:
        progress = item.progress
        bar = self._running.get(item.number)
        if bar is None:
            bar = self._running[item.number] = self._bars.add_task(
                printable(item.source.name), total=None, rate="", notice=""
            )
        if progress is not None:
            self._bars.update(
                bar,
                total=progress.total,
                completed=progress.frames,
                rate=f"{progress.fps:.0f} fps",
                notice=printable(progress.notice or ""),
            )
