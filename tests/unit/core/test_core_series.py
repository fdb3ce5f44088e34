import threading
from typing import Any

import numpy as np
import pytest

from mien.core.emotion import Affect
from mien.core.face import SecondReading, ShownReading
from mien.core.series import ReadingSeries
from tests.makers import emotion_of, make_reading, make_result

LABELS = ("a", "b", "c")


def reading(face_id: int, chances: Any = (0.2, 0.5, 0.3), labels: Any = LABELS, **other: Any) -> ShownReading:
    box = (1.0, 2.0, 30.0 + face_id, 40.0)
    more = {"affect": None, "score": 0.75, **other}
    return make_reading(face_id, emotion=emotion_of(labels, chances), box=box, **more)


def test_frames_with_and_without_faces_are_counted() -> None:
    series = ReadingSeries(LABELS)
    assert (series.frame_count, series.end_s, series.face_ids()) == (0, 0.0, ())
    series.append(make_result(0))
    series.append(make_result(1, (reading(7), reading(2)), 0.5))
    assert (series.frame_count, series.end_s, series.face_ids()) == (2, 0.5, (7, 2))


def test_columns_hold_what_was_read() -> None:
    series = ReadingSeries(LABELS)
    series.append_readings(4, 0.25, [reading(1, affect=Affect(0.5, -0.5))])
    series.append_readings(5, 0.50, [reading(1, reason="dark", score=0.25)])
    face = series.face(1)
    assert (face.face_id, face.labels, len(face)) == (1, LABELS, 2)
    assert face.times_s.tolist() == [0.25, 0.5]
    assert face.frames.tolist() == [4, 5]
    assert face.boxes[0].tolist() == [1.0, 2.0, 31.0, 40.0]
    np.testing.assert_array_equal(face.probabilities[0], np.array([0.2, 0.5, 0.3], np.float32))
    assert face.affect[0].tolist() == [0.5, -0.5]
    assert np.isnan(face.affect[1]).all()
    assert face.quality.tolist() == [0.75, 0.25]
    assert face.usable.tolist() == [True, False]
    assert face.reasons.tolist() == [None, "dark"]
    assert face.top_labels() == ["b", "uncertain"]
    with pytest.raises(KeyError):
        series.face(2)


def test_a_network_with_other_labels_leaves_gaps() -> None:
    series = ReadingSeries(LABELS)
    series.append_readings(0, 0.0, [reading(1, (0.25, 0.75), ("c", "x"))])
    chances = series.face(1).probabilities[0]
    assert np.isnan(chances[:2]).all()
    assert chances[2] == 0.25
    assert series.face(1).top_labels() == ["c"]


def test_a_second_network_has_columns_of_its_own() -> None:
    series = ReadingSeries(LABELS, ("x", "y"))
    second = SecondReading(emotion_of(("x", "y"), (0.25, 0.75)), Affect(0.5, -0.25))
    series.append_readings(0, 0.0, [reading(1, other=second)])
    series.append_readings(1, 0.1, [reading(1)])
    series.append_rows(
        np.array([2]),
        np.array([0.2]),
        np.array([1]),
        np.array([True]),
        np.array([[1, 2, 3, 4, 0, 0, 1, 0.2, 0.5, 0.3, -0.5, 0.125, 0.5, 0.5]], np.float32),
        np.array([True]),
        np.array([None], object),
    )
    face = series.face(1)
    assert face.probabilities.shape == (3, 3)
    assert face.other is not None
    assert face.other.labels == ("x", "y")
    np.testing.assert_array_equal(face.other.probabilities, [[0.25, 0.75], [np.nan, np.nan], [0.5, 0.5]])
    np.testing.assert_array_equal(face.other.affect, [[0.5, -0.25], [np.nan, np.nan], [-0.5, 0.125]])
    part = face.between(0.1, 0.3)
    assert part.other is not None
    assert part.other.affect[1].tolist() == [-0.5, 0.125]
    assert not part.other.probabilities.flags.writeable
    assert ReadingSeries(LABELS).other_labels == ()


