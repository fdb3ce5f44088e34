"""Which place opens what."""

from pathlib import Path

import pytest

from mien.capture.image_folder import IMAGE_SUFFIXES
from mien.gui.place import Place
from mien.gui.shell.destination import PICTURES, destination_of, destination_of_drop


@pytest.mark.parametrize(
    ("spec", "place"),
    [("camera", Place.LIVE), ("camera:Front", Place.LIVE), ("2", Place.LIVE), ("rtsp://door/1", Place.LIVE),
     ("synthetic", Place.LIVE), ("synthetic-live:640x480", Place.LIVE), ("face.jpg", Place.LIVE),
     ("clip.mp4", Place.REVIEW), ("C:\\clips\\a.mov", Place.REVIEW), ("no such thing", Place.REVIEW)],
)  # fmt: skip
def test_live_things_and_pictures_go_to_live_and_the_rest_to_review(spec: str, place: Place) -> None:
    assert destination_of(spec) is place


def test_a_folder_is_a_session_or_pictures(tmp_path: Path) -> None:
    assert destination_of(str(tmp_path)) is Place.LIVE
    assert destination_of_drop([str(tmp_path)]) is Place.BATCH
    (tmp_path / "session.json").write_text("{}")
    assert destination_of(str(tmp_path)) is Place.REVIEW
    assert destination_of_drop([str(tmp_path)]) is Place.REVIEW
    assert destination_of_drop([str(tmp_path), "clip.mp4"]) is Place.BATCH


def test_the_list_of_pictures_is_that_of_the_source() -> None:
    assert PICTURES == IMAGE_SUFFIXES
