"""``mien annotate``: videos in, annotated videos and readings out."""

from typing import TYPE_CHECKING, cast, get_args

import click

from mien.capture.excerpt import Rotation
from mien.cli.options import analysis_options, outlet_choices, outlet_options, settings_with, video_options
from mien.errors import OutletError, RecordingError
from mien.json_output import Invocation, json_option
from mien.settings import IntegrationSettings
from mien.sinks.readings.csv_file import CsvForm

if TYPE_CHECKING:
    from mien.batch.outputs import Outputs


class _Jobs(click.ParamType[int]):
    """A number of files at a time; "auto" is 0."""

    name = "jobs"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        text = str(value)
        if text == "auto":
            return 0
        if not text.isdecimal() or not 1 <= int(text) <= 1024:
            self.fail(f"{text}: a number of files at a time, or auto", param, ctx)
        return int(text)


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…")
@click.option("-o", "--output", metavar="OUT", help="The annotated video (.mp4, .mkv, .webm), or a folder.")
@click.option(
    "--readings",
    metavar="FILE|ENDING",
    help="The readings (.csv, .jsonl, .parquet, .xlsx); default: a .csv beside the video.",
)
@click.option(
    "--csv",
    "csv_form",
    type=click.Choice(get_args(CsvForm)),
    default="comma",
    help="How .csv is written: excel for Excel in English, semicolon for Excel in languages that write 0,5.",
)
@click.option("--no-video", is_flag=True, help="Write the readings alone.")
@click.option("--session", is_flag=True, help="Make a folder of each video with all that belongs to it.")
@click.option("--clean", is_flag=True, help="Leave the overlay out of the video or picture.")
@click.option("--clean-video", metavar="FILE", help="A second video, without overlay.")
@click.option(
    "--landmarks", metavar="FILE", help="The 478 points of each face mesh (.npz, .parquet); brings --face-details."
)
@click.option("--subtitles", type=int, metavar="FACE", help="Write the label of this face as subtitles.")
@click.option("--start", type=click.FloatRange(min=0), default=0.0, help="Begin at this second of each video.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Read this much media time.")
@click.option("--track", type=click.IntRange(min=1), metavar="N", help="Read the N-th video track of a file.")
@click.option(
    "--rotate",
    type=click.Choice(["90", "180", "270", "auto"]),
    help="Turn every picture clockwise first; auto finds out from the faces.",
)
@click.option("--overwrite", is_flag=True, help="Replace files that exist.")
@click.option(
    "--keep",
    is_flag=True,
    help="Note beside the results what was read, so that other thresholds read nothing again.",
)
@click.option("-j", "--jobs", type=_Jobs(), metavar="N", help="Read N files at a time; auto: as many as fit.")
@click.option("-r", "--recursive", is_flag=True, help="Look into the folders of folders.")
@click.option("--as-film", is_flag=True, help="Take the pictures of a folder for the frames of one film.")
@click.option("--scheduler", metavar="ADDRESS", help="Read on a Dask cluster (tcp://…), over the network.")
@click.option("--yes-camera", is_flag=True, help="The people before the camera agree; asked once, remembered.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@json_option
@analysis_options
@video_options
@outlet_options
@click.pass_context
def annotate(
    context: click.Context,
    /,
    inputs: tuple[str, ...],
    output: str | None,
    readings: str | None,
    jobs: int | None,
    recursive: bool,
    as_film: bool,
    keep: bool,
    scheduler: str | None,
    yes_camera: bool,
    quiet: bool,
    as_json: bool,
    **options: object,
) -> int:
    """Read the faces of videos; write annotated videos and readings.

    INPUT is a video, a picture, a folder, a camera ("camera", "camera:NAME"), a stream (rtsp://…, http://…), or
    "synthetic". Without -o the results lie beside the input.

    Of several inputs, or of a FOLDER, every video and picture is read, several at a time, and what was read before
    and has not changed is left alone; with another threshold, smoothing or prior, results are made anew from the
    raw readings in the tables. --keep does the same for a single file. mien-summary.csv has a row for each. Each
    picture is read by itself, and all their faces are in one table; --as-film takes those of a folder for the
    frames of one film. For many videos --readings takes an ending, such as .parquet.
    """
    from mien.api.consent import require_consent
    from mien.batch.plan import make_plan
    from mien.cli.annotating import Display, annotate_plan

    outputs = _outputs_of(options, has_readings=readings is not None)
    if outputs.landmarks:
        options["face_details"] = True
    settings = settings_with(options)
    outlets = outlet_choices(options)
    plan = make_plan(
        inputs, outputs, output=output, readings=readings, recursive=recursive, as_film=as_film, keep=keep
    )
    if plan.home is not None and outlets != IntegrationSettings():
        raise OutletError("many files at once are nothing to follow live; leave the outlet out")
    for name in inputs:
        require_consent(name, given=yes_camera)
    invocation = context.find_object(Invocation) or Invocation()
    display = Display(quiet=quiet, as_json=as_json, verbose=invocation.verbose)
    return annotate_plan(plan, settings, outlets, display, jobs=jobs or 0, scheduler=scheduler)


def _outputs_of(options: dict[str, object], *, has_readings: bool) -> "Outputs":
    """Take the options that say what is made out of all that were given.

    Raises:
        RecordingError: They contradict each other.
    """
    from pathlib import Path

    from mien.batch.outputs import Outputs

    session, no_video, clean = (bool(options.pop(name)) for name in ("session", "no_video", "clean"))
    clean_video, subtitles = options.pop("clean_video"), options.pop("subtitles")
    landmarks = options.pop("landmarks")
    start, seconds, track = (options.pop(name) for name in ("start", "seconds", "track"))
    rotate = str(options.pop("rotate") or 0)
    rotate_deg: Rotation = "auto" if rotate == "auto" else int(rotate)
    overwrite = bool(options.pop("overwrite"))
    if session and (has_readings or no_video or clean or clean_video or subtitles is not None):
        raise RecordingError("--session brings video and readings of its own; leave the other outputs out")
    assert isinstance(subtitles, int | None)
    assert isinstance(start, float)
    assert isinstance(seconds, float | None)
    assert isinstance(track, int | None)
    return Outputs(
        sessions=session,
        video=None if no_video else ".mp4",
        clean=clean,
        clean_video=Path(str(clean_video)) if clean_video else None,
        landmarks=Path(str(landmarks)) if landmarks else None,
        subtitles_of=subtitles,
        start_s=start,
        seconds=seconds,
        track=track,
        rotate_deg=rotate_deg,
        overwrite=overwrite,
        csv_form=cast(CsvForm, options.pop("csv_form")),
    )
