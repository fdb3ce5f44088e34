"""What there is to say of a marker."""

from mien.session.notes.annotations import KIND_NAMES, MARKER_DECIMALS, Marker
from mien.timeline.clock import clock


def describe_marker(marker: Marker) -> str:
    """Return a marker's kind, its times and its text."""
    end = f" to {clock(marker.end_s, decimals=MARKER_DECIMALS)}" if marker.end_s is not None else ""
    text = f"\n{marker.text}" if marker.text else ""
    return f"{KIND_NAMES[marker.kind]}, {clock(marker.start_s, decimals=MARKER_DECIMALS)}{end}{text}"
