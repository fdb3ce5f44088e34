"""The charts of a summary: light, sharp in print, the same in HTML, PDF, SVG and PNG."""

from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.face_series import FaceSeries
from mien.core.wording import in_order, initials_of, name_of
from mien.overlay.style import colour_of
from mien.report.statistics import PersonStatistics
from mien.report.svg import INK, LINE, QUIET, Chart, hatch, rect, text_at
from mien.session.notes.annotations import Marker
from mien.timeline import quantities
from mien.timeline.clock import clock
from mien.timeline.columns import Curve, LabelColumns, curve_in
from mien.timeline.ruler import decimals_for, step_for, ticks
from mien.timeline.runs import column_runs
from mien.timeline.spans import Span
from mien.timeline.standing import standing_of

WIDTH: Final = 720
VALENCE: Final = "#0F8F82"
AROUSAL: Final = "#C2408A"
_LEFT: Final = 88
_BAND: Final = 22
_COLUMNS: Final = 600
_LEAST_TICK: Final = 72.0
_SIGN: Final = 6.4
"""Of a letter on a band, with some room."""


def shares_chart(statistics: PersonStatistics, width: int = WIDTH) -> Chart:
    """Return a bar for each expression: its share of the time with a label."""
    labels = tuple(statistics.shares)
    rows, room = [], width - _LEFT - 56
    for row, index in enumerate(in_order(labels)):
        label, y = labels[index], row * 22
        share = statistics.shares[label]
        rows.append(text_at(0, y + 14, name_of(label), INK))
        rows.append(rect(_LEFT, y + 5, room, 10, "#EEF1F5", radius=5))
        if share > 0:
            rows.append(rect(_LEFT, y + 5, max(room * share, 3), 10, colour_of(label), radius=5))
        rows.append(text_at(width, y + 14, f"{share:.0%}", INK, anchor="end"))
    spoken = ", ".join(f"{name_of(label)} {share:.0%}" for label, share in statistics.shares.items())
    return Chart(width, len(labels) * 22, "".join(rows), f"Shares of expressions: {spoken}")


def plane_chart(face: FaceSeries, statistics: PersonStatistics, side: int = 220) -> Chart:
    """Return where valence and arousal were: squares that are darker the longer it was there, and the mean."""
    pad, cells = 26, 21
    inner = side - 2 * pad
    parts = [
        f'<rect x="{pad}" y="{pad}" width="{inner}" height="{inner}" rx="6" fill="#F6F8FA" stroke="{LINE}"/>',
        f'<path d="M{side / 2} {pad}v{inner}M{pad} {side / 2}h{inner}" stroke="{LINE}"/>',
    ]
    known = face.usable & ~np.isnan(face.affect).any(axis=1)
    if known.any() and statistics.valence is not None and statistics.arousal is not None:
        grid, _, _ = np.histogram2d(face.affect[known, 1], face.affect[known, 0], cells, [[-1, 1], [-1, 1]])
        depth = np.sqrt(grid / grid.max())
        step = inner / cells
        for row, column in zip(*np.nonzero(grid), strict=True):
            x, y = pad + column * step, pad + (cells - 1 - row) * step
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{step:.1f}" height="{step:.1f}" fill="{VALENCE}" '
                f'fill-opacity="{0.08 + 0.72 * depth[row, column]:.2f}"/>'
            )
        x = pad + (statistics.valence.mean + 1) / 2 * inner
        y = pad + (1 - statistics.arousal.mean) / 2 * inner
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{AROUSAL}" stroke="#FFFFFF" stroke-width="1.5"/>'
        )
    middle = side / 2
    parts.append(text_at(middle, pad - 8, "excited", QUIET, anchor="middle", size=11))
    parts.append(text_at(middle, side - pad + 16, "calm", QUIET, anchor="middle", size=11))
    parts.append(text_at(pad + 4, middle - 5, "unpleasant", QUIET, size=10))
    parts.append(text_at(side - pad - 4, middle - 5, "pleasant", QUIET, anchor="end", size=10))
    return Chart(side, side, "".join(parts), "Valence and arousal: where the time was spent, and the mean")


