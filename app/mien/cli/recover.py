"""``mien recover``: finishes recordings that were cut off."""

from pathlib import Path

import click

from mien.errors import AppError, printable
from mien.json_output import json_option, print_json


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False, metavar="[FOLDER]")
@json_option
def recover(folder: Path | None, as_json: bool) -> int:
    """Finish recordings that a crash or a power cut cut off.

    FOLDER is a session, a table that was being written ("….part.journal"), or a folder with some of them; by
    default the one where the window puts its recordings.
    """
    from mien.session.recovery import recover as finish

    paths = _unfinished(folder)
    failures: list[str] = []
    recovered: list[dict[str, object]] = []
    for path in paths:
        try:
            done = finish(path)
        except AppError as error:
            failures.append(str(error))
            click.echo(printable(f"mien: {error}"), err=True)
            continue
        recovered.append(
            {"path": str(done.path), "length_s": done.duration_s, "frames": done.frames, "notes": done.notes}
        )
        if not as_json:
            click.echo(printable(f"→ {done.path}: {done.duration_s:.1f} s, {done.frames} frames"))
            for note in done.notes:
                click.echo(printable(f"  {note}"))
    code = 1 if failures else 0
    if as_json:
        return print_json(code, failures[0] if failures else None, recovered=recovered, failures=failures)
    if not paths:
        click.echo("nothing was cut off")
    return code


def _unfinished(folder: Path | None) -> list[Path]:
    """Return what is to be finished.

    Raises:
        AppError: There is nothing of that name.
    """
    from mien.places import recordings_folder
    from mien.session.layout import is_session
    from mien.session.recovery import find_unfinished
    from mien.settings import load_settings

    place = folder or recordings_folder(load_settings().video.session_folder)
    if is_session(place) or place.is_file():
        return [place]
    if place.is_dir():
        return [unfinished.path for unfinished in find_unfinished(place)]
    if folder is None:  # nothing was ever recorded
        return []
    raise AppError(f"{place}: no such file or folder; check the path")
