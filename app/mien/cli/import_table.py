"""``mien import``: a table of another program as a session."""

from pathlib import Path

import click

from mien.errors import printable
from mien.json_output import json_option, print_json


@click.command("import")
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "--video",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The video that the table was made from; default: one beside the table that it names, or with its name.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The session's folder; default: the table's name without its ending.",
)
@click.option(
    "--fps",
    type=click.FloatRange(0, 1000, min_open=True),
    metavar="RATE",
    help="Frames a second, where the table has only numbers of frames and there is no video.",
)
@click.option("--program", metavar="NAME", help='What wrote the table, with its version: "OpenFace 2.2.0".')
@json_option
def import_table_command(
    table: Path, video: Path | None, output: Path | None, fps: float | None, program: str | None, as_json: bool
) -> int:
    """Make a session of a table of another program, to look at in Review.

    TABLE is a CSV or text file of OpenFace 2, Py-feat, LibreFace or iMotions with AFFDEX, or any other with a time
    or a frame, and expressions, valence or action units in columns that are named so. What it lacks stays empty.
    """
    from mien.session.foreign.bring_in import import_table

    stored = import_table(table, output, video=video, fps=fps, program=program or "")
    document, imported = stored.document, stored.document.imported
    assert imported is not None
    faces = len(stored.series.face_ids())
    if as_json:
        return print_json(
            outputs=[str(stored.folder)],
            program_of_table=imported.program,
            frames=document.frames,
            faces=faces,
            notes=list(imported.notes),
        )
    seen = f"{document.frames:,} frames, {faces} {'face' if faces == 1 else 'faces'}"
    click.echo(printable(f"→ {stored.folder}: {seen}, by {imported.program}"))
    for note in imported.notes:
        click.echo(printable(f"  {note}"))
    return 0
