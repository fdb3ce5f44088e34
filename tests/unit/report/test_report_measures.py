"""Figures over a part of the time: the same as those of the summary, of fewer readings."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from made_series import LABELS, add_rows

from mien.core.series import ReadingSeries
from mien.errors import RecordingError
from mien.report.measures import (
    WHOLE,
    Scope,
    condition_scopes,
    marker_scope,
    measure,
    measures_table,
    selection_scope,
    write_measures,
)
from mien.report.statistics import PersonStatistics, statistics_of
from mien.session.notes.annotation_edits import add_marker, name_person
from mien.session.notes.annotations import Annotations, Marker
from mien.session.notes.persons import apply_persons
from mien.timeline.spans import length_s, together, within

EMPTY = Annotations()


@pytest.fixture
def series() -> ReadingSeries:
    """Face 1 from 0 to 10 s: neutral, from 5 s happy, from 8 s uncertain; face 2 from 12 to 20 s."""
    found = ReadingSeries(LABELS)
    times_s = np.arange(100) / 10
    add_rows(found, 1, times_s, (times_s >= 5) * 0.9, times_s < 8)
    add_rows(found, 2, 12 + np.arange(80) / 10, np.zeros(80))
    return found


def event(start_s: float, end_s: float | None = None, event_type: str = "", code: str = "") -> Marker:
    return Marker(kind="event", start_s=start_s, end_s=end_s, event_type=event_type, code=code)


def only(series: ReadingSeries, annotations: Annotations, scope: Scope) -> PersonStatistics:
    (found,) = measure(series, annotations, [scope])
    (person,) = found.persons
    return person


def test_spans_are_joined_and_tell_what_lies_within() -> None:
    spans = [(5.0, 6.0), (1.0, 3.0), (2.0, 2.5), (3.0, 4.0), (9.0, 9.0)]
    assert together(spans) == ((1.0, 4.0), (5.0, 6.0))
    assert length_s(spans) == 4.0
    times_s = np.array([0.9, 1.0, 2.2, 3.0, 4.0, 5.0, 6.0, 9.0])
    assert within(times_s, spans).tolist() == [False, True, True, True, False, True, False, False]
    assert not within(times_s, []).any()


def test_over_everything_the_figures_are_those_of_the_summary(series: ReadingSeries) -> None:
    annotations = add_marker(name_person(EMPTY, 1, "Anna"), Marker(kind="exclude", start_s=1.0, end_s=2.0))
    (found,) = measure(series, annotations, [Scope(WHOLE)])
    for person, whole in zip(apply_persons(series, annotations), found.persons, strict=True):
        expected = statistics_of(person, annotations)
        assert expected is not None
        for name in expected.__slots__:
            assert getattr(whole, name) == getattr(expected, name), name


def test_a_selection_counts_only_what_lies_in_it(series: ReadingSeries) -> None:
    person = only(series, EMPTY, selection_scope((4.0, 9.0)))
    assert person.in_view_s == pytest.approx(5.0)
    assert person.shares == pytest.approx({LABELS[0]: 0.25, LABELS[1]: 0.75})
    assert person.uncertain == pytest.approx(0.2)
    happy = person.probabilities[LABELS[1]]
    assert (happy.mean, happy.median) == pytest.approx((0.75 * 0.9, 0.9), abs=1e-6)
    assert happy.deviation == pytest.approx(0.9 * np.sqrt(0.75 * 0.25), abs=1e-6)


def test_excluded_spans_never_count(series: ReadingSeries) -> None:
    annotations = add_marker(EMPTY, Marker(kind="exclude", start_s=5.0, end_s=7.0))
    assert only(series, annotations, selection_scope((4.0, 8.0))).in_view_s == pytest.approx(2.0)
    (found,) = measure(series, annotations, [selection_scope((5.5, 6.0))])
    assert found.persons == ()


def test_a_condition_is_all_events_of_a_type_overlaps_counted_once(series: ReadingSeries) -> None:
    annotations = EMPTY
    for marker in (
        event(0.5, 1.5, "Stimulus", "12"),
        event(1.0, 2.0, "Stimulus", "12"),
        event(6.0, event_type="Stimulus", code="12"),
        event(8.0, 9.0, "Answer"),
        event(13.0),
        Marker(kind="note", start_s=3.0),
    ):
        annotations = add_marker(annotations, marker)
    stimulus, answer, plain = condition_scopes(annotations)
    assert (stimulus.name, stimulus.code, stimulus.events) == ("Stimulus", "12", 3)
    assert stimulus.spans == ((0.5, 2.0), (6.0, 7.0))
    person = only(series, annotations, stimulus)
    assert person.in_view_s == pytest.approx(2.5)
    assert person.shares[LABELS[1]] == pytest.approx(0.4)
    assert only(series, annotations, answer).uncertain == pytest.approx(1.0)
    assert (plain.name, only(series, annotations, plain).face_ids) == ("Event", (2,))
    assert marker_scope(event(6.0, 7.0, "Stimulus")).name == "Stimulus 00:06.000 – 00:07.000"


def test_the_median_is_that_of_time_and_not_of_readings() -> None:
    series = ReadingSeries(LABELS)
    add_rows(series, 1, np.array([0.0, 0.3, 0.4, 0.5]), np.array([0.1, 0.2, 0.6, 0.8]))
    person = only(series, EMPTY, Scope(WHOLE))
    # 0.1 for 0.3 s, then 0.2, 0.6 and 0.8 for 0.1 s each: half of the time lies just between 0.1 and 0.2.
    assert person.probabilities[LABELS[1]].median == pytest.approx(0.15, abs=1e-6)


def test_the_table_has_a_row_for_each_person_of_each_part(series: ReadingSeries, tmp_path: Path) -> None:
    annotations = add_marker(name_person(EMPTY, 2, "=Bo"), event(8.5, 9.0, "Answer", "A"))
    measured = measure(series, annotations, [Scope(WHOLE), *condition_scopes(annotations)])
    heading, *rows = measures_table(measured)
    table = [dict(zip(heading, row, strict=True)) for row in rows]
    assert [(row["condition"], row["code"], row["events"], row["person"]) for row in table] == [
        (WHOLE, None, None, "Face 1"),
        (WHOLE, None, None, "=Bo"),
        ("Answer", "A", 1, "Face 1"),
    ]
    assert table[2]["condition_s"] == 0.5
    assert table[2]["uncertain_share"] == 1.0
    assert table[2][f"p_{LABELS[1]}_mean"] is None
    assert table[2][f"share_{LABELS[1]}"] is None
    target = tmp_path / "statistics.csv"
    write_measures(measured, target)
    read = list(csv.DictReader(io.StringIO(target.read_text())))
    assert list(read[0]) == list(heading)
    assert read[1]["person"] == "'=Bo"
    assert float(read[0]["in_view_s"]) == table[0]["in_view_s"]
    with pytest.raises(RecordingError, match="--overwrite"):
        write_measures(measured, target)
