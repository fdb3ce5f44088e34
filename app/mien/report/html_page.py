"""A summary as one HTML file: no script, no other file, nothing from the network."""

from html import escape
from pathlib import Path
from typing import Final

from mien.report.charts import legend, plane_chart, shares_chart, timeline_chart
from mien.report.facts import Row, excluded_sentence, made_with, marker_row, person_facts
from mien.report.methods import methods_text
from mien.report.summary import CAUTION, PersonPart, Summary
from mien.sinks.output_path import check_output
from mien.sinks.part_file import write_whole

MAX_PEOPLE: Final = 40
SUFFIXES: Final = (".html", ".htm")

_STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #F1F3F6; color: #1A1F27;
  font: 14px/1.5 Inter, "Segoe UI", "SF Pro Text", "Noto Sans", sans-serif; font-feature-settings: "tnum"; }
main { max-width: 920px; margin: 32px auto; padding: 40px 48px; background: #fff; border-radius: 12px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 0 0 12px; }
.quiet { color: #5B6675; }
.caution { border-left: 3px solid #0D9488; background: #F0FAF8; padding: 12px 16px; border-radius: 0 8px 8px 0;
  margin: 20px 0 28px; }
section { border-top: 1px solid #DFE4EB; padding: 24px 0; break-inside: avoid; }
.person { display: grid; grid-template-columns: minmax(0, 1fr) 240px; gap: 40px; }
.figures { grid-template-columns: max-content minmax(0, 1fr) max-content minmax(0, 1fr); margin-top: 16px; }
.methods { max-width: 72ch; } .methods p { margin: 0 0 10px; overflow-wrap: anywhere; }
.person svg, .wide svg { width: 100%; height: auto; display: block; }
.wide { margin-top: 16px; }
svg text { font-family: Inter, "Segoe UI", "SF Pro Text", "Noto Sans", sans-serif; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 16px; margin: 0; }
dt { color: #5B6675; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 6px 16px 6px 0; vertical-align: top; border-bottom: 1px solid #EEF1F5; }
th { color: #5B6675; font-weight: 500; }
td:first-child { white-space: nowrap; } td:last-child { white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 760px) { .person { grid-template-columns: 1fr; }
  .figures { grid-template-columns: max-content minmax(0, 1fr); } main { padding: 24px 20px; margin: 0; } }
@media print { body { background: #fff; } main { margin: 0; padding: 0; max-width: none; }
  @page { margin: 14mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); } }
  h2 { break-after: avoid; } tr, dt, dd { break-inside: avoid; } .markers, .making { break-inside: auto; } }
"""


def to_html(summary: Summary) -> str:
    """Return the page."""
    people = "".join(_person(part, summary) for part in summary.people[:MAX_PEOPLE])
    if not summary.people:
        people = "<section><h2>No faces</h2><p>Nobody was in view for a second or longer.</p></section>"
    more = [part.statistics.name for part in summary.people[MAX_PEOPLE:]] + list(summary.brief)
    others = (
        f'<p class="quiet">In view for a moment only, or not shown: {escape(", ".join(more))}.</p>' if more else ""
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(summary.title)} – summary</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(summary.title)}</h1>"
        f'<div class="quiet">Summary of facial expressions. {escape(excluded_sentence(summary))}</div>'
        f'<div class="caution">{escape(CAUTION)}</div>'
        f'<div class="wide">{legend(summary.labels).to_svg()}</div>'
        f"{people}{others}{_markers(summary)}"
        f'<section class="making"><h2>Methods</h2>{_methods(summary)}{_facts(made_with(summary))}</section>'
        "</main></body></html>"
    )


def write_html(summary: Summary, target: Path, *, overwrite: bool = False) -> None:
    """Write the page in one step.

    Raises:
        RecordingError: It cannot be written.
    """
    check_output(target, SUFFIXES, overwrite=overwrite)
    write_whole(target, to_html(summary).encode(), overwrite=overwrite)


def _person(part: PersonPart, summary: Summary) -> str:
    statistics, face = part.statistics, part.series.readings
    return (
        f'<section><h2>{escape(statistics.name)}</h2><div class="person">'
        f"<div>{shares_chart(statistics, 520).to_svg()}</div>"
        f"<div>{plane_chart(face, statistics).to_svg()}</div></div>"
        f"{_facts(person_facts(statistics), 'figures')}"
        f'<div class="wide">{timeline_chart(face, summary.span, summary.markers).to_svg()}</div></section>'
    )


def _markers(summary: Summary) -> str:
    if not summary.markers:
        return ""
    rows = "".join(
        f"<tr><td>{escape(time)}</td><td>{escape(kind)}</td><td>{escape(text)}</td></tr>"
        for time, kind, text in map(marker_row, summary.markers)
    )
    head = "<tr><th>Time</th><th>Kind</th><th>Text</th></tr>"
    return f'<section class="markers"><h2>Markers</h2><table>{head}{rows}</table></section>'


def _methods(summary: Summary) -> str:
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in methods_text(summary))
    return f'<div class="methods">{paragraphs}</div>'


def _facts(rows: list[Row], kind: str = "made") -> str:
    pairs = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    return f'<dl class="{kind}">{pairs}</dl>'
