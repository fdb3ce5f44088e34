"""``mien recover``: finishes recordings that were cut off."""

from pathlib import Path

import click

from mien.errors import AppError, printable


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False, metavar="[FOLDER]")
def recover(folder: Path | None) -> int:
    """Finish recordings that a crash or a power cut cut off.

    FOLDER is a session, a table that was being written ("….part.journal"), or a folder with some of them; by
    default the one where the window puts its recordings.
    """
    from mien.places import recordings_folder
    from mien.session.layout import is_session
    from mien.session.recovery import find_unfinished
    from mien.session.recovery import recover as finish
    from mien.settings import load_settings

    place = folder or recordings_folder(load_settings().video.session_folder)
    if is_session(place) or place.is_file():
        paths = [place]
    elif place.is_dir():
        paths = [unfinished.path for unfinished in find_unfinished(place)]
    elif folder is None:  # nothing was ever recorded
        paths = []
    else:
        raise AppError(f"{place}: no such file or folder; check the path")
    if not paths:
        click.echo(printable(f"{place}: nothing was cut off"))
    failures: list[AppError] = []
    for path in paths:
        try:
            recovered = finish(path)
        except AppError as error:
            failures.append(error)
            continue
        click.echo(printable(f"→ {recovered.path}: {recovered.duration_s:.1f} s, {recovered.frames} frames"))
        for note in recovered.notes:
            click.echo(printable(f"  {note}"))
    if len(failures) == 1:
        raise failures[0]
    for failure in failures:
        click.echo(printable(f"mien: {failure}"), err=True)
    return 1 if failures else 0
