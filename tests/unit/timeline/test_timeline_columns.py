"""Labels and numbers in columns of pixels, and lanes that follow what is read."""

import numpy as np
import pytest
from made_series import LABELS, UNCERTAIN_CODE, add_rows

from mien.core.series import ReadingSeries
from mien.session.notes.annotations import Annotations, Person
from mien.session.notes.persons import apply_persons
from mien.timeline.columns import LabelColumns, curve_in
from mien.timeline.lanes import Lanes, overlap_s, trail_of
from mien.timeline.quantities import AROUSAL, QUALITY, VALENCE, Quantity, quantities_of
from mien.timeline.runs import NOBODY, column_runs
from mien.timeline.standing import standing_of
from mien.timeline.visible_range import VisibleRange

HAPPINESS = Quantity("probability", "happiness")


@pytest.mark.parametrize("columns", [20, 200, 2000])
def test_columns_show_what_was_read_at_every_zoom(lanes: Lanes, columns: int) -> None:
    labels = lanes.lanes[0].labels(VisibleRange.whole(20.0).edges(columns))

    def at(time_s: float) -> int:
        return int(labels[int(time_s / 20 * columns)])

    assert [at(time_s) for time_s in (0.5, 4.5, 5.5, 7.5, 8.5, 9.5)] == [0, 0, 1, 1, 2, 2]
    assert [at(time_s) for time_s in (10.5, 15.0)] == [NOBODY, NOBODY]
    assert (labels != NOBODY).mean() == pytest.approx(0.5, abs=0.02 + 1 / columns)


def test_columns_take_the_majority() -> None:
    columns = LabelColumns(2)
    found = ReadingSeries(LABELS)
    add_rows(found, 1, np.arange(10) / 10, np.array([0.9] * 6 + [0.1] * 4))
    columns.extend(found.face(1))
    assert columns.labels(np.array([0.0, 1.0])).tolist() == [1]
    assert columns.counts(np.array([0.0, 0.6, 1.0])).tolist() == [[0, 6, 0], [4, 0, 0]]
    assert columns.totals_s == pytest.approx([0.4, 0.6, 0.0])


def test_columns_grow_as_the_series_does() -> None:
    columns = LabelColumns(UNCERTAIN_CODE)
    grown = ReadingSeries(LABELS)
    for part in range(30):
        add_rows(grown, 1, part * 10 + np.arange(100) / 10, np.full(100, 0.9))
        columns.extend(grown.face(1))
    assert len(columns) == 3000
    edges = np.array([0.0, 150.0, 300.0])
    assert columns.counts(edges).tolist() == [[0, 1500, 0], [0, 1500, 0]]
    assert columns.totals_s == pytest.approx([0.0, 300.0, 0.0])


def test_stretches_of_columns() -> None:
    codes = np.array([0] * 10 + [2] * 10 + [NOBODY] * 10, np.int16)
    assert column_runs(codes, 5) == [(0, 10, 0), (10, 20, 2)]
    assert column_runs(codes, 11) == []
    assert column_runs(codes[:0]) == []


def test_a_curve_has_means_and_is_broken_where_the_face_was_away(series: ReadingSeries) -> None:
    whole = ReadingSeries(LABELS)
    times_s = np.concatenate([np.arange(40) / 10, 6 + np.arange(40) / 10])
    add_rows(whole, 1, times_s, np.where(times_s < 2, 0.2, 0.8))
    face = whole.face(1)
    standing = standing_of(face.times_s, face.frames)
    curve = curve_in(standing, HAPPINESS.values(face), np.arange(0.0, 10.1, 1.0))
    assert curve.columns.tolist() == [0, 1, 2, 3, 6, 7, 8, 9]
    assert curve.values == pytest.approx([0.2, 0.2, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8])
    assert curve.starts_part.tolist() == [True, False, False, False, True, False, False, False]
    assert [(part.start, part.stop) for part in curve.parts()] == [(0, 4), (4, 8)]


def test_a_curve_between_readings_is_one_line_and_outside_there_is_none(series: ReadingSeries) -> None:
    face = series.face(1)
    standing = standing_of(face.times_s, face.frames)
    curve = curve_in(standing, VALENCE.values(face), np.linspace(1.0, 2.0, 101))
    assert len(curve.columns) == pytest.approx(10, abs=1)
    assert curve.starts_part.sum() == 1
    assert curve.values == pytest.approx(np.sin(1.0 + curve.columns / 100), abs=0.02)
    nothing = curve_in(standing, VALENCE.values(face), np.linspace(30.0, 40.0, 11))
    assert nothing.parts() == []
    unknown = curve_in(standing, np.full(len(face), np.nan, np.float32), np.linspace(0.0, 10.0, 11))
    assert len(unknown.columns) == 0


