"""Blinks and action units as stretches of time, for ELAN and lists."""

from dataclasses import replace

import numpy as np
import pytest

from mien.core.action_units import UNITS
from mien.core.face_details import BLINK, POSITIONS, details_of
from mien.core.face_series import FaceSeries, ShownColumns
from mien.core.own_expressions import parse_own
from mien.core.series import ReadingSeries
from mien.inference.landmark_session import face_model
from mien.report.facts import person_facts
from mien.report.measures import Scope, figures_of, measure, selection_scope
from mien.report.statistics import OwnFigure, statistics_of
from mien.session.exports.elan import to_eaf
from mien.session.notes.annotations import Annotations
from mien.session.notes.persons import apply_persons
from mien.timeline.detail_runs import blink_runs, runs_by_name, unit_runs
from tests.made_meshes import made_mesh
from tests.makers import emotion_of, make_reading

AU12 = next(unit for unit in UNITS if unit.number == 12)
LABELS = ("neutral", "happiness")


def _series(smiles: list[float], blinks: list[float], gap_at: int = -1) -> ReadingSeries:
    series = ReadingSeries(LABELS, has_details=True)
    for at, (smile, blink) in enumerate(zip(smiles, blinks, strict=True)):
        frame = at + (100 if -1 < gap_at <= at else 0)
        details = details_of(made_mesh(mouthSmileLeft=smile), face_model(), blink, 0.0)
        reading = make_reading(emotion=emotion_of(LABELS, (0.5, 0.5)), affect=None, details=details)
        series.append_readings(frame, frame / 25, [reading])
    return series


def _face(*args: list[float], gap_at: int = -1) -> FaceSeries:
    return _series(*args, gap_at=gap_at).face(1)


def test_a_blink_runs_from_its_first_picture_to_the_end_of_its_last() -> None:
    face = _face([0.0] * 20, [0.0] * 5 + [1.0] * 4 + [0.0] * 11)
    (run,) = blink_runs(face)
    assert (run.start_s, run.end_s) == pytest.approx((0.2, 0.36))


def test_a_unit_is_written_down_where_it_is_marked_long_enough() -> None:
    face = _face([0.1] * 5 + [0.5, 0.95, 0.5, 0.5] + [0.1] * 3 + [0.6] + [0.1] * 3, [0.0] * 16)
    (run,) = unit_runs(face, AU12.columns)
    assert (run.start_s, run.end_s) == pytest.approx((0.2, 0.36))
    assert run.text == "E"


def test_a_gap_in_the_readings_ends_a_stretch() -> None:
    face = _face([0.7] * 12, [0.0] * 12, gap_at=6)
    assert len(unit_runs(face, AU12.columns)) == 2


def test_elan_has_a_tier_for_each_thing_that_happened() -> None:
    series = _series([0.7] * 12, [0.0] * 4 + [1.0] * 3 + [0.0] * 5)
    assert runs_by_name(series.face(1)).keys() == {"Blinks", "AU12"}
    eaf = to_eaf(series, Annotations()).decode()
    assert 'TIER_ID="Face 1 · Blinks"' in eaf
    assert 'TIER_ID="Face 1 · AU12"' in eaf
    assert "AU26" not in eaf


def test_the_summary_counts_blinks_and_means_of_units() -> None:
    blinks = ([0.0] * 60 + [1.0] * 3) * 6
    series = _series([0.5] * len(blinks), blinks)
    (person,) = apply_persons(series, Annotations())
    figures = statistics_of(person, Annotations())
    assert figures is not None
    assert figures.blinks == pytest.approx(6 / (len(blinks) - 1) * 25 * 60, rel=0.01)
    assert figures.units["AU12"].mean == pytest.approx(0.25)
    assert figures.head_deg is not None


def test_own_expressions_are_stretches_and_figures() -> None:
    own = parse_own(("grin = au12_left > 0.6", "smile = au12 - 0.5"))
    smiles = [0.1] * 5 + [0.7] * 5 + [0.1] * 5 + [0.8] * 5
    series = _series(smiles, [0.0] * 20).with_shown(lambda face: (_as_it_is(face), None), own)
    eaf = to_eaf(series, Annotations()).decode()
    assert 'TIER_ID="Face 1 · grin"' in eaf
    assert "smile" not in eaf
    (person,) = apply_persons(series, Annotations())
    figures = statistics_of(person, Annotations())
    assert figures is not None
    assert figures.own["grin"] == OwnFigure(pytest.approx(0.5), 2)
    assert figures.own["smile"] == OwnFigure(pytest.approx(np.mean(smiles) / 2 - 0.5, abs=1e-4), None)
    assert ("Own: grin", "50% of the time, 2 times") in person_facts(figures)


def _as_it_is(face: FaceSeries) -> ShownColumns:
    values = np.concatenate([face.probabilities, face.affect], axis=1)
    return ShownColumns(values, face.tops, face.reasons, face.relative)


def test_a_series_without_details_has_no_stretches() -> None:
    face = _face([0.7] * 3, [1.0] * 3)
    plain = replace(face, details=face.details[:, :2], detail_names=("yaw_deg", "roll_deg"))
    assert runs_by_name(plain) == {}
    assert POSITIONS[BLINK] > 2


def test_a_part_of_the_time_has_its_own_blinks_and_units() -> None:
    blinks = ([0.0] * 20 + [1.0] * 3) * 4
    smiles = [0.1] * 46 + [0.7] * 46
    series = _series(smiles, blinks)
    (whole, part) = measure(series, Annotations(), [Scope("all"), selection_scope((0.0, 46 / 25))])
    assert [each.persons[0].blink_count for each in (whole, part)] == [4, 2]
    assert part.persons[0].units["AU12"].mean == pytest.approx(0.05, abs=1e-4)
    assert whole.persons[0].units["AU12"].mean == pytest.approx(0.2, abs=1e-4)
    assert figures_of(part.persons[0])["au12_sd"] == pytest.approx(0.0, abs=1e-4)
