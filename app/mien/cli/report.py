"""``mien report``: a summary of a session for people."""

from pathlib import Path

import click

from mien.errors import printable
from mien.json_output import json_option, print_json


@click.command()
@click.argument("session", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A page (.html), or its charts alone (.svg); default: summary.html in the session's folder.",
)
@click.option(
    "--curve",
    "curves",
    multiple=True,
    metavar="NAME",
    help="Of .svg: draw this number over time in place of the charts, such as au12_left; may be repeated.",
)
@click.option("--title", help="Its headline; by default the name of the session's folder.")
@click.option("--overwrite", is_flag=True, help="Replace the file if it is there.")
@json_option
def report(
    session: Path,
    output: Path | None,
    curves: tuple[str, ...],
    title: str | None,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Write a summary of SESSION as one HTML file, or its charts as SVG.

    It shows for each person the shares of expressions, valence and arousal, how well the face could be read, and
    the time line; then the markers, and with what all this was read. Excluded spans do not count.
    """
    from mien.report.chart_sheet import write_svg
    from mien.report.curve_sheet import sheet_of_session, write_curves
    from mien.report.html_page import write_html
    from mien.report.summary import summarise
    from mien.session.stored import open_session

    stored = open_session(session)
    output = output or session / ("curves.svg" if curves else "summary.html")
    title = title or session.resolve().name
    summary = summarise(title, stored.document, stored.series, stored.annotations)
    if curves:
        write_curves(sheet_of_session(title, stored, curves), output, overwrite=overwrite)
    else:
        write = write_svg if output.suffix.lower() == ".svg" else write_html
        write(summary, output, overwrite=overwrite)
    if as_json:
        return print_json(outputs=[str(output)], people=len(summary.people), markers=len(summary.markers))
    people, markers = _count(len(summary.people), "person", "people"), _count(len(summary.markers), "marker")
    click.echo(printable(f"{output}: {people}, {markers}"))
    return 0


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
