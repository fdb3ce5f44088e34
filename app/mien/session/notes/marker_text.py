"""What there is to say of a marker, and of a label by hand."""

from mien.core.wording import name_of
from mien.session.notes.annotations import MARKER_DECIMALS, HandLabel, Marker
from mien.timeline.clock import clock


def describe_marker(marker: Marker) -> str:
    """Return a marker's kind or type with its code, its times and its text."""
    end = f" to {clock(marker.end_s, decimals=MARKER_DECIMALS)}" if marker.end_s is not None else ""
    text = f"\n{marker.text}" if marker.text else ""
    code = f" ({marker.code})" if marker.code else ""
    return f"{marker.title}{code}, {clock(marker.start_s, decimals=MARKER_DECIMALS)}{end}{text}"


def describe_hand_label(label: HandLabel) -> str:
    """Return a label given by hand, and its times."""
    start, end = (clock(time_s, decimals=MARKER_DECIMALS) for time_s in (label.start_s, label.end_s))
    return f"By hand: {name_of(label.label)}, {start} to {end}"
