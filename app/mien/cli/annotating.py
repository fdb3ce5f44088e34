"""Doing what ``mien annotate`` has planned: one queue for one file, for many, and for a camera."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mien.batch.item import Item, State
from mien.batch.jobs import choose_jobs
from mien.batch.order import Workers
from mien.batch.plan import Plan
from mien.batch.queue import BatchQueue
from mien.batch.running import run_plan
from mien.cli.annotate_words import ended_line, picture_lines, shown_path, summary_lines
from mien.cli.progress import interrupts, show_items
from mien.errors import printable
from mien.json_output import print_json
from mien.outlets import IncomingMarker, Outlets
from mien.settings import IntegrationSettings, Settings

if TYPE_CHECKING:
    from mien.core.frame import SourceInfo
    from mien.runs.networks import Networks
    from mien.runs.running import OpenSinks
    from mien.runs.task import Task
    from mien.sinks.sink import Sink

POLL_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """What is printed.

    Attributes:
        quiet: Nothing but errors.
        as_json: What came of each file as JSON, and nothing else.
        verbose: Where an error comes from.
    """

    quiet: bool = False
    as_json: bool = False
    verbose: bool = False

    @property
    def speaks(self) -> bool:
        """Whether people are told what happens."""
        return not (self.quiet or self.as_json)


def annotate_plan(
    plan: Plan,
    settings: Settings,
    outlet_choices: IntegrationSettings,
    display: Display,
    *,
    jobs: int,
    scheduler: str | None,
) -> int:
    """Do what was planned; print what came of each input, and what did not.

    Args:
        plan: What to do.
        settings: How to read.
        outlet_choices: Where readings go while they are made; for a single input.
        display: What is printed.
        jobs: Files at a time; 0 lets Mien choose.
        scheduler: Address of a Dask scheduler, or None for this machine.

    Returns:
        The exit code: 0, 1 where a file could not be read or not wholly, 130 after Ctrl-C.

    Raises:
        AppError: The queue could not go on.
    """
    if display.speaks:
        for note in plan.notes:
            click.echo(printable(note))
    print_line = _print_ended if plan.home is not None else None
    with Outlets(outlet_choices) as outlets:
        for note in outlets.notes if not display.quiet else ():
            click.echo(note, err=True)
        workers = _workers(plan, outlets, jobs, scheduler, display)
        with show_items(len(plan.tasks), print_line, quiet=not display.speaks) as show:
            ended = run_plan(plan, settings, workers, _wait, show)
    code = _report(ended.items, ended.tables, display, was_cut=ended.was_cut)
    if display.as_json:
        error = next((item.reason for item in ended.items if item.reason and _has_failed(item)), None)
        print_json(code, error, files=[_as_dict(item) for item in ended.items], tables=[*map(str, ended.tables)])
    return code


def _workers(plan: Plan, outlets: Outlets, jobs: int, scheduler: str | None, display: Display) -> Workers:
    if scheduler is not None:
        from mien.batch.cluster import ClusterWorkers

        return ClusterWorkers(scheduler)
    if len(plan.tasks) == 1:
        from mien.batch.this_process import ThisProcess

        return ThisProcess(_OutputsAndOutlets(outlets).opener)
    from mien.batch.processes import LocalWorkers

    chosen = choose_jobs(jobs)
    if chosen.remark is not None and chosen.count < len(plan.tasks) and display.speaks:
        click.echo(chosen.remark, err=True)
    return LocalWorkers(min(chosen.count, len(plan.tasks)))


def _wait(queue: BatchQueue) -> bool:
    """Wait for the end; Ctrl-C completes what was begun, a second one ends it at once."""
    with interrupts() as interrupted:
        while not queue.wait(POLL_S):
            if interrupted.is_set():
                queue.stop()
    return interrupted.is_set()


def _print_ended(item: Item) -> None:
    if item.is_over and item.state is not State.UP_TO_DATE:
        click.echo(ended_line(item))


def _report(items: Sequence[Item], tables: Sequence[Path], display: Display, *, was_cut: bool) -> int:
    """Say what came of all, list what failed, and return the exit code."""
    failures = [item for item in items if item.state is State.FAILED]
    damaged = [item for item in items if item.summary is not None and item.summary.damage is not None]
    if display.speaks:
        _print_results(items, tables, was_cut=was_cut)
    for item in failures:
        if display.verbose and item.trace:
            click.echo(printable(item.trace.rstrip()), err=True)
        click.echo(f"mien: {printable(item.reason or '')}", err=True)
    for item in damaged:
        places = " and ".join(map(str, item.outputs))
        where = f"; what could be read is in {places}" if places else ""
        click.echo(printable(f"mien: {item.reason}{where}"), err=True)
    if failures or damaged:
        return 1
    return 130 if was_cut else 0


def _print_results(items: Sequence[Item], tables: Sequence[Path], *, was_cut: bool) -> None:
    if not tables:
        for item in items:
            if item.summary is not None:
                lines = picture_lines(item) if item.is_picture else summary_lines(item.summary)
                click.echo("\n".join(map(printable, lines)))
        return
    states = [item.state for item in items]
    counts = [f"{states.count(state)} {state}" for state in State if state in states]
    click.echo(f"{len(items)} file{'' if len(items) == 1 else 's'}: {', '.join(counts)}")
    for table in tables:
        click.echo(printable(f"  → {shown_path(str(table))}"))
    if was_cut:
        click.echo("  stopped early; the same command goes on from here")


def _has_failed(item: Item) -> bool:
    return item.state is State.FAILED or (item.summary is not None and item.summary.damage is not None)


def _as_dict(item: Item) -> dict[str, object]:
    summary = None if item.summary is None else asdict(item.summary)
    return {
        "file": item.task.source,
        "state": item.state.value,
        "reason": item.reason,
        "outputs": [str(path) for path in item.outputs],
        "summary": summary,
    }


class _OutputsAndOutlets:
    """Opens the outputs of a task, and the outlets beside them; markers that come in go into its session."""

    def __init__(self, outlets: Outlets) -> None:
        self._outlets = outlets

    def opener(self, task: "Task", settings: Settings) -> "OpenSinks":
        """Return what opens all sinks of one run."""
        from mien.pipeline.shown_choices import own_names
        from mien.runs.task import open_sinks

        def open_all(info: "SourceInfo", networks: "Networks") -> "Iterator[Sink]":
            for sink in open_sinks(task, info, networks, settings):
                self._listen_for(sink)
                yield sink
            has_details, own = settings.reading.face_details, own_names(settings)
            first, other = networks.first.labels, networks.other_labels
            yield from self._outlets.sinks(info, first, other, has_details=has_details, own=own)

        return open_all

    def _listen_for(self, sink: "Sink") -> None:
        def take(marker: IncomingMarker) -> None:
            sink.add_marker(marker.kind, marker.at_s, marker.end_s, marker.text, marker.origin)

        self._outlets.inbox.add_listener(take)
