"""A bar for an epoch, on terminals only: a log gets one line an epoch instead."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

ASK_EVERY_S: Final = 2.0
"""Between two looks at the loss, each of which waits for the device."""

Show = Callable[[Callable[[], float], float], None]
"""Moves the bar by a step; given how the loss is found out, which takes time, and the seconds left of the run."""


@contextmanager
def epoch_bar(epoch: int, steps: int, done: int = 0) -> Iterator[Show]:
    """Give a function that moves the bar by one step and shows the loss and the time left of the whole run.

    Args:
        epoch: As people count, from 1.
        steps: Of the epoch; 0 where that is not known.
        done: Of them, before.
    """
    if not sys.stderr.isatty():
        yield lambda loss, seconds: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("epoch {task.fields[epoch]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("loss {task.fields[loss]:.3f}, {task.fields[minutes]:.1f} minutes left of the run"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        nothing = float("nan")
        task = progress.add_task(
            "epoch", total=steps or None, completed=done, epoch=epoch, loss=nothing, minutes=nothing
        )
        asked_s = float("-inf")

        def show(loss: Callable[[], float], seconds: float) -> None:
            nonlocal asked_s
            progress.update(task, advance=1, minutes=seconds / 60)
            if time.monotonic() - asked_s > ASK_EVERY_S:
                asked_s = time.monotonic()
                progress.update(task, loss=loss())

        yield show
