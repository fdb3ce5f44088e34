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


def test_several_files_are_written_at_once(opened: ReviewPage, qtbot: QtBot, tmp_path: Path) -> None:
    opened.selection.choose(1.0, 2.0)
    dialog = opened.exports.ask(opened.selection.span)
    assert dialog is not None
    assert dialog.ticked == (".html", ".csv")
    dialog.folder = tmp_path / "all"
    dialog.folder.mkdir()
    (dialog.folder / "talk.vtt").write_text("old")
    for suffix in ("-annotated.mp4", ".vtt", ".fex.csv"):
        dialog.switches[suffix].setChecked(True)
    assert dialog.problem.text() == "Will be replaced: talk.vtt"
    assert dialog.save.text() == "Export 5 files"
    with qtbot.waitSignal(opened.notified, timeout=60000) as told:
        dialog.accept()
    assert told.args[0].text == "Saved 5 files"
    names = {"talk-annotated.mp4", "talk.html", "talk.vtt", "talk.csv", "talk.fex.csv"}
    assert {path.name for path in (tmp_path / "all").iterdir()} == names
    assert (tmp_path / "all" / "talk.vtt").read_text().startswith("WEBVTT")
    again = opened.exports.ask(None)
    assert again is not None
    assert set(again.ticked) == {"-annotated.mp4", ".html", ".vtt", ".csv", ".fex.csv"}
    assert again.folder == tmp_path / "all"
    assert not again.part.options[1:]
    again.reject()


def test_a_part_is_exported_with_the_times_of_the_file(opened: ReviewPage, qtbot: QtBot, tmp_path: Path) -> None:
    from mien.capture.video_file import VideoFile

    dialog = opened.exports.ask((1.0, 2.0))
    assert dialog is not None
    dialog.part._choose((1.0, 2.0))
    assert dialog.name.text() == "talk 1.0-2.0 s"
    dialog.name.setText("a/b")
    assert not dialog.save.isEnabled()
    dialog.reject()
    with qtbot.waitSignal(opened.notified, timeout=60000):
        opened.exports.write(tmp_path / "part.mp4", tmp_path / "part.csv", tmp_path / "part.svg", span=(1.0, 2.0))
    times_s = {float(line.split(",")[1]) for line in (tmp_path / "part.csv").read_text().splitlines()[1:]}
    assert (min(times_s), max(times_s)) == (1.0, 1.96)
    frames = list(VideoFile(tmp_path / "part.mp4").frames())
    assert len(frames) == 25
    plain = list(VideoFile(tmp_path / "talk.mp4").frames())
    same = [abs(frames[0].image.astype(int) - each.image).mean() for each in plain[20:31]]
    assert same.index(min(same)) == 5  # the picture at 1.0 s
    text = (tmp_path / "part.svg").read_text()
    assert ">00:01.0<" in text
    assert ">00:00" not in text


def test_what_cannot_be_written_does_not_keep_the_others_from_it(
    opened: ReviewPage, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignals([opened.failed, opened.notified], timeout=20000):
        opened.exports.write(tmp_path / "nowhere" / "out.html", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").exists()
    assert not opened.exports.is_running


def test_a_cancelled_series_says_what_was_saved(opened: ReviewPage, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(opened.notified, timeout=30000) as told:
        opened.exports.write(tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv")
        assert "Writing file 1 of 3" in opened.exports.strip.text
        opened.exports.cancel()
    assert told.args[0].text == "Export cancelled; saved a.csv of 3"
    assert not (tmp_path / "b.csv").exists()
