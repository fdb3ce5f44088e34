"""``mien annotate``: videos in, annotated videos and readings out."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.options import analysis_options, settings_with
from app.cli.outputs import Plan, plan_outputs
from app.errors import AppError

if TYPE_CHECKING:
    from app.core.arrays import Image
    from app.core.face import FrameResult
    from app.core.frame import SourceInfo
    from app.inference.classifier import Classifier
    from app.pipeline.stats import PipelineStats
    from app.settings import Settings
    from app.sinks.sink import Sink


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of one input.

    Attributes:
        source: As given.
        video: The annotated video, or None.
        readings: The table of readings, or None.
        frames: Frames read.
        frames_with_face: Of these, with a face or more.
        faces: Face ids in all.
        dropped: Frames that a live source gave and nobody read.
        media_s: Length of what was read, seconds.
        elapsed_s: Time it took, seconds.
        labels: How often each label stood on top, uncertain readings left out.
        uncertain: Readings without a label.
        model: The network.
        provider: What it ran on.
        was_cut: True where Ctrl-C ended it early.
        notes: What the user should know.
    """

    source: str
    video: str | None
    readings: str | None
    frames: int
    frames_with_face: int
    faces: int
    dropped: int
    media_s: float
    elapsed_s: float
    labels: dict[str, int]
    uncertain: int
    model: str
    provider: str
    was_cut: bool
    notes: tuple[str, ...]


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
    for plan in plans:
        summary = _annotate_one(plan, settings, classifier, seconds, overwrite=overwrite, quiet=quiet or as_json)
        summaries.append(summary)
        if not quiet and not as_json:
            _print(summary)
        if summary.was_cut:
            break
    if as_json:
        import json

        click.echo(json.dumps([asdict(summary) for summary in summaries], ensure_ascii=False))
    return 130 if summaries[-1].was_cut else 0


def _annotate_one(
    plan: Plan,
    settings: "Settings",
    classifier: "Classifier",
    seconds: float | None,
    *,
    overwrite: bool,
    quiet: bool,
) -> Summary:
    """Run one input to its end."""
    from app.capture.excerpt import Excerpt
    from app.capture.open import open_source
    from app.cli.progress import run_to_end
    from app.composition import build_pipeline

    source = open_source(plan.source, size_wh=settings.camera_size_wh, fps=settings.camera_fps)
    if seconds is not None:
        source = Excerpt(source, seconds)
    tally = Tally()
    sinks: list[Sink] = [tally]
    if plan.readings is not None:
        from app.sinks.readings import open_readings

        sinks.append(open_readings(plan.readings, classifier.labels, model=classifier.name, overwrite=overwrite))
    if plan.video is not None:
        sinks.append(_picture_sink(plan.video, source.info, overwrite=overwrite))
    pipeline = build_pipeline(settings, source, sinks, classifier=classifier)
    started_s = time.monotonic()
    try:
        was_cut = run_to_end(pipeline, Path(plan.source).name, source.info.frame_count, quiet=quiet)
    except AppError as error:
        raise _with_remains(error, sinks) from error
    stats = pipeline.stats()
    return Summary(
        source=plan.source,
        video=str(plan.video) if plan.video else None,
        readings=str(plan.readings) if plan.readings else None,
        frames=tally.frames,
        frames_with_face=tally.frames_with_face,
        faces=len(tally.face_ids),
        dropped=stats.dropped + stats.left_out,
        media_s=tally.media_s,
        elapsed_s=time.monotonic() - started_s,
        labels=dict(tally.labels.most_common()),
        uncertain=tally.uncertain,
        model=stats.model,
        provider=stats.provider,
        was_cut=was_cut,
        notes=_notes(stats, sinks),
    )


def _picture_sink(target: Path, info: "SourceInfo", *, overwrite: bool) -> "Sink":
    """Return what writes the annotated pictures: a video with the source's sound, or one image."""
    from app.sinks.picture_file import PICTURE_SUFFIXES, PictureFile
    from app.sinks.recorder import Recorder

    if target.suffix.lower() in PICTURE_SUFFIXES:
        return PictureFile(target, overwrite=overwrite)
    audio = Path(info.path) if info.has_audio and info.path else None
    return Recorder(target, fps=info.fps, audio_from=audio, overwrite=overwrite)


class Tally:
    """A sink that counts what went by, for the summary."""

    wants_picture = False

    def __init__(self) -> None:
        self.frames = 0
        self.frames_with_face = 0
        self.face_ids: set[int] = set()
        self.labels: Counter[str] = Counter()
        self.uncertain = 0
        self.media_s = 0.0

    def write(self, result: "FrameResult", picture: "Image | None") -> None:
        """Count one result."""
        self.frames += 1
        self.frames_with_face += bool(result.readings)
        self.media_s = result.frame.timestamp_s
        for reading in result.readings:
            self.face_ids.add(reading.track.track_id)
            if reading.usable:
                self.labels[reading.emotion.label] += 1
            else:
                self.uncertain += 1

    def finish(self) -> None:
        """Nothing to complete."""

    def abort(self) -> None:
        """Nothing to undo."""


def _notes(stats: "PipelineStats", sinks: Sequence["Sink"]) -> tuple[str, ...]:
    """Return what the user should know: of the provider, the source, and the sound."""
    fell_back = f"a faster provider is installed but did not start; ran on {stats.provider}"
    notices = [stats.notice, *(getattr(sink, "notice", None) for sink in sinks)]
    return tuple(([fell_back] if stats.fell_back else []) + [notice for notice in notices if notice])


def _with_remains(error: AppError, sinks: Sequence["Sink"]) -> AppError:
    """Name the files that hold what was written before the failure, where the message does not do so already."""
    parts = [getattr(sink, "part_path", None) for sink in sinks]
    remains = [str(path) for path in parts if path is not None and path.exists() and str(path) not in str(error)]
    if not remains:
        return error
    return type(error)(f"{error} (what was read until then is in {' and '.join(remains)})")


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
