"""The last minute that Live draws."""

from mien.core.emotion import Affect
from mien.timeline.history import SPAN_S, History
from tests.makers import emotion_of

EMOTION = emotion_of(("neutral", "happiness"), (0.5, 0.5))


def add(history: History, time_s: float, label: str) -> None:
    history.move_on(time_s)
    history.add(1, round(time_s * 10), time_s, label, EMOTION, Affect(0.1, 0.2))


def test_it_joins_equal_labels_and_leaves_holes() -> None:
    history = History()
    for index in range(10):
        add(history, index * 0.1, "happiness")
    for index in range(10):
        add(history, 5.0 + index * 0.1, "happiness")
    add(history, 6.0, "uncertain")
    runs = history.faces[1].runs()
    assert [(run.label, round(run.start_s, 1), round(run.end_s, 1)) for run in runs] == [
        ("happiness", 0.0, 1.0),
        ("happiness", 5.0, 6.0),
        ("uncertain", 6.0, 6.1),
    ]
    assert [point.time_s for point in history.faces[1].points if point.starts_part] == [0.0, 5.0]
    assert not history.faces[1].points[-1].is_certain
    assert history.faces[1].label_at(3.0) is None


def test_points_are_thinned_out_and_labels_are_not() -> None:
    history = History()
    for index in range(300):
        add(history, index / 100, "happiness" if index % 2 else "fear")
    assert 28 <= len(history.faces[1].points) <= 31
    assert len(history.faces[1].runs()) == 300


def test_it_forgets_what_is_older_than_a_minute() -> None:
    history = History()
    for tenth in range(1000):
        add(history, tenth / 10, "neutral" if tenth // 10 % 2 else "fear")
    assert all(run.end_s >= 99 - SPAN_S for run in history.faces[1].runs())
    assert len(history.faces[1].points) <= SPAN_S * 10 + 1
    history.move_on(300.0)
    assert history.faces == {}


def test_it_starts_anew_when_time_runs_back() -> None:
    history = History()
    add(history, 50.0, "fear")
    history.move_on(1.0)
    assert history.faces == {}
    assert history.resets == 1


def test_lanes_keep_the_selected_face_and_those_seen_last() -> None:
    history = History()
    history.move_on(0.0)
    for track_id in range(1, 6):
        history.add(track_id, track_id, float(track_id), "fear", EMOTION, None)
    assert history.lanes(3, selected=1) == [1, 4, 5]
