"""What people added, within a part of the time; times stay those of the whole."""

from typing import TypeVar

import msgspec

from mien.session.notes.annotations import Annotations, HandLabel, Marker
from mien.timeline.spans import Span

T = TypeVar("T", Marker, HandLabel)


def clipped(annotations: Annotations, span: Span) -> Annotations:
    """Return the annotations with markers and labels cut to a span; those outside are left out."""
    markers = (_marker_in(marker, span) for marker in annotations.markers)
    labels = (_cut(label, label.end_s, span) for label in annotations.labels)
    return msgspec.structs.replace(
        annotations,
        markers=tuple(each for each in markers if each is not None),
        labels=tuple(each for each in labels if each is not None),
    )


def _marker_in(marker: Marker, span: Span) -> Marker | None:
    if marker.end_s is not None:
        return _cut(marker, marker.end_s, span)
    if marker.kind == "exclude":  # without an end it lasts to the end of all
        return _cut(marker, span[1], span)
    return marker if span[0] <= marker.start_s < span[1] else None


def _cut(each: T, end_s: float, span: Span) -> T | None:
    start_s, end_s = max(each.start_s, span[0]), min(end_s, span[1])
    return msgspec.structs.replace(each, start_s=start_s, end_s=end_s) if end_s - start_s >= 1e-3 else None
