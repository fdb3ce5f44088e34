"""A bar for an epoch, on terminals only: a log gets one line an epoch instead."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def epoch_bar(epoch: int, steps: int) -> Iterator[Callable[[float], None]]:
    """Give a function that moves the bar by one step and shows the loss.

    Args:
        epoch: As people count, from 1.
        steps: Of the epoch.
    """
    if not sys.stderr.isatty():
        yield lambda loss: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("epoch {task.fields[epoch]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("loss {task.fields[loss]:.3f}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("epoch", total=steps, epoch=epoch, loss=float("nan"))
        yield lambda loss: progress.update(task, advance=1, loss=loss)
