"""The probabilities of all expressions over time, as one chart."""

from typing import Final

from mien.core.face_series import FaceSeries
from mien.core.wording import in_order
from mien.overlay.style import colour_of
from mien.report.charts import WIDTH, edges_of, marks, path_of, time_axis
from mien.report.svg import LINE, QUIET, Chart, text_at
from mien.session.notes.annotations import Marker
from mien.timeline.columns import curve_in
from mien.timeline.quantities import Quantity
from mien.timeline.spans import Span
from mien.timeline.standing import standing_of

_HEIGHT: Final = 120
_LEFT: Final = 40
_TOP: Final = 8
_COLUMNS: Final = 600


def curves_chart(face: FaceSeries, span: Span, markers: tuple[Marker, ...], width: int = WIDTH) -> Chart:
    """Return a curve for each expression, from 0 to 100 %, with markers across them."""
    room = width - _LEFT
    edges = edges_of(span, _COLUMNS)
    standing = standing_of(face.times_s, face.frames)
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = _TOP + (1 - share) * _HEIGHT
        parts.append(f'<path d="M{_LEFT} {y:g}h{room}" stroke="{LINE}"/>')
        parts.append(text_at(_LEFT - 6, y + 4, f"{share:.0%}", QUIET, anchor="end", size=11))
    curves = []
    for index in reversed(in_order(face.labels)):
        label = face.labels[index]
        curve = curve_in(standing, Quantity("probability", label).values(face), edges)
        path = path_of(curve, room / _COLUMNS, float(_HEIGHT), float(_HEIGHT))
        if path:
            curves.append(f'<path d="{path}" fill="none" stroke="{colour_of(label)}" stroke-width="1.5"/>')
    curves += marks(markers, span, room, _HEIGHT)
    parts.append(f'<g transform="translate({_LEFT} {_TOP})">{"".join(curves)}</g>')
    axis = "".join(time_axis(span, room, _HEIGHT))
    parts.append(f'<g transform="translate({_LEFT} {_TOP})">{axis}</g>')
    return Chart(width, _TOP + _HEIGHT + 26, "".join(parts), "Probabilities of expressions over time")
