"""The figures of each person over a part of the time: a selection, a marker, or all events of one type.

They come from ``mien.report.statistics``, as those of the summary do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mien.core.further_numbers import OWN
from mien.core.series import ReadingSeries
from mien.report.statistics import PersonStatistics, Spread, statistics_of
from mien.session.notes.annotations import KIND_NAMES, Annotations, Marker
from mien.session.notes.persons import apply_persons
from mien.sinks.output_path import check_output
from mien.sinks.part_file import write_whole
from mien.sinks.readings.csv_file import CsvForm, csv_lines
from mien.sinks.readings.rows import Cell
from mien.timeline.clock import clock
from mien.timeline.spans import Span, together

MOMENT_S: Final = 1.0
"""An event at a moment stands for the second from it on."""

WHOLE: Final = "Whole video"


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the time.

    Attributes:
        name: For people, and for tables.
        spans: Of media time, in order, without overlap; None for all of it.
        events: How many markers it is made of; 0 where it is made of none.
        code: Of the type of event, or empty.
    """

    name: str
    spans: tuple[Span, ...] | None = None
    events: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What was measured over a part of the time; persons of whom nothing counts there are left out."""

    scope: Scope
    persons: tuple[PersonStatistics, ...]


def selection_scope(span: Span) -> Scope:
    """Return what is selected from A to B."""
    return Scope(f"Selection {clock(span[0], decimals=3)} – {clock(span[1], decimals=3)}", (span,))


def marker_scope(marker: Marker) -> Scope:
    """Return the time of one marker."""
    times = clock(marker.start_s, decimals=3)
    if marker.end_s is not None:
        times += f" – {clock(marker.end_s, decimals=3)}"
    return Scope(f"{marker.title} {times}", (_span_of(marker),), 1, marker.code)


def condition_scopes(annotations: Annotations) -> tuple[Scope, ...]:
    """Return the time of all events of each type, in the order in which the types first appear.

    Events without a type are one condition together; notes and excluded spans are none.
    """
    groups: dict[str, list[Marker]] = {}
    for marker in annotations.markers:
        if marker.kind == "event":
            groups.setdefault(marker.event_type, []).append(marker)
    return tuple(
        Scope(
            name or KIND_NAMES["event"],
            together([_span_of(each) for each in markers]),
            len(markers),
            markers[0].code,
        )
        for name, markers in groups.items()
    )


def measure(series: ReadingSeries, annotations: Annotations, scopes: Iterable[Scope]) -> tuple[Measured, ...]:
    """Return the figures of each person over each part of the time; excluded spans never count."""
    persons = apply_persons(series, annotations)
    found = []
    for scope in scopes:
        figures = (statistics_of(person, annotations, scope.spans) for person in persons)
        found.append(Measured(scope, tuple(each for each in figures if each is not None)))
    return tuple(found)


def figures_of(person: PersonStatistics) -> dict[str, float | None]:
    """Return a person's figures by the names of their columns; None where one is not known."""
    figures: dict[str, float | None] = {
        "in_view_s": person.in_view_s,
        "uncertain_share": person.uncertain,
        "quality_mean": person.quality,
    }
    figures |= {f"share_{label}": share if person.has_label else None for label, share in person.shares.items()}
    for label, spread in person.probabilities.items():
        figures |= _spread_columns(f"p_{label}", spread)
    figures |= _spread_columns("valence", person.valence) | _spread_columns("arousal", person.arousal)
    for unit, spread in person.units.items():
        figures |= _spread_columns(unit.lower(), spread)
    for name, own in person.own.items():
        figures |= {f"{OWN}{name}_mean": own.mean, f"{OWN}{name}_times": own.times}
    return figures | {"blinks": person.blink_count, "blinks_per_min": person.blinks}


def measures_table(measured: Sequence[Measured]) -> list[tuple[Cell, ...]]:
    """Return a heading and a row for each person of each part of the time; the same columns in every row."""
    persons = [(part.scope, person, figures_of(person)) for part in measured for person in part.persons]
    names = list(dict.fromkeys(name for *_, figures in persons for name in figures))
    rows: list[tuple[Cell, ...]] = [("condition", "code", "events", "condition_s", "person", "face_id", *names)]
    for scope, person, figures in persons:
        length = None if scope.spans is None else sum(end_s - start_s for start_s, end_s in scope.spans)
        head: tuple[Cell, ...] = (scope.name, scope.code or None, scope.events or None, _short(length))
        cells = (_short(figures.get(name)) for name in names)
        rows.append((*head, person.name, min(person.face_ids), *cells))
    return rows


def write_measures(
    measured: Sequence[Measured], target: Path, *, form: CsvForm = "comma", overwrite: bool = False
) -> None:
    """Write the figures as a table, in one step.

    Raises:
        RecordingError: It cannot be written.
    """
    check_output(target, (".csv",), overwrite=overwrite)
    write_whole(target, csv_lines(measures_table(measured), form, starts_file=True), overwrite=overwrite)


def _spread_columns(name: str, spread: Spread | None) -> dict[str, float | None]:
    if spread is None:
        return {f"{name}_{what}": None for what in ("mean", "median", "sd")}
    return {f"{name}_mean": spread.mean, f"{name}_median": spread.median, f"{name}_sd": spread.deviation}


def _span_of(marker: Marker) -> Span:
    return marker.start_s, marker.start_s + MOMENT_S if marker.end_s is None else marker.end_s


def _short(value: float | None) -> float | None:
    """Return a figure to six decimals: more is noise, and hides what can be read."""
    return None if value is None else round(value, 6)