def timeline_chart(face: FaceSeries, span: Span, markers: tuple[Marker, ...], width: int = WIDTH) -> Chart:
    """Return a band of expressions over time, with valence and arousal below it, and markers across both."""
    height, graph_top, graph = 128, _BAND + 14, 60
    edges = edges_of(span, _COLUMNS)
    scale = width / _COLUMNS
    parts = [f'<rect x="0" y="0" width="{width}" height="{_BAND}" fill="#EEF1F5"/>', hatch()]
    parts += _band(face, edges, scale)
    middle = graph_top + graph / 2
    parts.append(f'<path d="M0 {middle}h{width}" stroke="{LINE}"/>')
    standing = standing_of(face.times_s, face.frames)
    for quantity, ink, dash in (
        (quantities.VALENCE, VALENCE, ""),
        (quantities.AROUSAL, AROUSAL, ' stroke-dasharray="4 3"'),
    ):
        path = path_of(curve_in(standing, quantity.values(face), edges), scale, middle, graph / 2)
        if path:
            parts.append(f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="1.4"{dash}/>')
    parts += marks(markers, span, width, graph_top + graph)
    parts += time_axis(span, width, graph_top + graph)
    return Chart(width, height, "".join(parts), "Expressions, valence and arousal over time")


def legend(labels: tuple[str, ...], width: int = WIDTH) -> Chart:
    """Return the colours with their names, and what the lines and stripes mean."""
    parts, x, y = [hatch()], 0.0, 0
    entries = [(name_of(labels[index]), colour_of(labels[index])) for index in in_order(labels)]
    for name, ink in [*entries, ("Uncertain", "url(#hatch)"), ("Valence", VALENCE), ("Arousal, dashed", AROUSAL)]:
        needed = 26 + 7.2 * len(name)
        if x + needed > width:
            x, y = 0.0, y + 20
        is_line = ink in (VALENCE, AROUSAL)
        parts.append(rect(x, y + (8 if is_line else 3), 12, 3 if is_line else 12, ink, radius=1 if is_line else 3))
        parts.append(text_at(x + 18, y + 13, name, QUIET, size=12))
        x += needed
    return Chart(width, y + 20, "".join(parts), "Colours of the expressions")


def _band(face: FaceSeries, edges: npt.NDArray[np.float64], scale: float) -> list[str]:
    """Return a rectangle for each run of one label, at the resolution of the page."""
    columns = LabelColumns(len(face.labels))
    columns.extend(face)
    parts = []
    for start, end, code in column_runs(columns.labels(edges)):
        is_certain = code < len(face.labels)
        ink = colour_of(face.labels[code]) if is_certain else "url(#hatch)"
        parts.append(rect(start * scale, 0, (end - start) * scale + 0.2, _BAND, ink))
        if is_certain:
            name, room = name_of(face.labels[code]), (end - start) * scale - 8
            text = name if room >= _SIGN * len(name) else initials_of(name) if room >= 14 else ""
            if text:
                parts.append(text_at(start * scale + 4, 15, text, "#14171C", size=11))
    return parts


def path_of(curve: Curve, scale: float, middle: float, half: float) -> str:
    """Return the path of a curve of means, broken where there is nothing."""
    path = []
    for column, value, starts in zip(
        curve.columns.tolist(), curve.values.tolist(), curve.starts_part.tolist(), strict=True
    ):
        path.append(f"{'M' if starts else 'L'}{(column + 0.5) * scale:.1f} {middle - value * half:.1f}")
    return "".join(path)


def marks(markers: tuple[Marker, ...], span: Span, width: int, bottom: float) -> list[str]:
    """Return markers across a chart: lines for moments, bars for what lasts, pale stretches for excluded spans."""
    parts = []
    for marker in markers:
        x = x_of(marker.start_s, span, width)
        end_x = x_of(span[1] if marker.end_s is None else min(marker.end_s, span[1]), span, width)
        across = max(end_x - x, 1.0)
        if marker.kind == "exclude":
            parts.append(
                f'<rect x="{x:.1f}" y="0" width="{across:.1f}" height="{bottom}" fill="#FFFFFF" opacity="0.72"/>'
            )
            parts.append(
                f'<rect x="{x:.1f}" y="0.5" width="{across:.1f}" height="{bottom - 1}" fill="none" '
                f'stroke="{QUIET}" stroke-dasharray="3 3"/>'
            )
        elif marker.end_s is not None:
            ink = colour_of(marker.event_type) if marker.event_type else INK
            parts.append(rect(x, _BAND + 2, across, 5, ink, radius=2))
        elif x <= width:
            parts.append(f'<path d="M{x:.1f} 0V{bottom}" stroke="{INK}" stroke-width="1" opacity="0.65"/>')
            parts.append(f'<path d="M{x:.1f} {_BAND + 2}l7 4l-7 4z" fill="{INK}"/>')
    return parts


def time_axis(span: Span, width: int, top: float) -> list[str]:
    """Return ticks with their times."""
    step_s = step_for(span[1] - span[0], width, _LEAST_TICK)
    parts = []
    for time_s in ticks(*span, step_s):
        x = x_of(time_s, span, width)
        anchor = "start" if x < 20 else "end" if x > width - 20 else "middle"
        parts.append(f'<path d="M{x:.1f} {top}v4" stroke="{QUIET}"/>')
        text = clock(time_s, decimals=decimals_for(step_s))
        parts.append(text_at(x, top + 18, text, QUIET, anchor=anchor, size=11))
    return parts


def edges_of(span: Span, columns: int) -> npt.NDArray[np.float64]:
    """Return the borders of the columns of a chart: (columns + 1,) media times."""
    return np.linspace(span[0], max(span[1], span[0] + 1e-3), columns + 1)


def x_of(time_s: float, span: Span, width: float) -> float:
    """Return where a media time lies on a chart."""
    return (time_s - span[0]) / max(span[1] - span[0], 1e-3) * width
