"""Chosen curves of chosen people as one drawing: any number of a face, each on the axis of its scale."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from mien.core.face_series import FaceSeries
from mien.errors import RecordingError, did_you_mean
from mien.overlay.style import colour_of
from mien.report.charts import AROUSAL, VALENCE, WIDTH, path_of
from mien.report.svg import INK, LINE, QUIET, Chart, text_at
from mien.session.notes.persons import apply_persons
from mien.session.stored import StoredSession
from mien.sinks.output_path import check_output
from mien.sinks.part_file import write_whole
from mien.timeline.clock import clock
from mien.timeline.columns import curve_in
from mien.timeline.panes import Pane, choices_of, chosen_of, panes_of, title_of
from mien.timeline.quantities import Quantity
from mien.timeline.ruler import decimals_for, step_for, ticks
from mien.timeline.spans import Span
from mien.timeline.standing import standing_of

MAX_PEOPLE: Final = 12
"""More do not fit on a page; the first ones are drawn."""

Person = tuple[str, FaceSeries]

_MARGIN: Final = 24
_LEFT: Final = 48
_HEIGHT: Final = 96
_LEGEND: Final = 18
_COLUMNS: Final = 600
_LEAST_TICK: Final = 72.0


def curve_sheet(title: str, people: Sequence[Person], quantities: Sequence[Quantity], span: Span) -> Chart:
    """Return the curves of every person below each other, on white; excluded spans and markers are not drawn.

    Args:
        title: Above all.
        people: Names and readings.
        quantities: What is drawn; those of one scale share an axis.
        span: Media times of the left and the right edge.
    """
    parts = [text_at(_MARGIN, _MARGIN + 12, title, INK, size=18)]
    y = _MARGIN + 36.0
    for name, face in people[:MAX_PEOPLE]:
        parts.append(text_at(_MARGIN, y + 12, name, INK, size=15))
        y += 22
        for pane in panes_of(quantities):
            chart = _pane_chart(pane, face, span)
            parts.append(chart.at(_MARGIN, y))
            y += chart.height + 10
    if not people or not quantities:
        parts.append(text_at(_MARGIN, y + 12, "There is nothing to draw.", QUIET))
        y += 24
    width = WIDTH + 2 * _MARGIN
    ground = f'<rect width="{width}" height="{y + _MARGIN:g}" fill="#FFFFFF"/>'
    return Chart(width, y + _MARGIN, ground + "".join(parts), f"{title}: curves")


def sheet_of_session(title: str, stored: StoredSession, keys: Sequence[str], span: Span | None = None) -> Chart:
    """Return chosen curves of a session.

    Args:
        title: Above all.
        stored: The session.
        keys: Of what is drawn: names of columns, "happiness", "second anger"; see ``Quantity.key``.
        span: Media times of the edges; by default all of it.

    Raises:
        RecordingError: A key names nothing that the session has.
    """
    series = stored.series
    choices = choices_of(series.labels, series.other_labels, series.detail_names, series.signed)
    known = [quantity.key for quantity in choices]
    unknown = next((key for key in keys if key not in known), None)
    if unknown is not None:
        near = did_you_mean(unknown, known) or f"; there are {', '.join(known[:30])}"
        raise RecordingError(f"{unknown}: no curve of this session{near}")
    people = [(person.name, person.readings) for person in apply_persons(series, stored.annotations)]
    end_s = max(stored.document.duration_s or 0.0, series.end_s, 1e-3)
    return curve_sheet(title, people, chosen_of(keys, choices), span or (0.0, end_s))


def keys_there(stored: StoredSession, keys: Sequence[str]) -> list[str]:
    """Return those of the keys that name something that a session has."""
    series = stored.series
    choices = choices_of(series.labels, series.other_labels, series.detail_names)
    return [quantity.key for quantity in chosen_of(keys, choices)]


def write_curves(sheet: Chart, target: Path, *, overwrite: bool = False) -> None:
    """Write a sheet as SVG, in one step.

    Raises:
        RecordingError: It cannot be written.
    """
    check_output(target, (".svg",), overwrite=overwrite)
    write_whole(target, sheet.to_svg().encode(), overwrite=overwrite)


def _pane_chart(pane: Pane, face: FaceSeries, span: Span) -> Chart:
    room, reach = WIDTH - _LEFT, pane.highest - pane.lowest
    edges = np.linspace(*span, _COLUMNS + 1)
    standing = standing_of(face.times_s, face.frames)
    parts, x = [], float(_LEFT)
    for quantity in pane.quantities:
        text = title_of(quantity)
        parts.append(f'<path d="M{x:.1f} 8h14" stroke="{_ink(quantity)}" stroke-width="3"/>')
        parts.append(text_at(x + 18, 12, text, QUIET, size=11))
        x += 18 + 6.2 * len(text) + 16
    drawn = []
    for value, words in pane.ticks:
        y = _HEIGHT * (1 - (value - pane.lowest) / reach)
        drawn.append(f'<path d="M0 {y:.1f}h{room}" stroke="{LINE}"/>')
        drawn.append(text_at(-6, y + 4, words, QUIET, anchor="end", size=11))
    bottom = _HEIGHT * (1 + pane.lowest / reach)
    for quantity in reversed(pane.quantities):
        curve = curve_in(standing, np.clip(quantity.values(face), pane.lowest, pane.highest), edges)
        path = path_of(curve, room / _COLUMNS, bottom, _HEIGHT / reach)
        dash = ' stroke-dasharray="2 3"' if quantity.is_second else ""
        if path:
            drawn.append(f'<path d="{path}" fill="none" stroke="{_ink(quantity)}" stroke-width="1.5"{dash}/>')
    drawn += _axis(span, room)
    parts.append(f'<g transform="translate({_LEFT} {_LEGEND + 4})">{"".join(drawn)}</g>')
    return Chart(WIDTH, _LEGEND + 4 + _HEIGHT + 24, "".join(parts), "")


def _axis(span: Span, width: int) -> list[str]:
    start_s, end_s = span
    step_s = step_for(end_s - start_s, width, _LEAST_TICK)
    parts = []
    for time_s in ticks(start_s, end_s, step_s):
        x = (time_s - start_s) / (end_s - start_s) * width
        anchor = "start" if x < 20 else "end" if x > width - 20 else "middle"
        parts.append(f'<path d="M{x:.1f} {_HEIGHT}v4" stroke="{QUIET}"/>')
        text = clock(time_s, decimals=decimals_for(step_s))
        parts.append(text_at(x, _HEIGHT + 18, text, QUIET, anchor=anchor, size=11))
    return parts


def _ink(quantity: Quantity) -> str:
    match quantity.kind:
        case "valence":
            return VALENCE
        case "arousal":
            return AROUSAL
        case "quality":
            return INK
    return colour_of(quantity.label)
