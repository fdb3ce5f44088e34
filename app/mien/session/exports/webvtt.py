"""The label of a face as WebVTT subtitles, for any player that shows them beside the video."""

from typing import Final

import numpy as np

from mien.core.emotion import UNCERTAIN
from mien.core.face_series import FaceSeries
from mien.core.series import ReadingSeries
from mien.errors import SessionError
from mien.session.notes.annotations import Annotations
from mien.session.notes.persons import apply_persons
from mien.timeline.clock import clock
from mien.timeline.person_series import PersonSeries
from mien.timeline.runs import Run, label_runs, without_flicker
from mien.timeline.spans import Span

SHORTEST_S: Final = 0.4
"""A label that stood for less cannot be read; the one before it stays."""


def to_webvtt(
    series: ReadingSeries, annotations: Annotations, face: str | None = None, span: Span | None = None
) -> str:
    """Return the subtitles: a cue for as long as a label stays, none where it is withheld.

    Args:
        series: The readings.
        annotations: Who the faces are.
        face: A person's name or a face's number; by default the face that is the largest in the recording as a
            whole: the one with the largest sum of its boxes' heights.
        span: Only readings in this span; None for all.

    Raises:
        SessionError: There is no such face.
    """
    persons = apply_persons(series, annotations, span)
    chosen = _choose(persons, face)
    cues = [] if chosen is None else without_flicker(label_runs(chosen.readings), SHORTEST_S)
    voice = f"<v {_escaped(chosen.name)}>" if chosen is not None else ""
    lines = ["WEBVTT", ""]
    for cue in cues:
        if cue.label != UNCERTAIN:
            lines += [f"{_clock(cue.start_s)} --> {_clock(_end_of(cue))}", f"{voice}{_escaped(cue.label)}", ""]
    return "\n".join(lines)


def _choose(persons: tuple[PersonSeries, ...], face: str | None) -> PersonSeries | None:
    if face is None:
        return max(persons, key=lambda person: _presence(person.readings), default=None)
    for person in persons:
        if person.name.casefold() == face.strip().casefold():
            return person
    for person in persons:
        if face.strip().isdecimal() and int(face) in person.face_ids:
            return person
    known = ", ".join(person.name for person in persons[:20]) or "none"
    raise SessionError(f"{face}: there is no such face; there are {known}")


def _presence(face: FaceSeries) -> float:
    return float(np.nansum(face.boxes[:, 3] - face.boxes[:, 1]))


def _end_of(cue: Run) -> float:
    return max(cue.end_s, cue.start_s + 0.001)


def _clock(time_s: float) -> str:
    return clock(round(time_s, 3), decimals=3, hour_digits=2)


def _escaped(text: str) -> str:
    """Return the text as it may stand in a cue: on one line, and no part of the format's own marks."""
    plain = " ".join(text.split())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
