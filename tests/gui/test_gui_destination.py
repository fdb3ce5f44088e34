"""Which place opens what."""

from pathlib import Path

import pytest

from mien.gui.shell.destination import destination_of, destination_of_drop
from mien.gui.tab_page import Tab


@pytest.mark.parametrize(
    ("spec", "place"),
    [("camera", Tab.LIVE), ("camera:Front", Tab.LIVE), ("2", Tab.LIVE), ("rtsp://door/1", Tab.LIVE),
     ("synthetic", Tab.LIVE), ("synthetic-live:640x480", Tab.LIVE), ("face.jpg", Tab.REVIEW),
     ("clip.mp4", Tab.REVIEW), ("C:\\clips\\a.mov", Tab.REVIEW), ("no such thing", Tab.REVIEW)],
)  # fmt: skip
def test_live_things_go_to_live_and_the_rest_to_review(spec: str, place: Tab) -> None:
    assert destination_of(spec) is place


def test_a_folder_is_a_session_or_pictures(tmp_path: Path) -> None:
    assert destination_of(str(tmp_path)) is Tab.LIVE
    assert destination_of_drop([str(tmp_path)]) is Tab.BATCH
    (tmp_path / "session.json").write_text("{}")
    assert destination_of(str(tmp_path)) is Tab.REVIEW
    assert destination_of_drop([str(tmp_path)]) is Tab.REVIEW
    assert destination_of_drop([str(tmp_path), "clip.mp4"]) is Tab.BATCH
