"""What the timeline says of the place under the pointer."""

import math

from mien.core.emotion import UNCERTAIN
from mien.gui.parts.gauges import signed
from mien.gui.review.lanes import Lane, Lanes
from mien.gui.review.marker_paint import TITLES
from mien.overlay.style import name_of
from mien.session.notes.annotations import Marker
from mien.timeline.visible_range import VisibleRange, clock


def words_of_marker(marker: Marker) -> str:
    """Return a marker's kind, its times and its text."""
    end = f" to {clock(marker.end_s, decimals=1)}" if marker.end_s is not None else ""
    text = f"\n{marker.text}" if marker.text else ""
    return f"{TITLES[marker.kind]}, {clock(marker.start_s, decimals=1)}{end}{text}"


def words_of_moment(lanes: Lanes, lane: Lane, time_s: float, half_s: float) -> str:
    """Return what was read of a person around a media time.

    Args:
        lanes: Where the readings are.
        lane: The person.
        time_s: The middle.
        half_s: So long before and after.
    """
    edges = VisibleRange(time_s - half_s, time_s + half_s).edges(1)
    label = int(lanes.labels_of(lane, edges)[0])
    when = clock(time_s, decimals=1)
    if label < 0:
        return f"{when}  {lane.name} is not in view"
    word = UNCERTAIN if label == len(lanes.labels) else lanes.labels[label]
    valence, arousal = lanes.affect_of(lane, edges)[0].tolist()
    affect = "" if math.isnan(valence) else f"\nValence {signed(valence)}, arousal {signed(arousal)}"
    return f"{when}  {lane.name}: {name_of(word)}{affect}"
