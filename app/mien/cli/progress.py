"""What the terminal shows of a run, and Ctrl-C."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mien.api.progress import Progress, Report


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