def test_what_was_handed_out_stays_while_it_grows() -> None:
    series = ReadingSeries(LABELS)
    series.append_readings(0, 0.0, [reading(1)])
    early = series.face(1)
    for index in range(1, 5000):
        series.append_readings(index, index / 30, [reading(1)])
    assert len(early) == 1
    assert len(series.face(1)) == 5000
    assert np.array_equal(series.face(1).frames, np.arange(5000))
    assert not early.times_s.flags.writeable
    assert not early.boxes.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        early.probabilities[0, 0] = 1.0


def test_a_part_is_no_copy() -> None:
    series = ReadingSeries(LABELS)
    for index in range(100):
        series.append_readings(index, index / 10, [reading(1)])
    face = series.face(1)
    part = face.between(2.0, 3.0)
    assert part.frames.tolist() == list(range(20, 30))
    assert np.shares_memory(part.probabilities, face.probabilities)
    assert len(face.between(50.0, 60.0)) == 0
    assert face.between(50.0, 60.0).top_labels() == []


def columns(frames: Any, faces: Any, times_s: Any = None) -> dict[str, Any]:
    count = len(frames)
    return {
        "frames": np.array(frames, np.int64),
        "times_s": np.array(frames if times_s is None else times_s, np.float64),
        "face_ids": np.array([face or 0 for face in faces], np.int64),
        "has_face": np.array([face is not None for face in faces], np.bool_),
        "numbers": np.arange(count * 10, dtype=np.float32).reshape(count, 10),
        "usable": np.ones(count, np.bool_),
        "reasons": np.full(count, None, np.object_),
    }


def test_rows_of_a_table_are_taken_at_once() -> None:
    series = ReadingSeries(LABELS)
    series.append_rows(**columns([0, 1, 1, 2], [None, 5, 3, 5]))
    # A frame may go on in the next batch.
    series.append_rows(**columns([2, 3], [3, None]))
    series.append_rows(**columns([], []))
    assert (series.frame_count, series.end_s, series.face_ids()) == (4, 3.0, (5, 3))
    face = series.face(5)
    assert face.frames.tolist() == [1, 2]
    assert face.boxes[0].tolist() == [10.0, 11.0, 12.0, 13.0]
    assert face.affect[0].tolist() == [14.0, 15.0]
    assert face.quality[0] == 16.0
    assert face.probabilities[0].tolist() == [17.0, 18.0, 19.0]
    assert series.face(3).frames.tolist() == [1, 2]


def test_many_rows_grow_the_columns() -> None:
    series = ReadingSeries(LABELS)
    for start in range(0, 9000, 3000):
        series.append_rows(**columns(list(range(start, start + 3000)), [1] * 3000))
    assert np.array_equal(series.face(1).frames, np.arange(9000))


@pytest.mark.parametrize("times_s", [[0.0, 0.0], [1.0, 0.5], [0.0, float("nan")]])
def test_times_that_do_not_rise_are_refused(times_s: list[float]) -> None:
    with pytest.raises(ValueError, match="rise"):
        ReadingSeries(LABELS).append_rows(**columns([0, 1], [1, 1], times_s))


def test_looking_while_it_grows() -> None:
    series = ReadingSeries(LABELS)
    series.append_readings(0, 0.0, [reading(1)])
    done = threading.Event()
    wrong: list[str] = []

    def look() -> None:
        while not done.is_set():
            face = series.face(1)
            if not np.array_equal(face.frames, np.arange(len(face))):
                wrong.append(str(face.frames))

    watcher = threading.Thread(target=look)
    watcher.start()
    for index in range(1, 3000):
        series.append_readings(index, index / 30, [reading(1)])
    done.set()
    watcher.join()
    assert not wrong
