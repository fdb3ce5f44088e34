"""The place of a video, driven as people drive it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_engine import make_reading
from fake_review import FPS, FakeBuild, FakeDevice, number_of, write_video
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import AppError
from app.gui.choices import Choices
from app.gui.place import Notice
from app.gui.review.control import ReviewParts
from app.gui.review.marker_editor import MarkerEditor, seconds_of
from app.gui.review.name_editor import NameEditor
from app.gui.review.page import ReviewPage
from app.gui.review.speaker import Speaker
from app.overlay.painter import Painter
from app.session.analyses.analysis import AnalysisStage
from app.session.analyses.analysis_store import AnalysisStore
from app.session.notes.annotation_file import load_annotations
from app.session.notes.annotations import Marker
from app.settings import Settings

FRAMES = 100
Make = Callable[..., ReviewPage]


def no_device() -> FakeDevice:
    raise AppError("No sound: no output device was found; plug one in")


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "talk.mp4", FRAMES)


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[Make]:
    pages: list[ReviewPage] = []

    def build_page(
        build: FakeBuild | None = None, speaker: Callable[[], Speaker] | None = None, **choices: object
    ) -> ReviewPage:
        parts = ReviewParts(
            store=lambda: AnalysisStore(tmp_path / "analyses"),
            build=build or FakeBuild(),
            speaker=speaker or (lambda: Speaker(no_device)),
        )
        page = ReviewPage(Choices(Settings(**choices), lambda _: None), parts=parts)
        pages.append(page)
        qtbot.addWidget(page)
        page.resize(1280, 752)
        page.show()
        return page

    yield build_page
    for page in pages:
        assert page.shut_down(5.0)


@pytest.fixture
def opened(make: Make, video: Path, qtbot: QtBot) -> ReviewPage:
    page = make()
    open_and_read(page, video, qtbot)
    return page


def open_and_read(page: ReviewPage, video: Path, qtbot: QtBot) -> None:
    page.open(str(video))
    wait_open(page, qtbot)
    qtbot.waitUntil(lambda: not page.control._poll.isActive(), timeout=40000)
    assert page.control.progress.stage is AnalysisStage.DONE


def wait_open(page: ReviewPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.control.player.state.info is not None, timeout=20000)
    qtbot.waitUntil(lambda: page.stage.picture.has_picture, timeout=20000)


def run(page: ReviewPage, command: str) -> None:
    page.commands()[command]()


def go(page: ReviewPage, time_s: float, qtbot: QtBot) -> None:
    page.control.player.seek(time_s)
    qtbot.waitUntil(lambda: abs(page.readings.time_s - time_s) < 0.5 / FPS, timeout=20000)


def shown_number(page: ReviewPage) -> int:
    pixels = page.stage.picture.pixels
    assert pixels is not None
    return number_of(pixels)


def test_a_video_opens_and_is_read_beside(opened: ReviewPage) -> None:
    assert opened.subject == "talk.mp4"
    assert [lane.name for lane in opened.control.lanes.lanes] == ["Face 1", "Face 2", "Face 3"]
    assert opened.control.read_until_s == pytest.approx((FRAMES - 1) / FPS)
    assert not opened.strip.isVisible()
    assert opened.timeline.view.duration_s == pytest.approx(FRAMES / FPS, abs=0.05)


def test_the_picture_is_the_one_at_the_playhead(opened: ReviewPage, qtbot: QtBot) -> None:
    run(opened, "overlay")  # off: the numbers are read from the plain picture
    for number in (0, 40, 39, 77, 1, 99):
        go(opened, number / FPS, qtbot)
        qtbot.waitUntil(lambda number=number: shown_number(opened) == number, timeout=15000)
        assert opened.transport.frame.value == f"frame {number}"


def test_stepping_goes_frame_by_frame_both_ways(opened: ReviewPage, qtbot: QtBot) -> None:
    run(opened, "overlay")
    go(opened, 50 / FPS, qtbot)
    for command, expected in (
        ("next_frame", 51),
        ("next_frame", 52),
        ("previous_frame", 51),
        ("previous_frame", 50),
    ):
        run(opened, command)
        qtbot.waitUntil(lambda expected=expected: shown_number(opened) == expected, timeout=15000)
    for _ in range(40):
        run(opened, "previous_frame")
    qtbot.waitUntil(lambda: shown_number(opened) == 10, timeout=20000)
    run(opened, "end")
    qtbot.waitUntil(lambda: shown_number(opened) == FRAMES - 1, timeout=15000)
    run(opened, "next_frame")
    run(opened, "beginning")
    qtbot.waitUntil(lambda: shown_number(opened) == 0, timeout=15000)


def test_it_plays_to_the_end_and_again(opened: ReviewPage, qtbot: QtBot) -> None:
    opened.control.player.set_speed(4.0)
    go(opened, 3.0, qtbot)
    run(opened, "pause")
    qtbot.waitUntil(lambda: opened.control.player.state.is_playing, timeout=15000)
    qtbot.waitUntil(lambda: not opened.control.player.state.is_playing, timeout=20000)
    assert opened.readings.time_s == pytest.approx((FRAMES - 1) / FPS)
    run(opened, "pause")
    qtbot.waitUntil(lambda: opened.readings.time_s < 2.0, timeout=15000)


def test_j_k_l_shuttle(opened: ReviewPage, qtbot: QtBot) -> None:
    player = opened.control.player
    go(opened, 2.0, qtbot)
    for command, speed in (("forwards", 1.0), ("forwards", 1.5), ("backwards", -1.0), ("backwards", -1.5)):
        run(opened, command)
        assert player.state.speed == speed
    run(opened, "rest")
    qtbot.waitUntil(lambda: not player.state.is_playing, timeout=15000)
    assert opened.transport.speed.text() == "−1.5×"


def test_readings_are_painted_without_reading_again(opened: ReviewPage, qtbot: QtBot) -> None:
    go(opened, 1.0, qtbot)
    with_overlay = opened.stage.picture.pixels
    assert with_overlay is not None
    run(opened, "overlay")
    qtbot.waitUntil(lambda: opened.stage.picture.pixels is not with_overlay, timeout=15000)
    assert opened.stage.picture.pixels is not None
    assert (opened.stage.picture.pixels != with_overlay).any()
    assert not opened.side.details.is_empty
    assert opened.side.details.header.headline == "Sadness"


def test_what_was_read_is_not_read_again(make: Make, video: Path, tmp_path: Path, qtbot: QtBot) -> None:
    build = FakeBuild()
    open_and_read(make(build), video, qtbot)
    copy = tmp_path / "renamed.mp4"
    copy.write_bytes(video.read_bytes())
    for path in (video, copy):
        page = make(build)
        open_and_read(page, path, qtbot)
        assert len(page.control.lanes.lanes) == 3
    assert build.built == 1


def test_other_settings_are_read_anew(opened: ReviewPage, qtbot: QtBot) -> None:
    build = opened.control._parts.build
    assert isinstance(build, FakeBuild)
    opened.choices.change(smoothing_s=0.0)
    qtbot.waitUntil(lambda: build.built == 2, timeout=20000)
    qtbot.waitUntil(lambda: opened.control.progress.stage is AnalysisStage.DONE, timeout=30000)
    opened.choices.change(theme="light")
    qtbot.wait(50)
    assert build.built == 2


def test_readings_show_while_they_grow_and_can_be_cancelled(make: Make, video: Path, qtbot: QtBot) -> None:
    gate = threading.Event()
    page = make(FakeBuild(gate=gate))
    try:
        page.open(str(video))
        wait_open(page, qtbot)
        qtbot.waitUntil(lambda: len(page.control.lanes.lanes) == 2, timeout=20000)
        assert page.strip.isVisible()
        assert "Reading faces" in page.strip.text
        assert page.busy == "reading faces"
        assert not page.transport.export.isEnabled()
        qtbot.mouseClick(page.strip.button, Qt.MouseButton.LeftButton)
    finally:
        gate.set()
    qtbot.waitUntil(lambda: "cancelled" in page.strip.text, timeout=20000)
    assert page.strip.button.text() == "Read it all"
    qtbot.mouseClick(page.strip.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.control.progress.stage is AnalysisStage.DONE, timeout=30000)
    qtbot.waitUntil(lambda: len(page.control.lanes.lanes) == 3, timeout=15000)


def test_closing_while_it_reads_ends_everything(make: Make, video: Path, qtbot: QtBot) -> None:
    gate = threading.Event()
    page = make(FakeBuild(gate=gate))
    page.open(str(video))
    wait_open(page, qtbot)
    qtbot.waitUntil(lambda: page.control.progress.stage is AnalysisStage.READING, timeout=20000)
    run(page, "pause")
    threading.Timer(0.2, gate.set).start()
    assert page.shut_down(5.0)


def test_opening_another_while_one_is_read(make: Make, video: Path, tmp_path: Path, qtbot: QtBot) -> None:
    page = make()
    other = write_video(tmp_path / "other.mp4", 60)
    page.open(str(video))
    page.open(str(other))
    wait_open(page, qtbot)
    assert page.subject == "other.mp4"
    assert page.control.player.state.info is not None
    assert page.control.player.state.info.frame_count == 60


def test_markers_by_key_undo_and_saved(opened: ReviewPage, qtbot: QtBot, tmp_path: Path) -> None:
    go(opened, 1.0, qtbot)
    run(opened, "mark_event")
    run(opened, "mark_event")  # pressed twice: one marker
    go(opened, 2.0, qtbot)
    run(opened, "mark_span")
    assert opened.transport.leave_out.isChecked()
    go(opened, 3.0, qtbot)
    run(opened, "mark_span")
    markers = opened.control.notes.annotations.markers
    assert [(m.kind, m.start_s, m.end_s) for m in markers] == [("event", 1.0, None), ("exclude", 2.0, 3.0)]
    assert [row.title for row in opened.side.markers.rows] == ["Event", "Left out"]
    run(opened, "undo")
    assert len(opened.control.notes.annotations.markers) == 1
    run(opened, "redo")
    run(opened, "delete_marker")
    assert len(opened.control.notes.annotations.markers) == 2  # undo put nothing in hand
    opened.marking.select(markers[0])
    run(opened, "delete_marker")
    opened.control.notes.flush()
    folder = opened.control.subject.notes_folder if opened.control.subject else tmp_path
    assert load_annotations(folder).markers == (markers[1],)


def test_a_span_begun_is_forgotten_by_escape(opened: ReviewPage, qtbot: QtBot) -> None:
    run(opened, "mark_span")
    assert opened.take_escape()
    assert not opened.transport.leave_out.isChecked()
    assert not opened.take_escape()
    assert opened.control.notes.annotations.markers == ()


def editor_of(page: ReviewPage, kind: type) -> object:
    return next(child for child in page.children() if isinstance(child, kind) and child.isVisible())


def test_a_note_is_written_changed_and_deleted(opened: ReviewPage, qtbot: QtBot) -> None:
    go(opened, 1.0, qtbot)
    run(opened, "mark_note")
    editor = editor_of(opened, MarkerEditor)
    assert isinstance(editor, MarkerEditor)
    editor.text.setPlainText("laughs\nloudly")
    editor._save()
    (note,) = opened.control.notes.annotations.markers
    assert (note.kind, note.text, note.start_s) == ("note", "laughs\nloudly", 1.0)
    opened.marking.edit(note)
    editor = editor_of(opened, MarkerEditor)
    assert isinstance(editor, MarkerEditor)
    editor.end.setText("0.5")
    editor._save()
    assert "after the start" in editor.problem.text()
    editor.end.setText("00:02.5")
    editor._save()
    assert opened.control.notes.annotations.markers[0].end_s == 2.5
    opened.marking.edit(opened.control.notes.annotations.markers[0])
    editor = editor_of(opened, MarkerEditor)
    assert isinstance(editor, MarkerEditor)
    editor._delete()
    assert opened.control.notes.annotations.markers == ()


def test_times_are_read_as_people_write_them() -> None:
    assert seconds_of("1:02:03.5") == 3723.5
    assert seconds_of("02:03") == 123.0
    assert seconds_of("12,5") == 12.5
    for wrong in ("", "a", "1:2:3:4", "-3", "nan"):
        with pytest.raises(ValueError, match="Write a time"):
            seconds_of(wrong)


def test_broken_ids_become_one_person_and_apart_again(opened: ReviewPage, qtbot: QtBot) -> None:
    opened.people.merge(1, 3)
    assert [lane.face_ids for lane in opened.control.lanes.lanes] == [(1, 3), (2,)]
    go(opened, 3.0, qtbot)  # here the tracker's id is 3
    assert [reading.track.track_id for reading in opened.stage.picture._readings] == [1, 2]
    opened.people.rename(1)
    editor = editor_of(opened, NameEditor)
    assert isinstance(editor, NameEditor)
    editor.field.setText("Ada")
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert opened.control.lanes.lanes[0].name == "Ada"
    assert opened.side.people.rows[0].title == "Ada"
    run(opened, "undo")
    run(opened, "undo")
    assert [lane.name for lane in opened.control.lanes.lanes] == ["Face 1", "Face 2", "Face 3"]
    run(opened, "redo")
    opened.people.split(1)
    assert [lane.face_ids for lane in opened.control.lanes.lanes] == [(1,), (2,), (3,)]


def test_two_in_view_at_once_stay_two(opened: ReviewPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(opened.notified) as told:
        opened.people.merge(1, 2)
    assert "at the same time" in told.args[0].text
    assert len(opened.control.lanes.lanes) == 3


def test_dragging_a_name_onto_another_lane_merges(opened: ReviewPage, qtbot: QtBot) -> None:
    layout = opened.timeline.layout_now
    start = QPoint(40, int(layout.lane(2).center().y()))
    end = QPoint(60, int(layout.lane(0).center().y()))
    qtbot.mousePress(opened.timeline, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(opened.timeline, end)
    opened.timeline.grab()
    qtbot.mouseRelease(opened.timeline, Qt.MouseButton.LeftButton, pos=end)
    assert [lane.face_ids for lane in opened.control.lanes.lanes] == [(1, 3), (2,)]


def test_a_click_on_the_timeline_seeks_and_selects(opened: ReviewPage, qtbot: QtBot) -> None:
    layout = opened.timeline.layout_now
    x = layout.time.left() + opened.timeline.view.x_of(1.5, layout.time.width())
    place = QPointF(x, layout.lane(1).center().y()).toPoint()
    qtbot.mouseClick(opened.timeline, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: abs(opened.readings.time_s - 1.5) < 0.05, timeout=15000)
    assert opened.readings.person_id == 2
    assert "Face 2: " in opened.timeline.text_at(QPointF(place))


def test_a_chosen_person_that_is_away_is_said_to_be(opened: ReviewPage, qtbot: QtBot) -> None:
    opened.readings.choose(3)
    go(opened, 0.4, qtbot)
    assert opened.side.details.is_empty
    assert opened.side.details.empty.title == "Face 3 is not in view"
    run(opened, "next_person")
    assert opened.readings.person_id == 1


def test_no_faces_is_a_state_of_its_own(make: Make, video: Path, qtbot: QtBot) -> None:
    page = make(FakeBuild(has_faces=False))
    open_and_read(page, video, qtbot)
    qtbot.waitUntil(lambda: page.side.details.empty.title == "No faces were found", timeout=15000)


def test_a_missing_and_a_damaged_file_say_so(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page = make()
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(b"nothing that could be a video" * 100)
    for path in (tmp_path / "gone.mp4", damaged):
        page.open(str(path))
        qtbot.waitUntil(lambda: page.control.error is not None, timeout=20000)
        assert path.name in page.empty.text
        assert page.subject == ""
        assert page._pages.currentWidget() is page.empty


def test_a_folder_without_a_session_is_refused(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page = make()
    page.open(str(tmp_path))
    qtbot.waitUntil(lambda: page.control.error is not None, timeout=20000)
    assert "session.json" in page.empty.text


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".eaf", ".vtt", ".html", ".pdf", ".mp4"])
def test_exports(opened: ReviewPage, qtbot: QtBot, tmp_path: Path, suffix: str) -> None:
    opened.people.merge(1, 3)
    opened.control.notes.rename(1, "Ada & <Bob>")
    opened.control.notes.add(Marker(kind="exclude", start_s=1.0, end_s=2.0))
    target = tmp_path / f"out{suffix}"
    with qtbot.waitSignal(opened.notified, timeout=60000) as told:
        opened.exports.write(target)
    assert isinstance(told.args[0], Notice)
    assert told.args[0].text == f"Saved {target.name}"
    assert target.stat().st_size > 50
    if suffix == ".html":
        text = target.read_text()
        assert "Ada &amp; &lt;Bob&gt;" in text
        assert "leave out 1 span of together 1.0 s" in text
        assert "It is not a feeling" in text
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    if suffix == ".pdf":
        assert target.read_bytes().startswith(b"%PDF")


def test_a_second_network_is_shown_beside_the_first(make: Make, video: Path, qtbot: QtBot) -> None:
    build = FakeBuild()
    page = make(build, compare="mien-s")
    open_and_read(page, video, qtbot)
    go(page, 20 / FPS, qtbot)
    bars = page.side.details.bars
    qtbot.waitUntil(lambda: bars.titles == ("fake-s", "mien-s"), timeout=20000)
    qtbot.waitUntil(lambda: bars.other_shown["fear"] > 0.8, timeout=20000)
    assert bars.shown["happiness"] > 0.8
    recall = page.control.recall
    assert recall is not None
    assert (recall.model_name, recall.other_name) == ("fake-s", "mien-s")
    page.choices.change(compare="")
    qtbot.waitUntil(lambda: build.built == 2, timeout=20000)
    qtbot.waitUntil(lambda: not page.control._poll.isActive(), timeout=40000)
    qtbot.waitUntil(lambda: bars.titles == (), timeout=20000)
    page.choices.change(compare="mien-s")  # kept: nothing is computed twice
    qtbot.waitUntil(lambda: bars.titles != (), timeout=40000)
    assert build.built == 2


def test_readings_that_were_cleared_are_read_again_for_an_export(
    opened: ReviewPage, qtbot: QtBot, tmp_path: Path
) -> None:
    assert AnalysisStore(tmp_path / "analyses").clear() > 0
    with qtbot.waitSignal(opened.failed, timeout=20000) as failed:
        opened.exports.write(tmp_path / "out.csv")
    assert "cleared" in str(failed.args[0])
    qtbot.waitUntil(lambda: not opened.control._poll.isActive(), timeout=40000)
    with qtbot.waitSignal(opened.exports.notified, timeout=40000):
        opened.exports.write(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").exists()


def test_a_dragged_marker_is_moved_undone_and_with_escape_left(opened: ReviewPage, qtbot: QtBot) -> None:
    marker, timeline = Marker(kind="note", start_s=1.0, text="bell"), opened.timeline
    opened.control.notes.add(marker)
    layout = timeline.layout_now

    def place(time_s: float) -> QPoint:
        x = layout.time.left() + timeline.view.x_of(time_s, layout.time.width())
        return QPoint(round(x) + 3, int(layout.markers.center().y()))

    def drag_to(time_s: float) -> None:
        qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=place(1.0))
        qtbot.mouseMove(timeline, place(time_s))

    drag_to(3.0)
    assert opened.take_escape()
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=place(3.0))
    assert opened.control.notes.annotations.markers == (marker,)
    assert not opened.take_escape()
    drag_to(3.0)
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=place(3.0))
    (moved,) = opened.control.notes.annotations.markers
    assert (moved.kind, moved.text) == ("note", "bell")
    assert moved.start_s == pytest.approx(3.0, abs=0.02)
    assert opened.marking.selected == moved
    assert opened.control.notes.stack.undoText() == "move the marker"
    qtbot.waitUntil(lambda: abs(opened.readings.time_s - 3.0) < 1.5 / FPS, timeout=20000)
    run(opened, "undo")
    assert opened.control.notes.annotations.markers == (marker,)


def test_a_given_name_stands_on_the_picture_and_in_the_exported_video(
    opened: ReviewPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(opened, 20 / FPS, qtbot)
    before = opened.stage.picture.pixels
    assert before is not None
    opened.control.notes.rename(1, "Anna")
    qtbot.waitUntil(lambda: not np.array_equal(opened.stage.picture.pixels, before), timeout=20000)
    assert opened.control.lanes.given_names() == {1: "Anna"}
    painted_with: list[dict[int, str]] = []

    class NotedPainter(Painter):
        def __init__(self, **options: Any) -> None:
            painted_with.append(options["names"])
            super().__init__(**options)

    monkeypatch.setattr("app.overlay.painter.Painter", NotedPainter)
    opened.control.notes.merge((1, 3))
    with qtbot.waitSignal(opened.exports.notified, timeout=60000):
        opened.exports.write(tmp_path / "out.mp4")
    assert painted_with[-1] == {1: "Anna"}
    opened.control.notes.rename(1, "")
    assert opened.control.lanes.given_names() == {}


def test_an_exported_video_has_every_frame(opened: ReviewPage, qtbot: QtBot, tmp_path: Path) -> None:
    from app.capture.video_file import VideoFile

    with qtbot.waitSignal(opened.notified, timeout=60000):
        opened.exports.write(tmp_path / "out.mp4")
    frames = list(VideoFile(tmp_path / "out.mp4").frames())
    assert len(frames) == FRAMES
    plain = list(VideoFile(tmp_path / "talk.mp4").frames())
    assert abs(frames[50].image.astype(int) - plain[50].image).max() > 60  # the overlay


def test_a_cancelled_export_leaves_nothing(opened: ReviewPage, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    opened.exports.write(folder / "out.mp4")
    qtbot.waitUntil(lambda: opened.exports._video is not None, timeout=20000)
    with qtbot.waitSignal(opened.notified, timeout=30000) as told:
        opened.exports.cancel()
    if "cancelled" in told.args[0].text:
        assert list(folder.iterdir()) == []


def test_an_export_that_cannot_be_written_is_reported(opened: ReviewPage, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(opened.failed, timeout=20000) as told:
        opened.exports.write(tmp_path / "nowhere" / "out.html")
    assert isinstance(told.args[0], AppError)
    assert not opened.exports.is_running


def test_sound_leads_the_clock(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    devices: list[FakeDevice] = []

    def open_device() -> FakeDevice:
        devices.append(FakeDevice())
        return devices[-1]

    page = make(speaker=lambda: Speaker(open_device))
    open_and_read(page, write_video(tmp_path / "loud.mp4", 75, sound=True), qtbot)
    assert page.transport.sound.isEnabled()
    go(page, 1.0, qtbot)
    run(page, "pause")
    qtbot.waitUntil(lambda: page.readings.time_s > 1.6, timeout=20000)
    position_s = page.control.player._speaker.position_s()
    assert position_s is not None
    assert abs(position_s - page.readings.time_s) < 0.25
    assert max(abs(piece).max() for piece in devices[0].heard) > 3000
    run(page, "mute")
    qtbot.wait(100)
    count = len(devices[0].heard)
    qtbot.wait(100)
    assert all(abs(piece).max() == 0 for piece in devices[0].heard[count:])
    run(page, "pause")


def test_without_a_device_it_plays_silently_and_says_so(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page = make()
    open_and_read(page, write_video(tmp_path / "loud.mp4", 50, sound=True), qtbot)
    run(page, "pause")
    qtbot.waitUntil(lambda: page.readings.time_s > 0.3, timeout=20000)
    run(page, "pause")
    qtbot.waitUntil(lambda: "No sound" in page.transport.sound.toolTip(), timeout=15000)


def test_every_key_of_review_has_a_command(opened: ReviewPage) -> None:
    from app.gui.place import Place
    from app.gui.shell.shortcuts import KEYS

    commands = opened.commands()
    assert {key.command for key in KEYS if key.place is Place.REVIEW} <= set(commands)


def test_hidden_panels_leave_the_picture(opened: ReviewPage, qapp: QApplication) -> None:
    opened.show_panels(False)
    qapp.processEvents()
    assert not opened.side.isVisible()
    assert not opened.timeline.isVisible()
    assert opened.stage.width() == opened.width()
    opened.show_panels(True)
    assert opened.side.isVisible()


def test_notes_come_back_with_the_video(make: Make, video: Path, qtbot: QtBot) -> None:
    page = make()
    open_and_read(page, video, qtbot)
    page.control.notes.rename(2, "Grace")
    go(page, 1.0, qtbot)
    run(page, "mark_event")
    page.close_current()
    assert page.subject == ""
    other = make()
    open_and_read(other, video, qtbot)
    assert [lane.name for lane in other.control.lanes.lanes] == ["Face 1", "Grace", "Face 3"]
    assert len(other.control.notes.annotations.markers) == 1


def test_stored_readings_show_what_was_read(opened: ReviewPage) -> None:
    recall = opened.control.recall
    assert recall is not None
    (first, second) = recall.at(0.2)
    expected = make_reading(1, top="happiness")
    assert first.emotion.label == expected.emotion.label
    assert first.emotion.probabilities == pytest.approx(expected.emotion.probabilities, abs=1e-6)
    assert second.reason == "blurred"


@pytest.fixture
def session(video: Path, tmp_path: Path) -> Path:
    """A recorded session of the video, with an event, as Live writes it."""
    from app.session.origin import networks_in_use
    from app.session.writer import Contents, SessionWriter

    folder = tmp_path / "2026-01-02 at 10.11"
    settings = Settings()
    pipeline = FakeBuild()(settings, video)
    networks = networks_in_use(settings, pipeline.reader)
    contents = Contents(video=True, clean_video=True)
    writer = SessionWriter(folder, pipeline.source.info, networks, settings, contents=contents)
    pipeline.add_sink(writer)
    pipeline.start()
    assert pipeline.join(30.0)
    return folder


def test_a_session_opens_with_its_readings_and_keeps_its_notes(make: Make, session: Path, qtbot: QtBot) -> None:
    build = FakeBuild()
    page = make(build)
    page.open(str(session))
    wait_open(page, qtbot)
    assert build.built == 0
    assert [lane.name for lane in page.control.lanes.lanes] == ["Face 1", "Face 2", "Face 3"]
    go(page, 1.0, qtbot)
    assert page.side.details.header.headline == "Sadness"
    run(page, "mark_event")
    page.control.notes.rename(1, "Ada")
    page.close_current()
    stored = load_annotations(session)
    assert [marker.kind for marker in stored.markers] == ["event"]
    assert stored.persons[0].name == "Ada"


def test_a_recording_with_overlay_is_not_painted_twice(make: Make, session: Path, qtbot: QtBot) -> None:
    (session / "clean.mp4").unlink()
    page = make()
    page.open(str(session))
    wait_open(page, qtbot)
    assert page.stage.pill.text == "The overlay is part of this recording"
    assert not page.transport.overlay.isEnabled()
    (session / "video.mp4").unlink()
    (session.parent / "talk.mp4").unlink()
    page.open(str(session))
    qtbot.waitUntil(lambda: page.control.error is not None, timeout=20000)
    assert "video is missing" in page.empty.text


def test_the_command_line_reports_a_session(session: Path, tmp_path: Path) -> None:
    from app.cli import run as run_command

    target = tmp_path / "page.html"
    assert run_command(["report", str(session), "-o", str(target)]) == 0
    assert "Face 3" in target.read_text()
    assert run_command(["report", str(session), "-o", str(target)]) == 1
