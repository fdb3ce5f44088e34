"""What there is to say of a person at a moment."""

import numpy as np

from mien.core.wording import name_of, signed
from mien.timeline.clock import clock
from mien.timeline.lanes import Lane
from mien.timeline.quantities import AROUSAL, VALENCE
from mien.timeline.runs import NOBODY, label_of


def describe_moment(lane: Lane, time_s: float, half_s: float) -> str:
    """Return what was read of a person around a media time.

    Args:
        lane: The person.
        time_s: The middle.
        half_s: So long before and after.
    """
    edges = np.array([time_s - half_s, time_s + half_s])
    code = int(lane.labels(edges)[0])
    when = clock(time_s, decimals=1)
    if code == NOBODY:
        return f"{when}  {lane.name} is not in view"
    valence, arousal = lane.value_at(VALENCE, edges), lane.value_at(AROUSAL, edges)
    affect = ""
    if valence is not None and arousal is not None:
        affect = f"\nValence {signed(valence)}, arousal {signed(arousal)}"
    return f"{when}  {lane.name}: {name_of(label_of(code, lane.readings.labels))}{affect}"
