"""All charts of a session as one drawing, for papers and slides."""

from pathlib import Path
from typing import Final

from mien.report.charts import WIDTH, legend, plane_chart, shares_chart, timeline_chart
from mien.report.curves import curves_chart
from mien.report.html_page import MAX_PEOPLE
from mien.report.summary import PersonPart, Summary
from mien.report.svg import INK, QUIET, Chart, text_at
from mien.sinks.output_path import check_output
from mien.sinks.part_file import write_whole

SUFFIXES: Final = (".svg",)
_MARGIN: Final = 32
_SHARES: Final = 400


def chart_sheet(summary: Summary) -> Chart:
    """Return the charts of every person one below the other, on white."""
    colours = legend(summary.labels)
    parts = [text_at(_MARGIN, _MARGIN + 16, summary.title, INK, size=20), colours.at(_MARGIN, _MARGIN + 36)]
    y = _MARGIN + 36 + colours.height + 24
    if not summary.people:
        parts.append(text_at(_MARGIN, y, "Nobody was in view for a second or longer.", QUIET))
        y += 24
    for part in summary.people[:MAX_PEOPLE]:
        person = _person(part, summary)
        parts.append(person.at(_MARGIN, y))
        y += person.height + 28
    width = WIDTH + 2 * _MARGIN
    ground = f'<rect width="{width}" height="{y:g}" fill="#FFFFFF"/>'
    return Chart(width, y, ground + "".join(parts), f"{summary.title}: charts")


def write_svg(summary: Summary, target: Path, *, overwrite: bool = False) -> None:
    """Write the charts in one step.

    Raises:
        RecordingError: They cannot be written.
    """
    check_output(target, SUFFIXES, overwrite=overwrite)
    write_whole(target, chart_sheet(summary).to_svg().encode(), overwrite=overwrite)


def _person(part: PersonPart, summary: Summary) -> Chart:
    face, statistics = part.series.readings, part.statistics
    shares, plane = shares_chart(statistics, _SHARES), plane_chart(face, statistics)
    band = timeline_chart(face, summary.span, summary.markers)
    curves = curves_chart(face, summary.span, summary.markers)
    y = 28.0 + max(shares.height, plane.height) + 12
    body = text_at(0, 14, statistics.name, INK, size=16)
    body += shares.at(0, 28) + plane.at(WIDTH - plane.width, 28) + band.at(0, y)
    y += band.height + 8
    return Chart(WIDTH, y + curves.height, body + curves.at(0, y), statistics.name)
