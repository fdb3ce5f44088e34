"""Readings and markers as an ELAN annotation file, EAF 3.0.

Each person has a tier with a time-aligned annotation for as long as an expression stays on top; where the label is
withheld there is none. Markers have a tier for each kind, events one for each type.

Valence and arousal are curves and no annotations: ELAN shows them when ``readings.csv`` is
linked to the file as a time series.

The form is that of the EAF 3.0 schema (Max Planck Institute for Psycholinguistics, "EAF Annotation Format 3.0 and
ELAN"): time slots in milliseconds and rising, every annotation with two of its own, no overlap within a tier.
"""

import contextlib
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from mien.core.emotion import UNCERTAIN
from mien.core.series import ReadingSeries
from mien.session.notes.annotations import Annotations, Marker
from mien.session.notes.hand_labels import labels_of
from mien.session.notes.persons import apply_persons
from mien.timeline.detail_runs import runs_by_name
from mien.timeline.runs import label_runs
from mien.timeline.spans import Span
from mien.version import VERSION

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA: Final = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
"""A name that ELAN looks for; nothing is fetched from there."""

_MIME_TYPES: Final = {
    **dict.fromkeys((".mp4", ".m4v"), "video/mp4"),
    **dict.fromkeys((".mpg", ".mpeg"), "video/mpeg"),
    **{".mov": "video/quicktime", ".avi": "video/x-msvideo", ".mkv": "video/x-matroska", ".webm": "video/webm"},
}
_MOMENT_MS: Final = 200
"""An annotation has a length; a moment gets one that can be seen and clicked."""
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BY_HAND: Final = "by hand"
"""What the tier of labels given by hand is called, behind the person's name."""

_MARKER_TIERS: Final = {"event": "Events", "exclude": "Excluded", "note": "Notes"}


class _Span(NamedTuple):
    start_ms: int
    end_ms: int
    text: str


class _Tier(NamedTuple):
    """One tier; ``person`` is empty for markers."""

    name: str
    person: str
    spans: list[_Span]


def to_eaf(
    series: ReadingSeries,
    annotations: Annotations,
    *,
    media: Path | None = None,
    media_start_s: float = 0.0,
    beside: Path | None = None,
    span: Span | None = None,
) -> bytes:
    """Return the file's content.

    Args:
        series: The readings.
        annotations: Markers, and who the faces are.
        media: The video that belongs to them, or None.
        media_start_s: Where in the video the readings' time 0 lies.
        beside: The folder that the file will lie in; the video is named relative to it as well.
        span: Only readings in this span; None for all.
    """
    markers = _marker_tiers(annotations)
    tiers = [*_person_tiers(series, annotations, span, {tier.name for tier in markers}), *markers]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        _tag(
            "ANNOTATION_DOCUMENT",
            {
                "xmlns:xsi": _XSI,
                "AUTHOR": f"mien {VERSION}",
                "DATE": datetime.now().astimezone().isoformat(timespec="seconds"),
                "FORMAT": "3.0",
                "VERSION": "3.0",
                "xsi:noNamespaceSchemaLocation": _SCHEMA,
            },
        ),
        *_header(media, media_start_s, beside, sum(len(tier.spans) for tier in tiers)),
        *_time_order_and_tiers(tiers),
        '    <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="expression" TIME_ALIGNABLE="true"/>',
        '    <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="marker" TIME_ALIGNABLE="true"/>',
        "</ANNOTATION_DOCUMENT>\n",
    ]
    return "\n".join(lines).encode()


def _header(media: Path | None, media_start_s: float, beside: Path | None, count: int) -> Iterator[str]:
    yield '    <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">'
    if media is not None:
        place = media.absolute()
        names = {"MEDIA_URL": place.as_uri(), "MIME_TYPE": _MIME_TYPES.get(place.suffix.lower(), "video/*")}
        if beside is not None:
            with contextlib.suppress(ValueError):  # another drive of Windows
                way = Path(os.path.relpath(place, beside.absolute())).as_posix()
                names["RELATIVE_MEDIA_URL"] = quote(os.fsencode(way if way.startswith("../") else f"./{way}"))
        if media_start_s > 0:
            names["TIME_ORIGIN"] = str(round(media_start_s * 1000))
        yield f"        {_tag('MEDIA_DESCRIPTOR', names)}</MEDIA_DESCRIPTOR>"
    yield f'        <PROPERTY NAME="lastUsedAnnotationId">{count}</PROPERTY>'
    yield "    </HEADER>"


