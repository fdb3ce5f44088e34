"""Readings and markers as an ELAN annotation file, EAF 3.0.

Each person has a tier with a time-aligned annotation for as long as an expression stays on top; where the label is
withheld there is none. Valence and arousal are curves and no annotations: ELAN shows them when ``readings.csv`` is
linked to the file as a time series.

The form is that of the EAF 3.0 schema (Max Planck Institute for Psycholinguistics, «EAF Annotation Format 3.0 and
ELAN»): time slots in milliseconds and rising, every annotation with two of its own, no overlap within a tier.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from app.core.series import ReadingSeries
from app.session.annotations import Annotations
from app.session.persons import apply_persons
from app.session.runs import UNCERTAIN, label_runs
from app.version import VERSION

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA: Final = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
"""A name that ELAN looks for; nothing is fetched from there."""

_MIME_TYPES: Final = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime"}
_MOMENT_MS: Final = 200
"""An annotation has a length; a moment gets one that can be seen and clicked."""
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKER_TIERS: Final = {"event": "Events", "exclude": "Excluded", "note": "Notes"}


@dataclass(frozen=True, slots=True)
class _Span:
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
        beside: The folder that the file will lie in; a video in it is named relative to it as well.
    """
    tiers = _expression_tiers(series, annotations)
    for kind, name in _MARKER_TIERS.items():
        spans = _marker_spans(annotations, kind)
        if spans:
            tiers[name] = spans
    root = ET.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": f"mien {VERSION}",
            "DATE": datetime.now().astimezone().isoformat(timespec="seconds"),
            "FORMAT": "3.0",
            "VERSION": "3.0",
            f"{{{_XSI}}}noNamespaceSchemaLocation": _SCHEMA,
        },
    )
    ET.register_namespace("xsi", _XSI)
    count = sum(len(spans) for spans in tiers.values())
    root.append(_header(media, media_start_s, beside, count))
    _add_tiers(root, tiers)
    ET.SubElement(root, "LINGUISTIC_TYPE", LINGUISTIC_TYPE_ID="expression", TIME_ALIGNABLE="true")
    ET.SubElement(root, "LINGUISTIC_TYPE", LINGUISTIC_TYPE_ID="marker", TIME_ALIGNABLE="true")
    ET.indent(root, "    ")
    data: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return data + b"\n"


def _header(media: Path | None, media_start_s: float, beside: Path | None, count: int) -> ET.Element:
    header = ET.Element("HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    if media is not None:
        place = media.absolute()
        names = {"MEDIA_URL": place.as_uri(), "MIME_TYPE": _MIME_TYPES.get(place.suffix.lower(), "video/*")}
        if beside is not None and place.parent == beside.absolute():
            names["RELATIVE_MEDIA_URL"] = f"./{quote(place.name)}"
        if media_start_s > 0:
            names["TIME_ORIGIN"] = str(round(media_start_s * 1000))
        ET.SubElement(header, "MEDIA_DESCRIPTOR", names)
    ET.SubElement(header, "PROPERTY", NAME="lastUsedAnnotationId").text = str(count)
    return header


def _add_tiers(root: ET.Element, tiers: Mapping[str, Sequence[_Span]]) -> None:
    """Add the time slots of all tiers, in the order of time, and then the tiers."""
    edges: list[tuple[int, int, int]] = []  # when, which annotation, which end of it
    numbered = list(enumerate((span for spans in tiers.values() for span in spans), start=1))
    for number, span in numbered:
        edges += [(span.start_ms, number, 1), (span.end_ms, number, 2)]
    order = ET.SubElement(root, "TIME_ORDER")
    slots: dict[tuple[int, int], str] = {}
    for position, (when_ms, number, end) in enumerate(sorted(edges), start=1):
        slots[number, end] = f"ts{position}"
        ET.SubElement(order, "TIME_SLOT", TIME_SLOT_ID=f"ts{position}", TIME_VALUE=str(when_ms))
    numbers = iter(number for number, _ in numbered)
    for name, spans in tiers.items():
        kind = "marker" if name in _MARKER_TIERS.values() else "expression"
        tier = ET.SubElement(root, "TIER", TIER_ID=name, LINGUISTIC_TYPE_REF=kind)
        if kind == "expression":
            tier.set("PARTICIPANT", name)
        for span in spans:
            number = next(numbers)
            annotation = ET.SubElement(
                ET.SubElement(tier, "ANNOTATION"),
                "ALIGNABLE_ANNOTATION",
                ANNOTATION_ID=f"a{number}",
                TIME_SLOT_REF1=slots[number, 1],
                TIME_SLOT_REF2=slots[number, 2],
            )
            ET.SubElement(annotation, "ANNOTATION_VALUE").text = span.text


def _expression_tiers(series: ReadingSeries, annotations: Annotations) -> dict[str, list[_Span]]:
    tiers: dict[str, list[_Span]] = {}
    for person in apply_persons(series, annotations):
        name = _clean(person.name)
        if name in tiers or name in _MARKER_TIERS.values() or not name:
            name = f"{name} ({person.face_ids[0]})".strip()
        tiers[name] = [
            span
            for run in label_runs(person.readings)
            if run.label != UNCERTAIN
            and (span := _Span(round(run.start_s * 1000), round(run.end_s * 1000), _clean(run.label))).end_ms
            > span.start_ms
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
            spans[-1] = replace(spans[-1], end_ms=start_ms)
        spans.append(_Span(start_ms, end_ms, text))
    return spans


def _clean(text: str) -> str:
    """Return the text without the control characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
