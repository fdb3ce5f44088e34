"""Labels by hand: pure edits, what counts at a moment, and the file."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from mien.errors import SessionError
from mien.session.notes.annotation_edits import add_marker, merge_faces, split_face
from mien.session.notes.annotation_file import load_annotations, save_annotations, save_changes
from mien.session.notes.annotations import Annotations, HandLabel, Marker
from mien.session.notes.hand_labels import labels_at, labels_of, set_label

EMPTY = Annotations()


def told(annotations: Annotations, *face_ids: int) -> list[tuple[float, float, str]]:
    return [(each.start_s, each.end_s, each.label) for each in labels_of(annotations, face_ids)]


def test_a_label_takes_the_place_of_what_was_there() -> None:
    one = set_label(EMPTY, (1,), 1.0, 5.0, "anger")
    assert told(set_label(one, (1,), 2.0, 3.0, "fear"), 1) == [(1, 2, "anger"), (2, 3, "fear"), (3, 5, "anger")]
    assert told(set_label(one, (1,), 0.0, 3.0, "fear"), 1) == [(0, 3, "fear"), (3, 5, "anger")]
    assert told(set_label(one, (1,), 0.0, 9.0, "fear"), 1) == [(0, 9, "fear")]
    assert told(set_label(one, (1,), 2.0, 3.0, None), 1) == [(1, 2, "anger"), (3, 5, "anger")]
    assert told(set_label(one, (1,), 5.0, 6.0, "anger"), 1) == [(1, 6, "anger")]
    assert told(one, 1) == [(1, 5, "anger")]
    with pytest.raises(ValueError, match="empty"):
        set_label(EMPTY, (1,), 2.0001, 2.0002, "fear")


@pytest.mark.parametrize("fps", [24000 / 1001, 25.0, 30000 / 1001, 30.0, 59.94, 240.0])
def test_a_label_from_one_frame_to_another_has_just_these_frames(fps: float) -> None:
    times_s = np.arange(400) / fps
    for first, after in ((1, 2), (2, 100), (17, 18), (200, 399)):
        labels = labels_of(set_label(EMPTY, (1,), float(times_s[first]), float(times_s[after]), "a"), (1,))
        again = msgspec.json.decode(msgspec.json.encode(labels), type=tuple[HandLabel, ...])
        assert again == labels
        found = np.flatnonzero(labels_at(again, times_s) == "a")
        assert found.tolist() == list(range(first, after))


def test_the_labels_of_others_stay() -> None:
    both = set_label(set_label(EMPTY, (2,), 0.0, 4.0, "fear"), (1,), 1.0, 2.0, "anger")
    assert told(both, 2) == [(0, 4, "fear")]
    assert told(set_label(both, (1,), 0.0, 9.0, None), 2) == [(0, 4, "fear")]
    assert [each.face_id for each in both.labels] == [2, 1]


def test_of_merged_faces_the_later_label_counts_and_each_keeps_its_own_when_split() -> None:
    both = merge_faces(set_label(set_label(EMPTY, (2,), 0.0, 4.0, "fear"), (1,), 1.0, 2.0, "anger"), [1, 2])
    assert told(both, 1, 2) == [(0, 1, "fear"), (1, 2, "anger")]
    assert told(split_face(both, 2), 2) == [(0, 4, "fear")]
    cleared = set_label(both, (1, 2), 0.5, 9.0, None)
    assert told(cleared, 1, 2) == [(0, 0.5, "fear")]


def test_a_label_holds_from_its_start_to_before_its_end() -> None:
    labels = labels_of(set_label(set_label(EMPTY, (1,), 1.0, 2.0, "a"), (1,), 3.0, 4.0, "b"), (1,))
    times_s = np.array([0.0, 0.999, 1.0, 1.999, 2.0, 3.0, 3.5, 4.0, 9.0])
    assert labels_at(labels, times_s).tolist() == [None, None, "a", "a", None, "b", "b", None, None]
    assert labels_at((), times_s).tolist() == [None] * 9


def test_the_file_keeps_them_and_without_them_an_older_mien_reads_it(tmp_path: Path) -> None:
    marked = add_marker(EMPTY, Marker(kind="event", start_s=1.0))
    save_annotations(tmp_path, marked)
    assert msgspec.json.decode((tmp_path / "markers.json").read_bytes())["schema"] == 1
    assert load_annotations(tmp_path) == marked
    labelled = set_label(marked, (1,), 1.0, 2.0, "anger")
    save_annotations(tmp_path, labelled)
    assert msgspec.json.decode((tmp_path / "markers.json").read_bytes())["schema"] == 2
    assert load_annotations(tmp_path) == labelled


def test_labels_of_two_windows_come_together(tmp_path: Path) -> None:
    before = set_label(EMPTY, (1,), 1.0, 2.0, "anger")
    save_annotations(tmp_path, set_label(before, (2,), 5.0, 6.0, "fear"))
    save_changes(tmp_path, before, set_label(before, (1,), 1.0, 2.0, None))
    assert load_annotations(tmp_path).labels == (HandLabel(face_id=2, start_s=5.0, end_s=6.0, label="fear"),)


@pytest.mark.parametrize(
    "label",
    [
        b'{"face_id": 1, "start_s": 2, "end_s": 1, "label": "x"}',
        b'{"face_id": 1, "start_s": 2, "end_s": 2.0001, "label": "x"}',
        b'{"face_id": 1, "start_s": -2, "end_s": 1, "label": "x"}',
        b'{"face_id": 1, "start_s": 0, "end_s": 1, "label": "' + b"x" * 101 + b'"}',
        b'{"face_id": 1, "start_s": 0, "end_s": 1}',
    ],
)
def test_labels_that_cannot_be_are_refused(label: bytes, tmp_path: Path) -> None:
    (tmp_path / "markers.json").write_bytes(b'{"schema": 2, "labels": [' + label + b"]}")
    with pytest.raises(SessionError, match=r"markers\.json"):
        load_annotations(tmp_path)