def test_quantities_are_found_by_kind_and_network(series: ReadingSeries) -> None:
    face = series.face(1)
    assert HAPPINESS.values(face)[[0, 60]] == pytest.approx([0.0, 0.9])
    assert QUALITY.values(face)[0] == pytest.approx(0.8)
    assert AROUSAL.values(face)[0] == pytest.approx(1.0)
    assert np.isnan(Quantity("probability", "fear").values(face)).all()
    assert np.isnan(Quantity("valence", is_second=True).values(face)).all()
    keys = [quantity.key for quantity in quantities_of(LABELS, ("anger",))]
    assert keys == [*LABELS, "valence", "arousal", "quality", "second anger", "second valence", "second arousal"]
    assert (HAPPINESS.lowest, VALENCE.lowest, VALENCE.highest) == (0.0, -1.0, 1.0)


def test_merged_faces_share_a_lane(lanes: Lanes, series: ReadingSeries) -> None:
    merged = Annotations(persons=(Person(name="Ada", face_ids=(1, 2)),))
    assert lanes.follow(series, apply_persons(series, merged))
    (lane,) = lanes.lanes
    assert (lane.name, lane.is_named, lane.first_s, len(lane.readings)) == ("Ada", True, 0.0, 180)
    labels = lane.labels(VisibleRange.whole(20.0).edges(20))
    assert (labels[:10] != NOBODY).all()
    assert (labels[13:] == 0).all()
    assert lanes.names() == {1: 1, 2: 1}
    assert lanes.given_names() == {1: "Ada"}
    assert not lanes.follow(series, apply_persons(series, merged))


def test_two_faces_of_one_person_in_a_frame_count_once(series: ReadingSeries) -> None:
    add_rows(series, 3, 12 + np.arange(80) / 10, np.full(80, 0.9))
    both = Annotations(persons=(Person(face_ids=(2, 3)),))
    lanes = Lanes()
    lanes.follow(series, apply_persons(series, both))
    lane = lanes.lanes[1]
    assert len(lane.readings) == 80
    assert lane.columns.totals_s == pytest.approx([8.0, 0.0, 0.0])


def test_lanes_follow_what_grows_and_start_anew_with_another_run(lanes: Lanes, series: ReadingSeries) -> None:
    annotations = Annotations()
    first, second = lanes.lanes
    assert not lanes.follow(series, apply_persons(series, annotations))
    add_rows(series, 2, 20 + np.arange(10) / 10, np.full(10, 0.9))
    assert lanes.follow(series, apply_persons(series, annotations))
    assert lanes.lanes[0] is first
    assert len(lanes.lanes[1].readings) == len(second.readings) + 10
    again = ReadingSeries(LABELS)
    times_s = np.arange(100) / 10
    add_rows(again, 1, times_s, np.full(100, 0.9))
    assert lanes.follow(again, apply_persons(again, annotations))
    assert lanes.lanes[0].columns.totals_s == pytest.approx([0.0, 10.0, 0.0])
    assert lanes.follow(None, ())
    assert (lanes.lanes, lanes.labels) == ((), ())


def test_overlap_is_measured(lanes: Lanes, series: ReadingSeries) -> None:
    add_rows(series, 3, 13.0 + np.arange(50) / 10, np.zeros(50))
    lanes.follow(series, apply_persons(series, Annotations()))
    first, second, third = lanes.lanes
    assert overlap_s(first, second) == 0.0
    assert overlap_s(second, third) == pytest.approx(5.0, abs=0.2)


def test_the_trail_is_where_two_numbers_were(lanes: Lanes) -> None:
    points = trail_of(lanes.lanes[0], (VALENCE, AROUSAL), 5.0, 2.0)
    assert len(points) == 16
    for at_s, valence, arousal in points:
        assert 3.0 <= at_s <= 5.0
        assert (valence, arousal) == pytest.approx((np.sin(at_s), np.cos(at_s)), abs=0.1)
    assert trail_of(lanes.lanes[0], (VALENCE, AROUSAL), 12.0, 1.0) == []
