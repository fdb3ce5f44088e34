"""How long a reading stands, and that everybody who asks gets the same answer."""

from xml.etree import ElementTree as ET

import numpy as np
import pytest
from made_series import LABELS, UNCERTAIN_CODE, add_rows, face_at

from mien.core.series import ReadingSeries
from mien.report.statistics import statistics_of
from mien.session.exports.elan import to_eaf
from mien.session.notes.annotations import Annotations
from mien.session.notes.persons import apply_persons
from mien.timeline.columns import LabelColumns
from mien.timeline.history import History
from mien.timeline.lanes import Lanes
from mien.timeline.moment_text import describe_moment
from mien.timeline.runs import NOBODY, label_runs
from mien.timeline.standing import Standing, standing_of


def standing(times_s: list[float], **choices: object) -> Standing:
    face = face_at(times_s, **choices)  # type: ignore[arg-type]
    return standing_of(face.times_s, face.frames)


def test_a_reading_stands_until_the_next_and_before_a_gap_as_long_as_usual() -> None:
    found = standing([0.0, 0.1, 0.2, 9.0, 9.1], fps=10)
    assert found.length_s == pytest.approx([0.1] * 5)
    assert found.ends_part.tolist() == [False, False, True, False, True]
    assert found.parts.tolist() == [0, 0, 0, 1, 1]


def test_one_reading_stands_for_a_frame_and_none_for_nothing() -> None:
    assert standing([3.0]).length_s == pytest.approx([0.04])
    empty = standing_of(np.zeros(0), np.zeros(0, np.int64))
    assert len(empty) == 0
    assert empty.rows_at(np.array([1.0])).tolist() == [-1]


def test_a_reading_holds_from_its_time_to_before_its_end() -> None:
    found = standing([1.0, 1.1, 3.0, 3.1], fps=10)
    asked = np.array([0.99, 1.0, 1.09, 1.1, 1.199, 1.21, 2.9, 3.0, 3.15, 3.25])
    assert found.rows_at(asked).tolist() == [-1, 0, 0, 1, 1, -1, -1, 2, 3, -1]


def test_half_a_second_is_no_gap_and_a_little_more_is_one() -> None:
    assert not standing([0.0, 0.1, 0.6, 0.7], fps=10).ends_part[1]
    assert standing([0.0, 0.1, 0.61, 0.7], fps=10).ends_part[1]


def test_frames_longer_than_half_a_second_follow_one_another() -> None:
    """A time-lapse of a picture every 2 s: the face is there all the time, and away where three are missing."""
    found = standing([0.0, 2.0, 4.0, 12.0, 14.0], frames=[0, 1, 2, 6, 7])
    assert found.length_s == pytest.approx([2.0] * 5)
    assert found.ends_part.tolist() == [False, False, True, False, True]


def test_a_camera_that_came_back_leaves_a_gap_though_its_frames_are_counted_on() -> None:
    found = standing([0.0, 0.1, 0.2, 20.2, 20.3, 20.4], frames=[0, 1, 2, 3, 4, 5])
    assert found.ends_part.tolist() == [False, False, True, False, False, True]


@pytest.fixture
def series() -> ReadingSeries:
    """Neutral, happy from 2 s, uncertain from 4 s to 5 s, away, happy from 7 s to 8 s."""
    found = ReadingSeries(LABELS)
    early_s, late_s = np.arange(50) / 10, 7 + np.arange(10) / 10
    times_s = np.concatenate([early_s, late_s])
    add_rows(found, 1, times_s, np.where(times_s < 2, 0.1, 0.9), ~((times_s >= 4) & (times_s < 5)))
    return found


def test_all_who_ask_which_label_holds_get_the_same_answer(series: ReadingSeries) -> None:
    persons = apply_persons(series, Annotations())
    lanes = Lanes()
    lanes.follow(series, persons)
    (lane,) = lanes.lanes
    face = persons[0].readings
    asked = np.arange(0.005, 9.0, 0.01)  # between all edges
    asked = asked[np.abs(asked * 10 - np.round(asked * 10)) > 0.04]  # and not where float32 decides

    runs = label_runs(face)
    by_runs = [next((run.label for run in runs if run.start_s <= at_s < run.end_s), None) for at_s in asked]
    names = (*LABELS, "uncertain", None)

    for width_s in (1e-4, 5e-3):
        edges = np.column_stack([asked - width_s / 2, asked + width_s / 2])
        by_columns = [names[int(lane.labels(each)[0])] for each in edges]
        assert by_columns == by_runs

    words = [describe_moment(lane, float(at_s), 1e-4).split(": ")[-1].split("\n")[0].lower() for at_s in asked]
    assert [None if "not in view" in word else word for word in words] == by_runs

    history = History()
    for row, code in enumerate(face.codes().tolist()):
        time_s, frame = float(face.times_s[row]), int(face.frames[row])
        history.move_on(time_s)
        history.add(1, frame, time_s, names[code] or "", None, None)  # type: ignore[arg-type]
    assert [history.faces[1].label_at(float(at_s)) for at_s in asked] == by_runs
    assert history.faces[1].runs() == runs

    slots, spans = eaf_of(series)
    by_elan = [
        next((text for start, end, text in spans if slots[start] <= at_s < slots[end]), None) for at_s in asked
    ]
    assert by_elan == [None if label == "uncertain" else label for label in by_runs]

    figures = statistics_of(persons[0], Annotations())
    assert figures is not None
    assert figures.in_view_s == pytest.approx(sum(run.end_s - run.start_s for run in runs))
    assert figures.uncertain == pytest.approx(1 / 6)
    assert lane.columns.totals_s == pytest.approx([2.0, 3.0, 1.0])
    assert {run.label for run in runs} == {"neutral", "happiness", "uncertain"}


def eaf_of(series: ReadingSeries) -> tuple[dict[str, float], list[tuple[str, str, str]]]:
    root = ET.fromstring(to_eaf(series, Annotations()))
    slots = {each.attrib["TIME_SLOT_ID"]: int(each.attrib["TIME_VALUE"]) / 1000 for each in root.iter("TIME_SLOT")}
    spans = [
        (each.attrib["TIME_SLOT_REF1"], each.attrib["TIME_SLOT_REF2"], each[0].text or "")
        for each in root.iter("ALIGNABLE_ANNOTATION")
    ]
    return slots, spans


def test_columns_of_nobody_are_nobodys(series: ReadingSeries) -> None:
    columns = LabelColumns(UNCERTAIN_CODE)
    assert columns.labels(np.array([0.0, 1.0, 2.0])).tolist() == [NOBODY, NOBODY]
    columns.extend(series.face(1))
    assert columns.labels(np.array([5.5, 6.0])).tolist() == [NOBODY]
