"""``mien annotate`` with many files: several at a time, and none twice."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mien.batch.inputs import find_inputs
from mien.batch.item import Item, State
from mien.batch.jobs import choose_jobs
from mien.batch.ledger import LEDGER_NAME
from mien.batch.order import Workers
from mien.batch.outputs import Outputs, home_of
from mien.batch.queue import BatchQueue, OnChange
from mien.batch.table import SUMMARY_NAME, write_table
from mien.cli.progress import interrupts
from mien.errors import RecordingError
from mien.settings import Settings

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

POLL_S = 0.2


def annotate_many(
    inputs: Sequence[str],
    outputs: Outputs,
    settings: Settings,
    *,
    recursive: bool,
    jobs: int,
    scheduler: str | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Annotate files and folders; print what came of each, and what did not.

    Args:
        inputs: As given.
        outputs: What is made of each.
        settings: How to read them.
        recursive: Look into the folders of folders.
        jobs: Files at a time; 0 lets Mien choose.
        scheduler: Address of a Dask scheduler, or None for this machine.
        quiet: Print nothing but failures.
        as_json: Print a list of what came of each file.

    Returns:
        The exit code: 0, 1 where a file could not be read or not wholly, 130 after Ctrl-C.
    """
    found = find_inputs(inputs, recursive=recursive, leave_out=outputs.folder)
    home = home_of(found, outputs)
    tasks = outputs.tasks(found)
    _make(home)
    workers = _workers(jobs, scheduler, len(tasks), quiet=quiet)
    with _display(len(tasks), quiet=quiet or as_json) as show:
        queue = BatchQueue(settings, home / LEDGER_NAME, workers, show)
        try:
            items = queue.add(tasks)
            queue.start()
            was_cut = _wait(queue)
            numbers = [item.number for item in items]
            items = tuple(item for item in queue.items() if item.number in numbers)
            write_table(items, [queue.network_of(item) for item in items], home / SUMMARY_NAME)
        except KeyboardInterrupt:
            queue.close(timeout_s=0.0)
            raise
        finally:
            queue.close()
    if queue.error is not None:
        raise queue.error
    if as_json:
        click.echo(json.dumps([_as_dict(item) for item in items], ensure_ascii=False))
    return _report(items, home, quiet=quiet or as_json, was_cut=was_cut)


def _workers(jobs: int, scheduler: str | None, files: int, *, quiet: bool) -> Workers:
    if scheduler is not None:
        from mien.batch.cluster import ClusterWorkers

        return ClusterWorkers(scheduler)
    from mien.batch.processes import LocalWorkers

    chosen = choose_jobs(jobs)
    if chosen.remark is not None and chosen.count < files and not quiet:
        click.echo(chosen.remark, err=True)
    return LocalWorkers(min(chosen.count, files))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be made ({error.strerror}); choose another folder") from error


def _wait(queue: BatchQueue) -> bool:
    """Wait for the end; Ctrl-C completes what was begun, a second one ends it at once."""
    with interrupts() as interrupted:
        while not queue.wait(POLL_S):
            if interrupted.is_set():
                queue.stop()
    return interrupted.is_set()


def _report(items: Sequence[Item], home: Path, *, quiet: bool, was_cut: bool) -> int:
    """List what failed, say how many files there are of each state, and return the exit code."""
    failures = [item for item in items if item.state is State.FAILED]
    damaged = [item for item in items if item.summary is not None and item.summary.damage is not None]
    for item in failures:
        click.echo(f"mien: {item.reason}", err=True)
    for item in damaged:
        click.echo(f"mien: {item.reason}; what could be read is in {item.result or home}", err=True)
    if not quiet:
        states = [item.state for item in items]
        counts = [f"{states.count(state)} {state}" for state in State if state in states]
        click.echo(f"{len(items)} files: {', '.join(counts)}")
        click.echo(f"  → {home / SUMMARY_NAME}")
        if was_cut:
            click.echo("  stopped early; the same command goes on from here")
    if failures or damaged:
        return 1
    return 130 if was_cut else 0


def _as_dict(item: Item) -> dict[str, object]:
    summary = None if item.summary is None else asdict(item.summary)
    return {"file": str(item.source), "state": item.state.value, "reason": item.reason, "summary": summary}


@contextmanager
def _display(total: int, *, quiet: bool) -> Iterator[OnChange]:
    """Show each file as it is done, and on a terminal a bar for all and one for each that runs."""
    if quiet:
        yield lambda item: None
        return
    if not sys.stderr.isatty():
        yield _print_ended
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _BatchBars(bars, total).show


class _BatchBars:
    """A bar for all files and one for each that runs. Called from the queue's thread."""

    def __init__(self, bars: "Bars", total: int) -> None:
        self._bars = bars
        self._all = bars.add_task("all files", total=total, rate="")
        self._running: dict[int, TaskID] = {}
        self._over: set[int] = set()

    def show(self, item: Item) -> None:
        """Take one change."""
        if item.state is State.RUNNING:
            bar = self._running.get(item.number)
            if bar is None:
                bar = self._running[item.number] = self._bars.add_task(item.source.name, total=1.0, rate="")
            if item.progress is not None:
                rate = f"{item.progress.fps:.0f} fps"
                self._bars.update(bar, completed=item.progress.share or 0.0, rate=rate)
            return
        if item.number in self._running:
            self._bars.remove_task(self._running.pop(item.number))
        if item.is_over and item.number not in self._over:
            self._over.add(item.number)
            self._bars.update(self._all, completed=len(self._over))
            if item.state is not State.UP_TO_DATE:
                self._bars.console.print(_line(item), markup=False, highlight=False, soft_wrap=True)


def _print_ended(item: Item) -> None:
    if item.is_over and item.state is not State.UP_TO_DATE:
        click.echo(_line(item))


def _line(item: Item) -> str:
    if item.summary is None:
        return f"{item.source.name}: {item.state}"
    fps = item.summary.frames / max(item.summary.elapsed_s, 1e-6)
    return f"{item.source.name}: {item.state}, {item.summary.frames} frames ({fps:.0f} a second)"
