"""All that stands on a summary, gathered from what was read and what people added."""

from dataclasses import dataclass
from typing import Final

from mien.core.series import ReadingSeries
from mien.errors import printable
from mien.report.statistics import PersonStatistics, statistics_of
from mien.session.document import SessionDocument
from mien.session.notes.annotations import Annotations, Marker
from mien.session.notes.clipping import clipped
from mien.session.notes.persons import apply_persons
from mien.timeline.person_series import PersonSeries
from mien.timeline.spans import Span, length_s

CAUTION: Final = (
    "An expression is what a face shows, as a network reads it from pixels. It is not a feeling, a thought, an "
    "intention or a trait, and it says nothing about truthfulness. People differ in how they show what they feel; "
    "the network makes mistakes, more for some groups of people than for others. Do not decide about a person by "
    "these figures."
)
BRIEF_S: Final = 1.0
"""People in view for less are named in one line and get no plot; of a part that was selected all get one."""


@dataclass(frozen=True, slots=True, eq=False)
class PersonPart:
    """One person: the figures, and the readings for the plots."""

    statistics: PersonStatistics
    series: PersonSeries


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """What stands on the page.

    Attributes:
        title: What was read.
        document: With what it was read.
        duration_s: Of the video.
        span: The part that this is about: all of it, or what was selected.
        people: Those in view for a second or longer, most time first.
        brief: The names of the others.
        markers: In the order of time.
        excluded_s: How much time the excluded spans take, overlaps counted once.
        labels: What the network tells apart.
    """

    title: str
    document: SessionDocument
    duration_s: float
    span: Span
    people: tuple[PersonPart, ...]
    brief: tuple[str, ...]
    markers: tuple[Marker, ...]
    excluded_s: float
    labels: tuple[str, ...]


def summarise(
    title: str,
    document: SessionDocument,
    series: ReadingSeries,
    annotations: Annotations,
    span: Span | None = None,
) -> Summary:
    """Gather a summary.

    Args:
        title: What was read, for people.
        document: With what.
        series: The readings.
        annotations: Markers and persons.
        span: Only this part of the time; None for all.
    """
    duration_s = max(document.duration_s or 0.0, series.end_s)
    people, brief = [], []
    if span is not None:
        annotations = clipped(annotations, span)
    for person in apply_persons(series, annotations, span):
        statistics = statistics_of(person, annotations)
        if statistics is not None and (span is not None or statistics.in_view_s >= BRIEF_S):
            people.append(PersonPart(statistics, person))
        else:
            brief.append(person.name)
    people.sort(key=lambda part: -part.statistics.in_view_s)
    return Summary(
        title=printable(title),
        document=document,
        duration_s=duration_s,
        span=span or (0.0, duration_s),
        people=tuple(people),
        brief=tuple(brief),
        markers=annotations.markers,
        excluded_s=_length_of(annotations, duration_s),
        labels=series.labels,
    )


def _length_of(annotations: Annotations, duration_s: float) -> float:
    """Return how much time is excluded, overlaps counted once."""
    return length_s(
        [
            (marker.start_s, min(marker.end_s if marker.end_s is not None else duration_s, duration_s))
            for marker in annotations.markers
            if marker.kind == "exclude"
        ]
    )
