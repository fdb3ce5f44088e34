"""Batch, offscreen: adding, running, cancelling, opening results, and closing while busy."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from fake_engine import FakeEngine
from fake_queue import FakeQueue, make_summary
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from windows import MakeWindow

from mien.batch.item import Item, State
from mien.batch.item_text import describe_item, duration_text
from mien.batch.work_clock import WorkClock
from mien.engine.batch_engine import ProgramBatchEngine
from mien.errors import RecordingError, SourceError
from mien.gui.batch.batch_page import BatchPage
from mien.gui.batch.model import QueueModel
from mien.gui.shell.main_window import MainWindow
from mien.gui.tab_page import Tab
from mien.places import demo_clip
from mien.runs.progress import Progress
from mien.runs.task import Task


@pytest.fixture
def window(engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    """A window in Batch whose queue is open."""
    window = make_window(engine)
    qtbot.keyClick(window, "3")
    qtbot.waitUntil(lambda: window.batch.controller.capacity > 0)
    return window


@pytest.fixture
def page(window: MainWindow) -> BatchPage:
    return window.batch


@pytest.fixture
def queue(engine: FakeEngine, page: BatchPage) -> FakeQueue:
    assert engine.queue is not None
    return engine.queue


def fill(page: BatchPage, qtbot: QtBot, count: int, folder: str = "/clips") -> None:
    page.add([f"{folder}/{number}.mp4" for number in range(1, count + 1)])
    qtbot.waitUntil(lambda: len(page.model.items) == count)


def test_an_empty_queue_says_what_to_do(page: BatchPage) -> None:
    assert page.empty.isVisible()
    assert page.first_files.isVisible()
    assert not page.bar.start.isEnabled()
    assert not page.bar.clear.isEnabled()


def test_files_are_read_as_many_at_a_time_as_fit(page: BatchPage, queue: FakeQueue, qtbot: QtBot) -> None:
    fill(page, qtbot, 4)
    assert page.list.isVisible()
    assert page.model.count(State.WAITING) == 4
    qtbot.mouseClick(page.bar.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.count(State.RUNNING) == 2)
    assert page.bar.start.text() == "Pause"
    queue.advance(1, 50)
    queue.finish(2)
    qtbot.waitUntil(lambda: page.model.count(State.DONE) == 1 and page.model.count(State.RUNNING) == 2)
    assert page.bar.words.text() == "1 of 4 finished · 2 running"
    assert page.bar._share == pytest.approx((0.5 + 1.0) / 4)


def test_space_pauses_and_goes_on(window: MainWindow, page: BatchPage, queue: FakeQueue, qtbot: QtBot) -> None:
    fill(page, qtbot, 4)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.model.count(State.RUNNING) == 2)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert queue.is_paused
    assert "finishing what runs" in page.bar.words.text()
    queue.finish(1)
    queue.finish(2)
    qtbot.waitUntil(lambda: page.model.count(State.DONE) == 2)
    assert page.model.count(State.RUNNING) == 0
    assert page.bar.start.text() == "Resume"
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.model.count(State.RUNNING) == 2)


def test_del_cancels_what_runs_and_takes_away_what_is_over(
    window: MainWindow, page: BatchPage, queue: FakeQueue, qtbot: QtBot
) -> None:
    fill(page, qtbot, 3)
    page.controller.start()
    qtbot.waitUntil(lambda: page.model.count(State.RUNNING) == 2)
    queue.finish(1)
    qtbot.waitUntil(lambda: page.model.count(State.DONE) == 1)
    page.list.selectAll()
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.model.count(State.CANCELLED) == 2)
    assert [item.number for item in page.model.items] == [2, 3]


def test_one_is_cancelled_and_done_again_at_the_end_of_its_row(
    page: BatchPage, queue: FakeQueue, qtbot: QtBot
) -> None:
    fill(page, qtbot, 3)
    page.controller.start()
    qtbot.waitUntil(lambda: page.model.count(State.RUNNING) == 2)
    row = page.list.visualRect(page.model.index(0))
    button = QPoint(row.right() - 30, row.center().y())
    qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=button)
    qtbot.waitUntil(lambda: page.model.items[0].state is State.CANCELLED)
    assert page.model.items[2].state is State.RUNNING  # the next has taken its place
    qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=button)
    qtbot.waitUntil(lambda: page.model.items[0].state is State.WAITING)


@pytest.mark.parametrize("way", ["enter", "double click", "button"])
def test_a_result_opens_in_review(
    way: str, window: MainWindow, page: BatchPage, queue: FakeQueue, qtbot: QtBot, tmp_path: Path
) -> None:
    fill(page, qtbot, 1, str(tmp_path))
    for name in ("1.mp4", "1.csv"):
        (tmp_path / name).write_text("x")
    page.controller.start()
    queue.finish(1)
    qtbot.waitUntil(lambda: page.model.count(State.DONE) == 1)
    opened: list[str] = []
    page.open_asked.disconnect(window.open)
    page.open_asked.connect(opened.append)
    row = page.list.visualRect(page.model.index(0))
    left = Qt.MouseButton.LeftButton
    if way == "enter":
        page.list.setCurrentIndex(page.model.index(0))
        qtbot.keyClick(page.list, Qt.Key.Key_Return)
    elif way == "double click":
        qtbot.mouseClick(page.list.viewport(), left, pos=row.center())
        qtbot.mouseDClick(page.list.viewport(), left, pos=row.center())
    else:
        qtbot.mouseClick(page.list.viewport(), left, pos=QPoint(row.right() - 30, row.center().y()))
    assert opened == [str(tmp_path / "1.mp4")]  # shown with its readings; a table is no video


def test_why_one_failed_stands_in_its_row(page: BatchPage, queue: FakeQueue, qtbot: QtBot) -> None:
    fill(page, qtbot, 2)
    page.controller.start()
    queue.fail(1, "1.mp4: no picture in it; choose another file")
    qtbot.waitUntil(lambda: page.model.count(State.FAILED) == 1)
    index = page.model.index(0)
    assert "no picture in it" in str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    assert "no picture in it" in str(index.data(Qt.ItemDataRole.ToolTipRole))
    assert page.bar.words.text().endswith("1 failed")
    page.list.setCurrentIndex(index)
    page.repeat_selected()
    qtbot.waitUntil(lambda: page.model.items[0].state is not State.FAILED)


def test_clearing_leaves_what_waits_and_runs(page: BatchPage, queue: FakeQueue, qtbot: QtBot) -> None:
    fill(page, qtbot, 5)
    page.controller.start()
    queue.finish(1)
    queue.fail(2, "broken")
    qtbot.waitUntil(lambda: page.model.count(State.FAILED) == 1)
    qtbot.mouseClick(page.bar.clear, Qt.MouseButton.LeftButton)
    assert [item.number for item in page.model.items] == [3, 4, 5]


def test_the_summary_is_a_row_for_each_file(
    window: MainWindow, page: BatchPage, queue: FakeQueue, qtbot: QtBot, tmp_path: Path
) -> None:
    fill(page, qtbot, 2, str(tmp_path))
    page.controller.start()
    queue.finish(1, make_summary(happiness=30, anger=10))
    queue.fail(2, "broken")
    qtbot.waitUntil(lambda: page.model.count(State.FAILED) == 1)
    qtbot.mouseClick(page.bar.table, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.messages.banner.text == "Saved mien-summary.csv")
    rows = list(csv.DictReader((tmp_path / "mien-summary.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["state"] for row in rows] == ["done", "failed"]
    assert float(rows[0]["share_happiness"]) == 0.75


def test_the_summary_is_written_when_the_queue_is_done(
    page: BatchPage, queue: FakeQueue, qtbot: QtBot, tmp_path: Path
) -> None:
    fill(page, qtbot, 2, str(tmp_path))
    page.controller.start()
    queue.finish(1)
    assert not (tmp_path / "mien-summary.csv").exists()
    queue.finish(2)
    qtbot.waitUntil((tmp_path / "mien-summary.csv").exists)


def test_a_full_disk_stops_the_queue_and_says_so_once(
    window: MainWindow, page: BatchPage, queue: FakeQueue, qtbot: QtBot
) -> None:
    fill(page, qtbot, 3)
    said: list[object] = []
    page.failed.connect(said.append)
    page.controller.start()
    queue.error = RecordingError("batch.jsonl: the disk is full; make room, then start again")
    queue.is_paused = True
    queue.advance(1, 10)
    queue.advance(1, 11)
    qtbot.waitUntil(window.messages.banner.isVisible)
    assert "the disk is full" in window.messages.banner.text
    assert said == [queue.error]
    assert page.bar.start.text() == "Resume"


def test_a_folder_without_videos_says_so(
    window: MainWindow, page: BatchPage, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def refuse(*_: object) -> list[Task]:
        raise SourceError("/empty: no video or picture in there; choose another folder")

    monkeypatch.setattr(engine, "plan_batch", refuse)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "/empty")
    qtbot.mouseClick(page.bar.folder, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "no video or picture" in window.messages.banner.text)
    assert page.empty.isVisible()


def test_files_dropped_before_the_queue_is_open_are_added(make_window: MakeWindow, qtbot: QtBot) -> None:
    engine = FakeEngine([])
    window = make_window(engine)
    window.run("batch")
    window.batch.add(["/clips/a.mp4"])
    qtbot.waitUntil(lambda: len(window.batch.model.items) == 1)


def test_what_is_written_and_where_is_chosen_beside_the_list(
    window: MainWindow, page: BatchPage, queue: FakeQueue, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not page.panel.video.isVisible()  # a session has one of its own
    qtbot.keyClick(page.panel.kind, Qt.Key.Key_Down)
    assert queue.settings.batch.kind == "files"
    qtbot.mouseClick(page.panel.video, Qt.MouseButton.LeftButton)
    assert queue.settings.batch.video
    page.panel.jobs.menu.actions()[4].trigger()
    qtbot.waitUntil(lambda: queue.capacity == 4)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "/results")
    qtbot.mouseClick(page.panel.folder, Qt.MouseButton.LeftButton)
    assert queue.settings.batch.folder == "/results"
    assert page.panel.folder.text() == "results"
    qtbot.mouseClick(page.panel.beside, Qt.MouseButton.LeftButton)
    assert window.choices.settings.batch.folder == ""
    assert page.panel.folder.text() == "Beside each file"


def test_what_to_write_counts_for_what_waits(page: BatchPage, queue: FakeQueue, qtbot: QtBot) -> None:
    fill(page, qtbot, 3)
    page.controller.start()
    qtbot.waitUntil(lambda: page.model.count(State.RUNNING) == 2)
    page._choices.change(batch={"readings": ".parquet"})
    qtbot.waitUntil(lambda: page.model.items[2].task.readings == Path("/clips/3.parquet"))
    assert [item.task.readings for item in page.model.items[:2]] == [Path("/clips/1.csv"), Path("/clips/2.csv")]


def test_a_picture_shows_itself_in_its_row(
    page: BatchPage, queue: FakeQueue, qtbot: QtBot, tmp_path: Path
) -> None:
    cv2.imwrite(str(tmp_path / "red.png"), np.full((30, 50, 3), (0, 0, 255), np.uint8))
    (tmp_path / "broken.png").write_text("this is no picture")
    page.add([str(tmp_path / name) for name in ("red.png", "broken.png", "clip.mp4")])
    qtbot.waitUntil(lambda: len(page.model.items) == 3)
    page.show()
    red, broken, clip = page.model.items
    qtbot.waitUntil(lambda: page.thumbnails.of(red) is not None)
    image = page.thumbnails.of(red)
    assert image is not None
    assert (image.width(), image.height()) == (80, 80)
    assert image.pixelColor(40, 40).name() == "#ff0000"
    assert page.thumbnails.of(broken) is None
    assert page.thumbnails.of(clip) is None


def test_a_finished_queue_stands_still(page: BatchPage, queue: FakeQueue, qtbot: QtBot, tmp_path: Path) -> None:
    fill(page, qtbot, 1, str(tmp_path))
    page.controller.start()
    queue.finish(1)
    qtbot.waitUntil(lambda: queue.is_paused)
    page.add([str(tmp_path / "2.mp4")])
    qtbot.waitUntil(lambda: len(page.model.items) == 2)
    assert page.model.count(State.WAITING) == 1
    assert page.bar.start.text() == "Resume"


def test_a_queue_that_another_window_has_is_tried_again(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RecordingError("Batch is open in another window of Mien; work there, or close it")

    with monkeypatch.context() as patch:
        patch.setattr(FakeEngine, "open_queue", refuse)
        window = make_window(engine)
        qtbot.keyClick(window, "3")
        qtbot.waitUntil(lambda: "another window" in window.messages.banner.text)
    assert window.batch.controller.capacity == 0
    fill(window.batch, qtbot, 1)


def test_the_switch_shows_that_files_are_read_while_one_is_elsewhere(
    window: MainWindow, page: BatchPage, queue: FakeQueue, qtbot: QtBot
) -> None:
    fill(page, qtbot, 1)
    page.controller.start()
    qtbot.waitUntil(lambda: page.model.count(State.RUNNING) == 1)
    qtbot.keyClick(window, "1")
    from mien.gui.tab_page import Tab

    segment = window.top_bar.tabs.segments[Tab.BATCH]
    assert segment.busy == "1 running"
    queue.finish(1)
    qtbot.waitUntil(lambda: segment.busy == "")


def test_closing_while_files_are_read_ends_the_queue(
    window: MainWindow, page: BatchPage, queue: FakeQueue, qtbot: QtBot
) -> None:
    fill(page, qtbot, 3)
    page.controller.start()
    window.close()
    assert queue.is_closed
    assert not window.isVisible()


# The model and the words


def item(number: int, state: State = State.WAITING, **fields: object) -> Item:
    source = Path(f"/clips/{number}.mp4")
    return Item(number, source, Task(source=str(source)), state, **fields)  # type: ignore[arg-type]


def test_added_items_keep_the_selection_and_removed_ones_reset_it(qtbot: QtBot) -> None:
    model = QueueModel()
    resets: list[str] = []
    model.modelReset.connect(lambda: resets.append("reset"))
    model.set_items([item(1), item(2)])
    model.set_items([item(1, State.DONE), item(2), item(3)])
    assert resets == []
    assert [one.state for one in model.items] == [State.DONE, State.WAITING, State.WAITING]
    model.set_items([item(2), item(3)])
    assert resets == ["reset"]
    model.update_item(item(3, State.RUNNING))
    model.update_item(item(99, State.RUNNING))
    assert [one.state for one in model.items] == [State.WAITING, State.RUNNING]


@pytest.mark.parametrize(
    ("one", "state", "detail"),
    [
        (item(1), "Waiting", ""),
        (item(1, State.RUNNING), "Starting", ""),
        (item(1, State.RUNNING, progress=Progress(50, 200, 25.0)), "25 % · 6 s left", ""),
        (item(1, State.RUNNING, progress=Progress(50, None, 25.0)), "50 frames", ""),
        (item(1, State.DONE, summary=make_summary(anger=3, fear=1)), "Done", "Anger 75 % · 2 faces · 1:12 min"),
        (item(1, State.UP_TO_DATE, reason="cut off at 3 s"), "Up to date", "cut off at 3 s"),
        (item(1, State.FAILED, reason="1.mp4: gone"), "Failed", "1.mp4: gone"),
    ],
)
def test_the_words_of_a_row(one: Item, state: str, detail: str) -> None:
    words = describe_item(one)
    assert (words.state, words.detail) == (state, detail)


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "0 s"), (59.4, "59 s"), (187, "3:07 min"), (3725, "1:02 h")])
def test_durations(seconds: float, words: str) -> None:
    assert duration_text(seconds) == words


def test_a_part_of_each_video_is_chosen_in_the_window(page: BatchPage, tmp_path: Path, qtbot: QtBot) -> None:
    panel = page.panel
    for field, text in ((panel.start, "1:30"), (panel.length, "12,5")):
        field.clear()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    chosen = page._choices.settings
    assert (chosen.batch.start_s, chosen.batch.seconds) == (90.0, 12.5)
    assert (panel.start.text(), panel.length.text()) == ("01:30", "00:12.500")
    (task,) = ProgramBatchEngine(tmp_path / "queue").plan_batch([demo_clip()], chosen)
    assert (task.start_s, task.seconds) == (90.0, 12.5)
    qtbot.keyClicks(panel.start, "x")
    qtbot.keyClick(panel.start, Qt.Key.Key_Return)
    assert panel.start.text() == "01:30"
    panel.start.clear()
    qtbot.keyClick(panel.start, Qt.Key.Key_Return)
    assert page._choices.settings.batch.start_s == 0.0


def test_the_end_is_told_also_on_another_page(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    engine = FakeEngine([])
    window = make_window(engine, "synthetic")
    window.run("batch")
    window.batch.add([str(tmp_path / name) for name in ("a.mp4", "b.mp4")])
    qtbot.waitUntil(lambda: len(window.batch.model.items) == 2)
    window.batch.controller.start()
    queue = engine.queue
    assert queue is not None
    queue.advance(1, 50)
    qtbot.waitUntil(lambda: window.batch.model.count(State.RUNNING) > 0)
    window.run("live")
    queue.finish(1)
    queue.fail(2, "b.mp4: no picture in it; choose another file")
    qtbot.waitUntil(lambda: window.messages.banner.text == "Batch is finished: 1 file read, 1 failed")
    qtbot.mouseClick(window.messages.banner.remedy, Qt.MouseButton.LeftButton)
    assert window.tabs.tab is Tab.BATCH


def test_the_time_left_follows_what_was_done_since_the_start() -> None:
    clock = WorkClock()
    assert clock.left_s(100.0, 0.2, 10, works=True) is None
    assert clock.left_s(110.0, 0.3, 10, works=True) == pytest.approx(70.0)
    assert clock.left_s(120.0, 0.5, 10, works=True) == pytest.approx(0.5 * 20 / 0.3)
    assert clock.left_s(121.0, 0.5, 10, works=False) is None
    assert clock.left_s(500.0, 0.5, 10, works=True) is None, "a pause does not count"
    assert clock.left_s(510.0, 0.25, 20, works=True) is None, "files were added"
    assert clock.left_s(520.0, 0.30, 20, works=True) == pytest.approx(140.0)
