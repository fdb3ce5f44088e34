"""``mien convert``: a session or a table of readings in another form."""

from pathlib import Path
from typing import get_args

import click
import msgspec

from mien.cli.options import shown_options
from mien.errors import SessionError, printable
from mien.json_output import json_option, print_json
from mien.settings import ShownSettings
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
@shown_options
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
    **shown: object,
) -> None:
    """Write a session or a table of readings in another form.

    SESSION is the folder of a recording; TABLE a .csv, .jsonl, .parquet or .xlsx file that Mien wrote, also one
    that a spreadsheet saved again. What a session holds goes by persons: with the names they were given, and
    faces that were merged as one. With another --smoothing, --min-confidence, --prior or --relative it is made
    anew from the raw readings of a session, whose own files stay as they were recorded.
    """
    from mien.session.exports.export import export_session

    export_session(
        source,
        output,
        overwrite=overwrite,
        face=face,
        csv_form=csv_form,
        columns=columns,
        shown=_shown(source, {name: value for name, value in shown.items() if value is not None}),
    )
    if as_json:
        print_json(outputs=[str(output)])
    else:
        click.echo(printable(f"→ {output}"))


def _shown(source: Path, chosen: dict[str, object]) -> ShownSettings | None:
    """Return how a session is shown with these choices in place of its own, or None without any."""
    if not chosen:
        return None
    from mien.session.analyses.shown_anew import shown_of
    from mien.session.document_file import load_document
    from mien.session.layout import is_session

    if not is_session(source):
        raise SessionError(f"{source}: a table does not say which network made it; name the session's folder")
    document = load_document(source)
    if chosen.get("relative") and not document.baselines:
        raise SessionError(f"{source}: holds no baseline; set one in Live while you record")
    told = shown_of(document)
    names = {"smoothing": "smoothing_s"}
    return msgspec.structs.replace(told, **{names.get(name, name): value for name, value in chosen.items()})
