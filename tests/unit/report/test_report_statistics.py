"""Figures of a person, against small series whose answer is known by hand."""

import numpy as np
import pytest

from mien.core.face_series import FaceSeries
from mien.core.series import ReadingSeries
from mien.report.facts import person_facts
from mien.report.statistics import statistics_of
from mien.report.summary import summarise
from mien.session.document import NetworkRecord, SessionDocument, SourceRecord
from mien.session.notes.annotations import Annotations, Marker, Person
from mien.session.notes.hand_labels import set_label
from mien.session.notes.persons import apply_persons

LABELS = ("neutral", "happiness")


def series_of(
    rows: list[tuple[float, int, float, float | None]], *, unusable: dict[float, str] | None = None
) -> ReadingSeries:
    """Rows of time, face, probability of happiness, valence (arousal is half of it)."""
    series = ReadingSeries(LABELS)
    for number, (time_s, face_id, happy, valence) in enumerate(rows):
        affect = (np.nan, np.nan) if valence is None else (valence, valence / 2)
        reason = (unusable or {}).get(time_s)
        series.append_rows(
            np.array([number]),
            np.array([time_s]),
            np.array([face_id]),
            np.array([True]),
            np.array([[0, 0, 50, 60, *affect, 0.8, 1 - happy, happy]], np.float32),
            np.array([reason is None]),
            np.array([reason], object),
        )
    return series


def only(series: ReadingSeries, annotations: Annotations) -> FaceSeries:
    (person,) = apply_persons(series, annotations)
    return person.readings


def test_shares_count_time_and_not_frames() -> None:
    # Happy for 0.4 s in two readings, neutral for 0.4 s in four.
    rows = [(0.0, 1, 0.9, 0.5), (0.2, 1, 0.9, 0.5)]
    rows += [(0.4 + 0.1 * step, 1, 0.1, -0.5) for step in range(4)]
    series = series_of(rows)
    (person,) = apply_persons(series, Annotations())
    found = statistics_of(person, Annotations())
    assert found is not None
    assert found.in_view_s == pytest.approx(0.8)
    assert found.shares["happiness"] == pytest.approx(0.5)
    assert found.probabilities["happiness"].mean == pytest.approx(0.5)
    assert found.valence is not None
    assert found.valence.mean == pytest.approx(0.0, abs=1e-6)
    assert found.valence.deviation == pytest.approx(0.5)
    assert found.arousal is not None
    assert found.arousal.deviation == pytest.approx(0.25)
    assert found.quality == pytest.approx(0.8)


def test_uncertain_time_has_no_expression_and_says_why() -> None:
    rows = [(0.1 * step, 1, 0.9, 0.5) for step in range(10)]
    series = series_of(rows, unusable={rows[0][0]: "dark", rows[1][0]: "dark", rows[2][0]: "blurred"})
    (person,) = apply_persons(series, Annotations())
    found = statistics_of(person, Annotations())
    assert found is not None
    assert found.uncertain == pytest.approx(0.3)
    assert list(found.reasons) == ["dark", "blurred"]
    assert found.shares == {"neutral": 0.0, "happiness": pytest.approx(1.0)}


def test_all_uncertain_gives_no_shares() -> None:
    rows = [(0.1 * step, 1, 0.9, 0.5) for step in range(3)]
    series = series_of(rows, unusable={row[0]: "dark" for row in rows})
    (person,) = apply_persons(series, Annotations())
    found = statistics_of(person, Annotations())
    assert found is not None
    assert sum(found.shares.values()) == 0.0
    assert found.valence is None
    assert found.changes is None


def test_excluded_spans_do_not_count() -> None:
    rows = [(0.1 * step, 1, 0.9 if step < 10 else 0.1, 0.5) for step in range(20)]
    series = series_of(rows)
    out = Annotations(markers=(Marker(kind="exclude", start_s=0.95, end_s=5.0),))
    (person,) = apply_persons(series, out)
    found = statistics_of(person, out)
    assert found is not None
    assert found.shares["happiness"] == pytest.approx(1.0)
    assert found.in_view_s == pytest.approx(1.0)
    nothing = Annotations(markers=(Marker(kind="exclude", start_s=0.0, end_s=5.0),))
    assert statistics_of(person, nothing) is None


