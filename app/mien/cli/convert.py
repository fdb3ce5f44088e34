"""``mien convert``: a session or a table of readings in another form."""

from pathlib import Path

import click


@click.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="SESSION|TABLE")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="What to write: .csv, .jsonl, .parquet, .eaf (ELAN) or .vtt (subtitles).",
)
@click.option("--face", metavar="NAME|ID", help="Whose label the subtitles show; default: the largest face.")
@click.option("--overwrite", is_flag=True, help="Replace a file that exists.")
def convert(source: Path, output: Path, face: str | None, overwrite: bool) -> None:
    """Write a session or a table of readings in another form.

    SESSION is the folder of a recording; TABLE a .csv, .jsonl or .parquet file that Mien wrote. Tables keep every
    row and column; ELAN files and subtitles go by persons, with the names they were given.
    """
    from mien.session.exports.export import export_session

    export_session(source, output, overwrite=overwrite, face=face)
    click.echo(f"→ {output}")
