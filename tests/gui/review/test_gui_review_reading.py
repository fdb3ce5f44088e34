"""A video is read once, beside what one looks at."""

import threading
from pathlib import Path

import pytest
from fake_engine import make_reading
from fake_review import FPS, FakeBuild, write_video
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from review_pages import Make, go, open_and_read, run, wait_open

from mien.gui.review.review_page import ReviewPage
from mien.session.analyses.analysis import AnalysisStage


def test_what_was_read_is_not_read_again(make: Make, video: Path, tmp_path: Path, qtbot: QtBot) -> None:
    build = FakeBuild()
    open_and_read(make(build), video, qtbot)
    copy = tmp_path / "renamed.mp4"
    copy.write_bytes(video.read_bytes())
    for path in (video, copy):
        page = make(build)
        open_and_read(page, path, qtbot)
        assert len(page.controller.lanes.lanes) == 3
    assert build.built == 1


def test_other_settings_are_read_anew(opened: ReviewPage, qtbot: QtBot) -> None:
    build = opened.controller._engine.build_pipeline
    assert isinstance(build, FakeBuild)
    opened.choices.change(reading={"every": 3})
    qtbot.waitUntil(lambda: build.built == 2)
    qtbot.waitUntil(lambda: opened.controller.progress.stage is AnalysisStage.DONE)
    opened.choices.change(window={"theme": "light"})
    qtbot.wait(50)
    assert build.built == 2


def test_what_is_shown_changes_without_reading_anew(opened: ReviewPage, qtbot: QtBot) -> None:
    controller = opened.controller
    build = controller._engine.build_pipeline
    assert isinstance(build, FakeBuild)

    def happy_at(time_s: float) -> float:
        assert controller.recall is not None
        return float(controller.recall.at(time_s)[0].emotion.probabilities[1])

    abrupt = happy_at(1.04)
    opened.choices.change(shown={"smoothing_s": 3.0})
    qtbot.waitUntil(lambda: happy_at(1.04) > abrupt + 0.1)
    opened.choices.change(shown={"smoothing_s": 0.0, "min_confidence": 1.0})
    stored = controller.stored()
    assert stored is not None
    assert build.built == 1
    assert stored.document.settings["min_confidence"] == 1.0
    assert not stored.series.face(1).usable.any()
    assert controller.recall is not None
    assert not controller.recall.at(1.04)[0].usable, "a video that is exported now is painted from this"


def test_a_session_is_named_after_the_network_that_made_it(make: Make, session: Path, qtbot: QtBot) -> None:
    page = make(reading={"model": "mien-s"})
    page.open(str(session))
    wait_open(page, qtbot)
    assert page.read_by == ("fake-s",)
    page.controller.close()
    assert page.read_by == ()


def test_readings_show_while_they_grow_and_can_be_cancelled(make: Make, video: Path, qtbot: QtBot) -> None:
    gate = threading.Event()
    page = make(FakeBuild(gate=gate))
    try:
        page.open(str(video))
        wait_open(page, qtbot)
        qtbot.waitUntil(lambda: len(page.controller.lanes.lanes) == 2)
        assert page.strip.isVisible()
        assert "Reading faces" in page.strip.text
        assert page.busy == "reading faces"
        assert not page.transport.export.isEnabled()
        qtbot.mouseClick(page.strip.button, Qt.MouseButton.LeftButton)
    finally:
        gate.set()
    qtbot.waitUntil(lambda: "cancelled" in page.strip.text)
    assert page.strip.button.text() == "Read everything"
    qtbot.mouseClick(page.strip.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.controller.progress.stage is AnalysisStage.DONE)
    qtbot.waitUntil(lambda: len(page.controller.lanes.lanes) == 3)


def test_closing_while_it_reads_ends_everything(make: Make, video: Path, qtbot: QtBot) -> None:
    gate = threading.Event()
    page = make(FakeBuild(gate=gate))
    page.open(str(video))
    wait_open(page, qtbot)
    qtbot.waitUntil(lambda: page.controller.progress.stage is AnalysisStage.READING)
    run(page, "pause")
    threading.Timer(0.2, gate.set).start()
    assert page.shut_down(5.0)


def test_what_cannot_be_opened_leaves_what_is_open(opened: ReviewPage, tmp_path: Path, qtbot: QtBot) -> None:
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(b"nothing that could be a video" * 100)
    run(opened, "mark_event")
    go(opened, 1.0, qtbot)
    with qtbot.waitSignal(opened.failed) as failed:
        opened.open(str(damaged))
        assert opened.stage.pill.text == "Opening damaged.mp4…"
        assert opened.stage.picture.has_picture
    assert damaged.name in str(failed.args[0])
    assert opened.subject == "talk.mp4"
    assert opened.stage.pill.text == ""
    assert opened.readings.time_s == pytest.approx(1.0, abs=0.5 / FPS)
    run(opened, "undo")
    assert not opened.controller.notes.annotations.markers
    go(opened, 2.0, qtbot)


def test_opening_another_while_one_is_read(make: Make, video: Path, tmp_path: Path, qtbot: QtBot) -> None:
    page = make()
    other = write_video(tmp_path / "other.mp4", 60)
    page.open(str(video))
    page.open(str(other))
    wait_open(page, qtbot)
    assert page.subject == "other.mp4"
    assert page.controller.player.state.info is not None
    assert page.controller.player.state.info.frame_count == 60


def test_no_faces_is_a_state_of_its_own(make: Make, video: Path, qtbot: QtBot) -> None:
    page = make(FakeBuild(has_faces=False))
    open_and_read(page, video, qtbot)
    qtbot.waitUntil(lambda: page.side.details.empty.title == "No faces were found")


def test_a_missing_and_a_damaged_file_say_so(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page = make()
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(b"nothing that could be a video" * 100)
    for path in (tmp_path / "gone.mp4", damaged):
        with qtbot.waitSignal(page.failed) as failed:
            page.open(str(path))
        assert path.name in str(failed.args[0])
        assert page.subject == ""
        assert page._pages.currentWidget() is page.empty


def test_a_second_network_is_shown_beside_the_first(make: Make, video: Path, qtbot: QtBot) -> None:
    build = FakeBuild()
    page = make(build, reading={"compare": "mien-s"})
    open_and_read(page, video, qtbot)
    go(page, 20 / FPS, qtbot)
    bars = page.side.details.bars
    qtbot.waitUntil(lambda: bars.titles == ("fake-s", "mien-s"))
    qtbot.waitUntil(lambda: bars.other_shown["fear"] > 0.8)
    assert bars.shown["happiness"] > 0.8
    recall = page.controller.recall
    assert recall is not None
    assert (recall.model_name, recall.other_name) == ("fake-s", "mien-s")
    page.choices.change(reading={"compare": ""})
    qtbot.waitUntil(lambda: build.built == 2)
    qtbot.waitUntil(lambda: not page.controller._poll.isActive())
    qtbot.waitUntil(lambda: bars.titles == ())
    page.choices.change(reading={"compare": "mien-s"})  # kept: nothing is computed twice
    qtbot.waitUntil(lambda: bars.titles != ())
    assert build.built == 2


def test_stored_readings_show_what_was_read(opened: ReviewPage) -> None:
    recall = opened.controller.recall
    assert recall is not None
    (first, second) = recall.at(0.2)
    expected = make_reading(1, top="happiness")
    assert first.emotion.label == expected.emotion.label
    assert first.emotion.probabilities == pytest.approx(expected.emotion.probabilities, abs=1e-6)
    assert second.reason == "blurred"
