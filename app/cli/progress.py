"""Running a pipeline from the command line: progress, Ctrl-C, a summary."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from app.pipeline.pipeline import Pipeline

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

POLL_S = 0.1


def run_to_end(pipeline: Pipeline, title: str, total: int | None, *, quiet: bool) -> bool:
    """Run a pipeline until its source ends, or until Ctrl-C, which finishes what was begun.

    Args:
        pipeline: Not started yet.
        title: Beside the bar.
        total: Frames to expect, or None.
        quiet: Show nothing.

    Returns:
        True where the user cut it short.

    Raises:
        AppError: The first failure of any stage.
    """
    with _interrupts() as interrupted, _bar(title, total, quiet) as advance:
        pipeline.start()
        was_cut = False
        while not pipeline.join(POLL_S):
            advance(pipeline)
            if interrupted.is_set() and not was_cut:
                was_cut = True
                pipeline.end()
        advance(pipeline)
    return was_cut


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C (or SIGTERM) into a flag; a second one interrupts at once."""
    flag = threading.Event()
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}

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
def _bar(title: str, total: int | None, quiet: bool) -> Iterator["Advance"]:
    """Show a bar with rate and time left on stderr, where somebody looks at it."""
    if quiet or not sys.stderr.isatty():
        yield Advance()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[fps]:.0f} fps"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[notice]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Advance(progress, progress.add_task(title, total=total, fps=0.0, notice=""))


class Advance:
    """Moves a progress bar on, where there is one."""

    def __init__(self, progress: "Progress | None" = None, task: "TaskID | None" = None) -> None:
        self._progress = progress
        self._task = task

    def __call__(self, pipeline: Pipeline) -> None:
        """Show how far a pipeline is."""
        if self._progress is None or self._task is None:
            return
        stats = pipeline.stats()
        self._progress.update(self._task, completed=stats.frames, fps=stats.fps, notice=stats.notice or "")
