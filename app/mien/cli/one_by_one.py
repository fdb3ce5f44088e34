"""``mien annotate`` with one input after the other, in this process."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mien.api.summary import Summary
from mien.api.task import Task
from mien.cli.progress import interrupts, progress_bar
from mien.errors import AppError
from mien.outlets import IncomingMarker, Outlets
from mien.settings import IntegrationSettings, Settings

if TYPE_CHECKING:
    from mien.api.networks import Networks
    from mien.core.frame import SourceInfo
    from mien.sinks.sink import Sink


def annotate_each(
    tasks: Sequence[Task], settings: Settings, outlet_choices: IntegrationSettings, *, quiet: bool, as_json: bool
) -> int:
    """Annotate inputs; print what came of each, and what did not.

    Args:
        tasks: What to do.
        settings: How to read.
        outlet_choices: Where readings go while they are made.
        quiet: Print nothing but errors.
        as_json: Print a list of the summaries.

    Returns:
        The exit code: 0, 1 where a file could not be read or not wholly, 130 after Ctrl-C.

    Raises:
        AppError: The only failure, or what is wrong before the first input.
    """
    from mien.api.annotation import run_through
    from mien.api.networks import open_networks

    quiet = quiet or as_json
    networks = open_networks(settings)
    summaries: list[Summary] = []
    failures: list[AppError] = []
    with Outlets(outlet_choices) as outlets:
        for note in outlets.notes:
            click.echo(note, err=True)
        for task in tasks:
            opener = _Opener(task, settings, outlets)
            try:
                with interrupts() as stop, progress_bar(Path(task.source).name, quiet=quiet) as report:
                    summary = run_through(task, opener.open, settings, networks, report, stop)
            except AppError as error:
                # One broken file does not stop the others.
                failures.append(error)
                continue
            summaries.append(summary)
            if not quiet:
                _print(summary)
            if summary.damage is not None:
                places = " and ".join(summary.outputs)
                failures.append(AppError(f"{summary.damage}; what could be read is in {places}"))
            if summary.was_cut:
                break
    if as_json:
        click.echo(json.dumps([asdict(summary) for summary in summaries], ensure_ascii=False))
    return _report(failures, was_cut=bool(summaries) and summaries[-1].was_cut)


class _Opener:
    """Opens the outputs of a task, and the outlets beside them; markers that come in go into its session."""

    def __init__(self, task: Task, settings: Settings, outlets: Outlets) -> None:
        self._task = task
        self._settings = settings
        self._outlets = outlets

    def open(self, info: "SourceInfo", networks: "Networks") -> "Iterator[Sink]":
        """Open all sinks of one run."""
        from mien.api.task import open_sinks

        for sink in open_sinks(self._task, info, networks, self._settings):
            self._listen_for(sink)
            yield sink
        yield from self._outlets.sinks(info, networks.first.labels, networks.other_labels)

    def _listen_for(self, sink: "Sink") -> None:
        def take(marker: IncomingMarker) -> None:
            sink.add_marker(marker.kind, marker.at_s, marker.end_s, marker.text, marker.origin)

        self._outlets.inbox.add_listener(take)


def _report(failures: Sequence[AppError], *, was_cut: bool) -> int:
    """Raise the only failure, list several, and return the exit code."""
    if len(failures) == 1:
        raise failures[0]
    for failure in failures:
        click.echo(f"mien: {failure}", err=True)
    if failures:
        return 1
    return 130 if was_cut else 0


def _print(summary: Summary) -> None:
    """Say in a few lines what was seen and where it lies."""
    fps = summary.frames / max(summary.elapsed_s, 1e-6)
    click.echo(
        f"{summary.source}: {summary.frames} frames in {summary.elapsed_s:.1f} s ({fps:.0f} a second), "
        f"{summary.frames_with_face} with a face, {_count(summary.faces, 'face')}"
    )
    if summary.certain or summary.uncertain:
        parts = [f"{label} {count}" for label, count in summary.labels.items() if count]
        click.echo(
            f"  on top: {', '.join([*parts, *([f'uncertain {summary.uncertain}'] if summary.uncertain else [])])}"
        )
    for count, why in (
        (summary.dropped, "dropped: this machine was slower than the source"),
        (summary.left_out, "left out of what was written: the disk was too slow"),
        (summary.damaged, "damaged on their way here"),
    ):
        if count:
            click.echo(f"  {_count(count, 'frame')} {why}")
    for note in summary.notes:
        click.echo(f"  {note}")
    for place in summary.outputs:
        click.echo(f"  → {place}")
    if summary.was_cut:
        click.echo("  stopped early; what was read until then is complete")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
