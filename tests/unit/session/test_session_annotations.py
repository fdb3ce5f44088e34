"""Markers and persons: pure edits, the file, and what they mean for readings."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from mien.core.emotion import EXPRESSIONS
from mien.core.face import SecondReading
from mien.core.series import ReadingSeries
from mien.core.shown import as_read
from mien.errors import RecordingError
from mien.session.notes.annotation_edits import (
    add_marker,
    merge_faces,
    name_person,
    person_of,
    remove_marker,
    replace_marker,
    split_face,
)
from mien.session.notes.annotation_file import load_annotations, save_annotations, save_changes
from mien.session.notes.annotations import Annotations, Marker, Person
from mien.session.notes.marker_text import describe_marker
from mien.session.notes.persons import apply_persons, included

EMPTY = Annotations()
LATE, EARLY = Marker(kind="event", start_s=5.0, text="late"), Marker(kind="note", start_s=1.0, text="early")


def test_a_marker_has_whole_milliseconds_everywhere() -> None:
    marker = Marker(kind="exclude", start_s=100 / 30, end_s=4.00049)
    assert (marker.start_s, marker.end_s) == (3.333, 4.0)
    assert describe_marker(marker) == "Excluded, 00:03.333 to 00:04.000"
    assert msgspec.json.decode(b'{"kind": "event", "start_s": 1.23456}', type=Marker).start_s == 1.235


def test_markers_stand_in_the_order_of_time() -> None:
    both = add_marker(add_marker(EMPTY, LATE), EARLY)
    assert both.markers == (EARLY, LATE)
    assert EMPTY.markers == ()
    assert remove_marker(both, EARLY).markers == (LATE,)
    moved = Marker(kind="note", start_s=9.0, text="moved")
    assert replace_marker(both, EARLY, moved).markers == (LATE, moved)
    with pytest.raises(ValueError, match="not in"):
        remove_marker(both, moved)
    assert both.markers == (EARLY, LATE)


def test_twins_are_removed_one_at_a_time() -> None:
    twice = add_marker(add_marker(EMPTY, LATE), LATE)
    assert remove_marker(twice, LATE).markers == (LATE,)


def test_names_are_given_and_taken() -> None:
    named = name_person(EMPTY, 3, "  Anna ")
    assert named.persons == (Person(name="Anna", face_ids=(3,)),)
    assert name_person(named, 3, "Bea").persons == (Person(name="Bea", face_ids=(3,)),)
    assert name_person(named, 3, "").persons == ()


def test_faces_are_merged_with_all_of_their_persons() -> None:
    pairs = merge_faces(merge_faces(EMPTY, [5, 2]), [7, 4], "Bea")
    assert pairs.persons == (Person(face_ids=(2, 5)), Person(name="Bea", face_ids=(4, 7)))
    all_of_them = merge_faces(pairs, [5, 4, 9])
    assert all_of_them.persons == (Person(name="Bea", face_ids=(2, 4, 5, 7, 9)),)
    assert merge_faces(pairs, [5, 4], "Cleo").persons[0].name == "Cleo"
    assert person_of(all_of_them, 7).face_ids == (2, 4, 5, 7, 9)
    assert person_of(all_of_them, 1) == Person(face_ids=(1,))


def test_a_face_is_split_off() -> None:
    merged = merge_faces(EMPTY, [1, 2, 3], "Anna")
    assert split_face(merged, 2).persons == (Person(name="Anna", face_ids=(1, 3)),)
    pair = merge_faces(EMPTY, [1, 2])
    assert split_face(pair, 1).persons == ()
    assert split_face(name_person(EMPTY, 1, "Anna"), 1).persons == ()
    assert split_face(pair, 9).persons == pair.persons


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    annotations = merge_faces(add_marker(EMPTY, LATE), [1, 2], "Änne")
    assert load_annotations(tmp_path) == EMPTY
    save_annotations(tmp_path, annotations)
    save_annotations(tmp_path, annotations)
    assert load_annotations(tmp_path) == annotations
    assert [path.name for path in tmp_path.iterdir()] == ["markers.json"]


@pytest.fixture
def series(make_reading: Any) -> ReadingSeries:
    """Face 1 in frames 0 to 9, face 2 in 20 to 29, face 3 in 5 to 24: partly at the same time as both."""
    made = ReadingSeries(EXPRESSIONS)
    for index in range(30):
        readings = []
        if index < 10:
            readings.append(make_reading(1, "happiness", score=0.5))
        if 5 <= index < 25:
            readings.append(make_reading(3, "anger", score=0.8 if index < 8 else 0.2))
        if index >= 20:
            readings.append(make_reading(2, "sadness", score=0.5))
        made.append_readings(index, index / 10, readings)
    return made


def test_every_face_belongs_to_exactly_one_person(series: ReadingSeries) -> None:
    persons = apply_persons(series, merge_faces(EMPTY, [1, 2], "Anna"))
    assert [(person.name, person.face_ids) for person in persons] == [("Anna", (1, 2)), ("Face 3", (3,))]
    anna = persons[0].readings
    assert anna.face_id == 1
    assert anna.frames.tolist() == [*range(10), *range(20, 30)]
    assert anna.top_labels() == ["happiness"] * 10 + ["sadness"] * 10
    assert persons[1].readings.times_s is not None
    assert sum(len(person.readings) for person in persons) == sum(len(series.face(i)) for i in (1, 2, 3))


def test_the_better_of_two_readings_of_a_person_is_taken(series: ReadingSeries) -> None:
    (person,) = apply_persons(series, merge_faces(EMPTY, [1, 2, 3]))
    readings = person.readings
    assert person.name == "Face 1"
    assert readings.frames.tolist() == list(range(30))
    expected = ["happiness"] * 5 + ["anger"] * 3 + ["happiness"] * 2 + ["anger"] * 10 + ["sadness"] * 10
    assert readings.top_labels() == expected
    assert np.all(np.diff(readings.times_s) > 0)
    assert not readings.probabilities.flags.writeable


def test_unknown_quality_loses_and_then_the_larger_face_wins(make_reading: Any) -> None:
    series = ReadingSeries(EXPRESSIONS)
    small, large = (10.0, 10.0, 50.0, 50.0), (10.0, 10.0, 90.0, 90.0)
    series.append_readings(0, 0.0, [make_reading(1, "fear", score=float("nan")), make_reading(2, "anger")])
    series.append_readings(1, 0.1, [make_reading(1, "fear", box=small), make_reading(2, "anger", box=large)])
    series.append_readings(2, 0.2, [make_reading(1, "fear"), make_reading(2, "anger")])
    (person,) = apply_persons(series, merge_faces(EMPTY, [1, 2]))
    assert person.readings.top_labels() == ["anger", "anger", "fear"]


def test_a_person_keeps_what_a_second_network_read(make_reading: Any) -> None:
    series = ReadingSeries(EXPRESSIONS, EXPRESSIONS)
    for index in range(4):
        first = make_reading(1 + index // 2, "anger")
        other = SecondReading(make_reading(1, "fear" if index % 2 else "sadness").emotion, None)
        series.append_readings(index, index / 10, [as_read(replace(first.raw, other=other))])
    (person,) = apply_persons(series, merge_faces(EMPTY, [1, 2]))
    assert person.readings.other is not None
    tops = person.readings.other.probabilities.argmax(axis=1)
    assert [EXPRESSIONS[top] for top in tops] == ["sadness", "fear"] * 2


def test_persons_that_never_appeared_are_none(series: ReadingSeries) -> None:
    persons = apply_persons(series, name_person(merge_faces(EMPTY, [3, 44], "Cleo"), 50, "Nobody"))
    assert [(person.name, person.readings.face_id) for person in persons] == [
        ("Face 1", 1),
        ("Cleo", 3),
        ("Face 2", 2),
    ]


def test_excluded_spans_do_not_count() -> None:
    times_s = np.arange(10) / 2
    markers = (
        Marker(kind="exclude", start_s=0.5, end_s=1.5),
        Marker(kind="event", start_s=2.0, end_s=3.0),
        Marker(kind="exclude", start_s=4.0),
    )
    counts = included(times_s, Annotations(markers=markers))
    assert counts.tolist() == [True, False, False, True, True, True, True, True, False, False]
    assert included(times_s, EMPTY).all()


def test_what_could_not_be_read_again_is_not_saved(tmp_path: Path) -> None:
    save_annotations(tmp_path, name_person(EMPTY, 1, "x" * 1000))
    assert len(load_annotations(tmp_path).persons[0].name) == 200
    before = (tmp_path / "markers.json").read_bytes()
    with pytest.raises(RecordingError, match="could not be read again"):
        save_annotations(tmp_path, add_marker(EMPTY, Marker(kind="note", start_s=float("nan"))))
    with pytest.raises(RecordingError, match="could not be read again"):
        save_annotations(tmp_path, add_marker(EMPTY, Marker(kind="note", start_s=1.0, text="x" * 20_000)))
    assert (tmp_path / "markers.json").read_bytes() == before


def test_two_windows_on_one_session_keep_the_changes_of_both(tmp_path: Path) -> None:
    at_first = Annotations(markers=(Marker(kind="event", start_s=1.0), Marker(kind="event", start_s=9.0)))
    save_annotations(tmp_path, at_first)
    mine = name_person(add_marker(at_first, Marker(kind="note", start_s=2.0, text="mine")), 1, "Ada")
    theirs = name_person(add_marker(at_first, Marker(kind="note", start_s=3.0, text="theirs")), 2, "Bea")
    theirs = remove_marker(theirs, at_first.markers[1])
    save_changes(tmp_path, at_first, mine)
    save_changes(tmp_path, at_first, theirs)
    found = load_annotations(tmp_path)
    assert [(marker.start_s, marker.text) for marker in found.markers] == [
        (1.0, ""),
        (2.0, "mine"),
        (3.0, "theirs"),
    ]
    assert [(person.name, person.face_ids) for person in found.persons] == [("Ada", (1,)), ("Bea", (2,))]
    save_changes(tmp_path, theirs, merge_faces(theirs, [1, 2], "Bea"))
    assert [person.face_ids for person in load_annotations(tmp_path).persons] == [(1, 2)]