def _time_order_and_tiers(tiers: Sequence[_Tier]) -> Iterator[str]:
    """Yield the time slots of all tiers, in the order of time, and then the tiers.

    Line by line: hours of two restless faces are half a million annotations, and a tree of them takes minutes.
    """
    edges_ms = np.array(
        [edge for tier in tiers for span in tier.spans for edge in (span.start_ms, span.end_ms)], np.int64
    )
    order = np.argsort(edges_ms, kind="stable")
    slots = np.empty_like(order)
    slots[order] = np.arange(1, len(order) + 1)
    yield "    <TIME_ORDER>"
    for slot, edge_ms in enumerate(edges_ms[order].tolist(), start=1):
        yield f'        <TIME_SLOT TIME_SLOT_ID="ts{slot}" TIME_VALUE="{edge_ms}"/>'
    yield "    </TIME_ORDER>"
    numbered = zip(count(1), slots[::2].tolist(), slots[1::2].tolist(), strict=False)
    for tier in tiers:
        kind = "expression" if tier.person else "marker"
        participant = {"PARTICIPANT": tier.person} if tier.person else {}
        yield f"    {_tag('TIER', {'TIER_ID': tier.name, 'LINGUISTIC_TYPE_REF': kind, **participant})}"
        for span in tier.spans:
            number, start, end = next(numbered)
            yield (
                f'        <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{number}" TIME_SLOT_REF1="ts{start}" '
                f'TIME_SLOT_REF2="ts{end}"><ANNOTATION_VALUE>{escape(span.text)}</ANNOTATION_VALUE>'
                "</ALIGNABLE_ANNOTATION></ANNOTATION>"
            )
        yield "    </TIER>"


def _tag(name: str, attributes: Mapping[str, str]) -> str:
    """Return the tag that opens an element."""
    return f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in attributes.items())}>"


def _person_tiers(
    series: ReadingSeries, annotations: Annotations, within: Span | None, taken: set[str]
) -> Iterator[_Tier]:
    """Yield the tiers of each person; none has a name that is taken."""
    taken = {*taken, *_MARKER_TIERS.values()}
    for person in apply_persons(series, annotations, within):
        name = _clean(person.name)
        if name in taken or not name:
            name = f"{name} ({person.face_ids[0]})".strip()
        texts = {label: _clean(label) for label in series.labels}
        spans = (
            _span(run.start_s, run.end_s, texts[run.label])
            for run in label_runs(person.readings)
            if run.label != UNCERTAIN
        )
        tiers = [_Tier(name, name, [span for span in spans if span.end_ms > span.start_ms])]
        for what, runs in runs_by_name(person.readings).items():
            found = (_span(run.start_s, run.end_s, run.text) for run in runs)
            tiers.append(_Tier(f"{name} · {what}", name, [span for span in found if span.end_ms > span.start_ms]))
        by_hand = labels_of(annotations, person.face_ids)
        if by_hand:
            given = [_span(each.start_s, each.end_s, _clean(each.label)) for each in by_hand]
            tiers.append(_Tier(f"{name} · {BY_HAND}", name, given))
        for tier in tiers:
            unique = tier._replace(name=_unlike(tier.name, taken))
            taken.add(unique.name)
            yield unique


def _marker_tiers(annotations: Annotations) -> list[_Tier]:
    """Return a tier for each kind of marker, and for each type of event."""
    groups: dict[tuple[str, str], list[Marker]] = {(kind, ""): [] for kind in _MARKER_TIERS}
    for marker in sorted(annotations.markers, key=lambda each: each.start_s):
        groups.setdefault((marker.kind, _clean(marker.event_type).strip()), []).append(marker)
    tiers: list[_Tier] = []
    for (kind, event_type), markers in groups.items():
        if markers:
            taken = {tier.name for tier in tiers} | (set(_MARKER_TIERS.values()) if event_type else set())
            tiers.append(_Tier(_unlike(event_type or _MARKER_TIERS[kind], taken), "", _marker_spans(markers)))
    return tiers


def _unlike(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number behind it where it is taken."""
    numbered = (f"{name} ({number})" for number in count(2))
    return next(each for each in chain((name,), numbered) if each not in taken)


def _span(start_s: float, end_s: float, text: str) -> _Span:
    return _Span(round(start_s * 1000), round(end_s * 1000), text)


def _marker_spans(markers: Sequence[Marker]) -> list[_Span]:
    """Return markers as spans without overlap, in the order of time; where two overlap, the first gives way."""
    spans: list[_Span] = []
    for marker in markers:
        start_ms = round(marker.start_s * 1000)
        end_ms = start_ms + _MOMENT_MS if marker.end_s is None else max(round(marker.end_s * 1000), start_ms + 1)
        text = _clean(" · ".join(part for part in (marker.code, marker.text) if part) or marker.event_type)
        if spans and spans[-1].start_ms == start_ms:
            last = spans.pop()
            text = " · ".join(part for part in (last.text, text) if part)
            end_ms = max(end_ms, last.end_ms)
        elif spans and spans[-1].end_ms > start_ms:
            spans[-1] = spans[-1]._replace(end_ms=start_ms)
        spans.append(_Span(start_ms, end_ms, text))
    return spans


def _clean(text: str) -> str:
    """Return the text without the control characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