def test_changes_are_counted_only_between_neighbours() -> None:
    rows = [(0.1 * step, 1, 0.9 if step // 50 % 2 else 0.1, None) for step in range(200)]
    (person,) = apply_persons(series_of(rows), Annotations())
    found = statistics_of(person, Annotations())
    assert found is not None
    assert found.changes == pytest.approx(3 / (20.0 / 60.0), rel=0.01)
    assert found.valence is None


def test_a_change_is_seen_across_uncertain_readings_but_not_across_an_absence() -> None:
    between_s = [8.0 + 0.1 * step for step in range(10)]

    def with_gap(gap: list[tuple[float, int, float, float | None]]) -> float | None:
        happy = [(0.1 * step, 1, 0.9, None) for step in range(80)]
        neutral = [(9.0 + 0.1 * step, 1, 0.1, None) for step in range(80)]
        series = series_of([*happy, *gap, *neutral], unusable=dict.fromkeys(between_s, "low confidence"))
        (person,) = apply_persons(series, Annotations())
        found = statistics_of(person, Annotations())
        assert found is not None
        return found.changes

    assert with_gap([(time_s, 1, 0.5, None) for time_s in between_s]) == pytest.approx(1 / (16.0 / 60.0), rel=0.02)
    assert with_gap([]) == 0.0


def document() -> SessionDocument:
    return SessionDocument(
        program="mien 0.1.0",
        started_at="2026-01-02T10:11:12+01:00",
        duration_s=10.0,
        frames=100,
        source=SourceRecord(kind="file", name="talk.mp4", sha256="ab" * 32),
        networks=(NetworkRecord(name="mien-s", sha256="cd" * 32, labels=LABELS, provider="cpu"),),
        detector="full-range",
        settings={"smoothing_s": 0.3, "min_confidence": 0.4},
    )


def test_a_summary_gathers_people_and_time_left_out_once() -> None:
    rows = [(0.1 * step, 1 if step < 50 else 3, 0.9, 0.5) for step in range(100)] + [(9.95, 7, 0.1, 0.0)]
    markers = (
        Marker(kind="exclude", start_s=1.0, end_s=3.0),
        Marker(kind="exclude", start_s=2.0, end_s=4.0),
        Marker(kind="exclude", start_s=9.0, end_s=50.0),
    )
    annotations = Annotations(markers=markers, persons=(Person(name="Ada", face_ids=(1, 3)),))
    summary = summarise("talk", document(), series_of(rows), annotations)
    assert [part.statistics.name for part in summary.people] == ["Ada"]
    assert summary.brief == ("Face 7",)
    assert summary.excluded_s == pytest.approx(4.0)
    assert summary.people[0].statistics.in_view_s == pytest.approx(6.0, abs=0.15)


def test_labels_by_hand_are_compared_with_the_network_over_time() -> None:
    # Happy for 0.4 s in two readings, neutral for 0.4 s in four; by hand: happy for 0.5 s, then another word.
    rows = [(0.0, 1, 0.9, 0.5), (0.2, 1, 0.9, 0.5)]
    rows += [(0.4 + 0.1 * step, 1, 0.1, -0.5) for step in range(4)]
    series = series_of(rows)
    annotations = set_label(Annotations(), (1,), 0.0, 0.5, "happiness")
    annotations = set_label(annotations, (1,), 0.5, 0.7, "neutral")
    annotations = set_label(annotations, (1,), 0.7, 5.0, "smirk")
    (person,) = apply_persons(series, annotations)
    found = statistics_of(person, annotations)
    assert found is not None
    by_hand = found.by_hand
    assert by_hand is not None
    assert by_hand.length_s == pytest.approx(0.8)
    assert by_hand.shares == pytest.approx({"happiness": 0.625, "neutral": 0.25, "smirk": 0.125})
    assert by_hand.compared_s == pytest.approx(0.7)
    # Both happy for 0.4 s and both neutral for 0.2 s of 0.7 s.
    assert by_hand.agreement == pytest.approx(0.6 / 0.7)
    chance = (0.5 * 0.4 + 0.2 * 0.3) / 0.49
    assert by_hand.kappa == pytest.approx((0.6 / 0.7 - chance) / (1 - chance))
    facts = dict(person_facts(found))
    assert facts["Labelled by hand"].startswith("00:00.8 (Happiness 6")
    assert ", Neutral 25%, Smirk 1" in facts["Labelled by hand"]
    assert facts["Network agrees with it"] == "86% of 0.7 s compared, Cohen's kappa +0.70"


def test_without_labels_by_hand_nothing_is_said_of_them() -> None:
    series = series_of([(0.1 * step, 1, 0.9, 0.5) for step in range(4)])
    late = set_label(Annotations(), (1,), 7.0, 8.0, "happiness")
    other = set_label(Annotations(), (2,), 0.0, 8.0, "happiness")
    for annotations in (Annotations(), late, other):
        (person,) = apply_persons(series, annotations)
        found = statistics_of(person, annotations)
        assert found is not None
        assert found.by_hand is None
    alone = set_label(Annotations(), (1,), 0.0, 8.0, "happiness")
    found = statistics_of(person, alone)
    assert found is not None
    assert found.by_hand is not None
    assert (found.by_hand.agreement, found.by_hand.kappa) == (1.0, None)
