"""``mien convert``: a session or a table of readings in another form."""

from pathlib import Path
from typing import get_args

import click

from mien.errors import printable
from mien.json_output import json_option, print_json
from mien.sinks.readings.csv_file import CsvForm, TableColumns


@click.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="SESSION|TABLE")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="What to write: .csv, .jsonl, .parquet, .xlsx (Excel), .eaf (ELAN) or .vtt (subtitles).",
)
@click.option("--face", metavar="NAME|ID", help="Whose label the subtitles show; default: the largest face.")
@click.option(
    "--csv",
    "csv_form",
    type=click.Choice(get_args(CsvForm)),
    default="comma",
    help="For .csv: excel is for Excel in English, semicolon for Excel in languages that write 0,5.",
)
@click.option(
    "--columns",
    type=click.Choice(get_args(TableColumns)),
    default="mien",
    help="Of a table: the names of the columns, Mien's own or those of Py-feat.",
)
@click.option("--overwrite", is_flag=True, help="Replace a file that exists.")
@json_option
def convert(
    source: Path,
    output: Path,
    face: str | None,
    csv_form: CsvForm,
    columns: TableColumns,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Write a session or a table of readings in another form.

    SESSION is the folder of a recording; TABLE a .csv, .jsonl, .parquet or .xlsx file that Mien wrote, also one
    that a spreadsheet saved again. What a session holds goes by persons: with the names they were given, and
    faces that were merged as one.
    """
    from mien.session.exports.export import export_session

    export_session(source, output, overwrite=overwrite, face=face, csv_form=csv_form, columns=columns)
    if as_json:
        print_json(outputs=[str(output)])
    else:
        click.echo(printable(f"→ {output}"))
