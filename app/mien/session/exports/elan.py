"""Readings and markers as an ELAN annotation file, EAF 3.0.

Each person has a tier with a time-aligned annotation for as long as an expression stays on top; where the label is
withheld there is none. Valence and arousal are curves and no annotations: ELAN shows them when ``readings.csv`` is
linked to the file as a time series.

The form is that of the EAF 3.0 schema (Max Planck Institute for Psycholinguistics, "EAF Annotation Format 3.0 and
ELAN"): time slots in milliseconds and rising, every annotation with two of its own, no overlap within a tier.
"""

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from mien.core.emotion import UNCERTAIN
from mien.core.series import ReadingSeries
from mien.session.notes.annotations import Annotations
from mien.session.notes.hand_labels import labels_of
from mien.session.notes.persons import apply_persons
from mien.timeline.detail_runs import runs_by_name
from mien.timeline.runs import label_runs
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


def to_eaf(
    series: ReadingSeries,
    annotations: Annotations,
    *,
    media: Path | None = None,
    media_start_s: float = 0.0,
    beside: Path | None = None,
) -> bytes:
    """Return the file's content.

    Args:
        series: The readings.
        annotations: Markers, and who the faces are.
        media: The video that belongs to them, or None.
        media_start_s: Where in the video the readings' time 0 lies.
        beside: The folder that the file will lie in; the video is named relative to it as well.
    """
    tiers = _expression_tiers(series, annotations)
    for kind, name in _MARKER_TIERS.items():
        spans = _marker_spans(annotations, kind)
        if spans:
            tiers[name] = spans
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
        *_header(media, media_start_s, beside, sum(map(len, tiers.values()))),
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


def _time_order_and_tiers(tiers: Mapping[str, Sequence[_Span]]) -> Iterator[str]:
    """Yield the time slots of all tiers, in the order of time, and then the tiers.

    Line by line: hours of two restless faces are half a million annotations, and a tree of them takes minutes.
    """
    edges_ms = np.array(
        [edge for spans in tiers.values() for span in spans for edge in (span.start_ms, span.end_ms)], np.int64
    )
    order = np.argsort(edges_ms, kind="stable")
    slots = np.empty_like(order)
    slots[order] = np.arange(1, len(order) + 1)
    yield "    <TIME_ORDER>"
    for slot, edge_ms in enumerate(edges_ms[order].tolist(), start=1):
        yield f'        <TIME_SLOT TIME_SLOT_ID="ts{slot}" TIME_VALUE="{edge_ms}"/>'
    yield "    </TIME_ORDER>"
    numbered = zip(count(1), slots[::2].tolist(), slots[1::2].tolist(), strict=False)
    for name, spans in tiers.items():
        kind = "marker" if name in _MARKER_TIERS.values() else "expression"
        participant = {"PARTICIPANT": name} if kind == "expression" else {}
        yield f"    {_tag('TIER', {'TIER_ID': name, 'LINGUISTIC_TYPE_REF': kind, **participant})}"
        for span in spans:
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


def _expression_tiers(series: ReadingSeries, annotations: Annotations) -> dict[str, list[_Span]]:
    tiers: dict[str, list[_Span]] = {}
    for person in apply_persons(series, annotations):
        name = _clean(person.name)
        if name in tiers or name in _MARKER_TIERS.values() or not name:
            name = f"{name} ({person.face_ids[0]})".strip()
        texts = {label: _clean(label) for label in series.labels}
        spans = (
            _Span(round(run.start_s * 1000), round(run.end_s * 1000), texts[run.label])
            for run in label_runs(person.readings)
            if run.label != UNCERTAIN
        )
        tiers[name] = [span for span in spans if span.end_ms > span.start_ms]
        for what, runs in runs_by_name(person.readings).items():
            tiers[f"{name} · {what}"] = [
                _Span(round(run.start_s * 1000), round(run.end_s * 1000), run.text)
                for run in runs
                if round(run.end_s * 1000) > round(run.start_s * 1000)
            ]
        by_hand = labels_of(annotations, person.face_ids)
        if by_hand:
            tiers[f"{name} · {BY_HAND}"] = [
                _Span(round(each.start_s * 1000), round(each.end_s * 1000), _clean(each.label)) for each in by_hand
            ]
    return tiers


def _marker_spans(annotations: Annotations, kind: str) -> list[_Span]:
    """Return the markers of one kind; where two overlap, the first gives way."""
    spans: list[_Span] = []
    for marker in sorted(annotations.markers, key=lambda each: each.start_s):
        if marker.kind != kind:
            continue
        start_ms = round(marker.start_s * 1000)
        end_ms = start_ms + _MOMENT_MS if marker.end_s is None else max(round(marker.end_s * 1000), start_ms + 1)
        text = _clean(marker.text)
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
