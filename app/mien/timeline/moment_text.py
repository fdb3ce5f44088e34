"""What there is to say of a person at a moment."""

from collections.abc import Sequence

import numpy as np

from mien.core.wording import name_of
from mien.timeline.clock import clock
from mien.timeline.lanes import Lane
from mien.timeline.panes import title_of, value_text
from mien.timeline.quantities import AROUSAL, VALENCE, Quantity
from mien.timeline.runs import NOBODY, label_of


def describe_moment(
    lane: Lane, time_s: float, half_s: float, quantities: Sequence[Quantity] = (VALENCE, AROUSAL)
) -> str:
    """Return what was read of a person around a media time.

    Args:
        lane: The person.
        time_s: The middle.
        half_s: So long before and after.
        quantities: Whose values are told.
    """
    edges = np.array([time_s - half_s, time_s + half_s])
    code = int(lane.labels(edges)[0])
    when = clock(time_s, decimals=1)
    if code == NOBODY:
        return f"{when}  {lane.name} is not in view"
    lines = [f"{when}  {lane.name}: {name_of(label_of(code, lane.readings.labels))}"]
    for quantity in quantities:
        value = lane.value_at(quantity, edges)
        if value is not None:
            lines.append(f"{title_of(quantity)} {value_text(quantity, value)}")
    return "\n".join(lines)
