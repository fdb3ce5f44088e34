"""``mien annotate``: videos in, annotated videos and readings out."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from mien.cli.options import analysis_options, outlet_choices, outlet_options, settings_with, video_options
from mien.cli.wanted import Wanted
from mien.errors import OutletError
from mien.settings import IntegrationSettings


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
    "--readings", metavar="FILE", help="The readings (.csv, .jsonl, .parquet); default: beside the video."
)
@click.option("--no-video", is_flag=True, help="Write the readings alone.")
@click.option("--session", is_flag=True, help="Make a folder of each input with all that belongs to it.")
@click.option("--clean", is_flag=True, help="Leave the overlay out of the video or picture.")
@click.option("--clean-video", metavar="FILE", help="A second video, without overlay.")
@click.option("--subtitles", type=int, metavar="FACE", help="Write the label of this face as subtitles.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="End after this much media time.")
@click.option("--overwrite", is_flag=True, help="Replace files that exist.")
@click.option("-j", "--jobs", type=_Jobs(), metavar="N", help="Read N files at a time; auto: as many as fit.")
@click.option("-r", "--recursive", is_flag=True, help="Look into the folders of folders.")
@click.option("--scheduler", metavar="ADDRESS", help="Read on a Dask cluster (tcp://…), over the network.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
@analysis_options
@video_options
@outlet_options
def annotate(
    inputs: tuple[str, ...],
    jobs: int | None,
    recursive: bool,
    scheduler: str | None,
    quiet: bool,
    as_json: bool,
    **options: object,
) -> int:
    """Read the faces of videos; write annotated videos and readings.

    INPUT is a video, a picture, a folder, a camera ("camera", "camera:NAME"), a stream (rtsp://…, http://…), or
    "synthetic". Without -o the results lie beside the input.

    Of a FOLDER with videos, or with --jobs, every video and picture is read, several at a time, and what was read
    before and has not changed is left alone; summary.csv tells of all. A folder of pictures alone is read as one
    film. For many files --readings takes an ending, such as .parquet.
    """
    wanted = Wanted.taken_from(options)
    settings = settings_with(options)
    choices = outlet_choices(options)
    if jobs is None and not recursive and scheduler is None and not _any_holds_videos(inputs):
        from mien.cli.one_by_one import annotate_each

        return annotate_each(wanted.tasks(inputs), settings, choices, quiet=quiet, as_json=as_json)
    if choices != IntegrationSettings():
        raise OutletError("many files at once are nothing to follow live; leave the outlet out")
    from mien.cli.many import annotate_many

    return annotate_many(
        inputs,
        wanted.of_many(),
        settings,
        recursive=recursive,
        jobs=jobs or 0,
        scheduler=scheduler,
        quiet=quiet,
        as_json=as_json,
    )


def _any_holds_videos(inputs: Sequence[str]) -> bool:
    folders = [Path(name) for name in inputs if os.path.isdir(name)]
    if not folders:
        return False
    from mien.batch.inputs import holds_videos

    return len(inputs) > 1 or any(holds_videos(folder) for folder in folders)
