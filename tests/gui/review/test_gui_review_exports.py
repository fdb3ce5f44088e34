"""Each file that Review writes."""

from pathlib import Path

import cv2
import pytest
from pytestqt.qtbot import QtBot
from review_pages import FRAMES

from mien.errors import AppError
from mien.gui.review.review_page import ReviewPage
from mien.gui.tab_page import Notice
from mien.overlay.style import COLOURS
from mien.session.analyses.analysis_store import AnalysisStore
from mien.session.notes.annotations import Marker


@pytest.mark.parametrize(
    "suffix", [".csv", ".jsonl", ".parquet", ".eaf", ".vtt", ".html", ".pdf", ".svg", ".png", ".mp4"]
)
def test_exports(opened: ReviewPage, qtbot: QtBot, tmp_path: Path, suffix: str) -> None:
    opened.people.merge(1, 3)
    opened.controller.notes.rename(1, "Ada & <Bob>")
    opened.controller.notes.add(Marker(kind="exclude", start_s=1.0, end_s=2.0))
    target = tmp_path / f"out{suffix}"
    with qtbot.waitSignal(opened.notified) as told:
        opened.exports.write(target)
    assert isinstance(told.args[0], Notice)
    assert told.args[0].text == f"Saved {target.name}"
    assert target.stat().st_size > 50
    if suffix == ".html":
        text = target.read_text()
        assert "Ada &amp; &lt;Bob&gt;" in text
        assert "exclude 1 span (1.0 s in total)" in text
        assert "It is not a feeling" in text
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    if suffix == ".pdf":
        assert target.read_bytes().startswith(b"%PDF")
    if suffix == ".svg":
        assert "Ada &amp; &lt;Bob&gt;" in target.read_text()
    if suffix == ".png":
        picture = cv2.imread(str(target))
        assert picture.shape[1] == 2 * (720 + 64)
        assert (picture[0, 0] == 255).all()
        red, green, blue = (int(COLOURS["sadness"][place : place + 2], 16) for place in (1, 3, 5))
        assert (picture == (blue, green, red)).all(axis=2).sum() > 1000


def test_readings_that_were_cleared_are_read_again_for_an_export(
    opened: ReviewPage, qtbot: QtBot, tmp_path: Path
) -> None:
    assert AnalysisStore(tmp_path / "analyses").clear() > 0
    with qtbot.waitSignal(opened.failed) as failed:
        opened.exports.write(tmp_path / "out.csv")
    assert "cleared" in str(failed.args[0])
    qtbot.waitUntil(lambda: not opened.controller._poll.isActive())
    with qtbot.waitSignal(opened.exports.notified):
        opened.exports.write(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").exists()


def test_an_exported_video_has_every_frame(opened: ReviewPage, qtbot: QtBot, tmp_path: Path) -> None:
    from mien.capture.video_file import VideoFile

    with qtbot.waitSignal(opened.notified):
        opened.exports.write(tmp_path / "out.mp4")
    frames = list(VideoFile(tmp_path / "out.mp4").frames())
    assert len(frames) == FRAMES
    plain = list(VideoFile(tmp_path / "talk.mp4").frames())
    assert abs(frames[50].image.astype(int) - plain[50].image).max() > 60  # the overlay


def test_a_cancelled_export_leaves_nothing(opened: ReviewPage, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    opened.exports.write(folder / "out.mp4")
    qtbot.waitUntil(lambda: opened.exports._video is not None)
    with qtbot.waitSignal(opened.notified) as told:
        opened.exports.cancel()
    if "cancelled" in told.args[0].text:
        assert list(folder.iterdir()) == []


def test_an_export_that_cannot_be_written_is_reported(opened: ReviewPage, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(opened.failed) as told:
        opened.exports.write(tmp_path / "nowhere" / "out.html")
    assert isinstance(told.args[0], AppError)
    assert not opened.exports.is_running


def test_the_parts_of_the_overlay_are_chosen_where_one_exports(
    opened: ReviewPage, qtbot: QtBot, tmp_path: Path
) -> None:
    actions = {action.text(): action for action in opened.exports.overlay.actions()}
    assert {text: action.isChecked() for text, action in actions.items()} == {
        "Box": True,
        "Label": True,
        "Bars": True,
        "Valence and arousal": True,
        "Mesh": False,
    }

    def colourful_pixels(name: str) -> int:
        with qtbot.waitSignal(opened.notified):
            opened.exports.write(tmp_path / name)
        video = cv2.VideoCapture(str(tmp_path / name))
        picture = video.read()[1].astype(int)
        video.release()
        return int((picture.max(axis=2) - picture.min(axis=2) > 60).sum())

    assert colourful_pixels("all.mp4") > 50
    for text in ("Box", "Label", "Bars", "Valence and arousal"):
        actions[text].trigger()
    assert not opened.choices.settings.overlay.box
    assert colourful_pixels("none.mp4") == 0
