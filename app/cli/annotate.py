"""``mien annotate``: videos in, annotated videos and readings out."""

from collections.abc import Sequence
from dataclasses import asdict

import click

from app.cli.annotation import Summary, annotate_one
from app.cli.options import analysis_options, settings_with
from app.cli.outputs import plan_outputs
from app.errors import AppError


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…")
@click.option("-o", "--output", metavar="OUT", help="The annotated video (.mp4, .mkv), or a folder.")
@click.option(
    "--readings", metavar="FILE", help="The readings (.csv, .jsonl, .parquet); default: beside the video."
)
@click.option("--no-video", is_flag=True, help="Write the readings alone.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="End after this much media time.")
@click.option("--overwrite", is_flag=True, help="Replace files that exist.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
@analysis_options
def annotate(
    inputs: tuple[str, ...],
    output: str | None,
    readings: str | None,
    no_video: bool,
    seconds: float | None,
    overwrite: bool,
    quiet: bool,
    as_json: bool,
    **options: object,
) -> int:
    """Read the faces of videos; write annotated videos and readings.

    INPUT is a video, a picture, a folder of pictures, a camera («camera», «camera:NAME»), a stream (rtsp://…,
    http://…), or «synthetic». Without -o the results lie beside the input.
    """
    settings = settings_with(options)
    plans = plan_outputs(inputs, output, readings, with_video=not no_video, overwrite=overwrite)
    from app.composition import open_classifier

    classifier = open_classifier(settings)
    summaries: list[Summary] = []
    failures: list[AppError] = []
    for plan in plans:
        try:
            summary = annotate_one(
                plan, settings, classifier, seconds, overwrite=overwrite, quiet=quiet or as_json
            )
        except AppError as error:
            # One broken file does not stop the others.
            failures.append(error)
            continue
        summaries.append(summary)
        if not quiet and not as_json:
            _print(summary)
        if summary.damage is not None:
            failures.append(
                AppError(f"{summary.damage}; what could be read is in {' and '.join(_places(summary))}")
            )
        if summary.was_cut:
            break
    if as_json:
        import json

        click.echo(json.dumps([asdict(summary) for summary in summaries], ensure_ascii=False))
    return _report(failures, was_cut=bool(summaries) and summaries[-1].was_cut)


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
    if summary.labels or summary.uncertain:
        parts = [f"{label} {count}" for label, count in summary.labels.items()]
        click.echo(
            f"  on top: {', '.join([*parts, *([f'uncertain {summary.uncertain}'] if summary.uncertain else [])])}"
        )
    if summary.dropped:
        click.echo(
            f"  {_count(summary.dropped, 'frame')} dropped, because the source was faster than this machine"
        )
    for note in summary.notes:
        click.echo(f"  {note}")
    for place in _places(summary):
        click.echo(f"  → {place}")
    if summary.was_cut:
        click.echo("  stopped early; what was read until then is complete")


def _places(summary: Summary) -> Sequence[str]:
    return [place for place in (summary.video, summary.readings) if place]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
