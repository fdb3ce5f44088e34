"""Batch, offscreen: profiles, settings of single files, why one failed and what helps, the word to the desktop."""

from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from fake_queue import FakeQueue
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot
from windows import MakeWindow

from mien.batch.item import Item, State
from mien.batch.item_text import describe_item
from mien.engine.batch_engine import ProgramBatchEngine
from mien.gui.batch.batch_page import BatchPage
from mien.gui.batch.file_settings import FileSettings
from mien.gui.parts.desktop_notice import DesktopNotice
from mien.gui.shell.main_window import MainWindow
from mien.places import demo_clip
from mien.runs.task import Task
from mien.settings import Settings
from mien.settings.profiles import PROFILES, keep_profile


@pytest.fixture
def window(engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    window = make_window(engine)
    qtbot.keyClick(window, "3")
    qtbot.waitUntil(lambda: window.batch.controller.capacity > 0)
    return window


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> BatchPage:
    """The page with three files."""
    window.batch.add([f"/clips/{number}.mp4" for number in (1, 2, 3)])
    qtbot.waitUntil(lambda: len(window.batch.model.items) == 3)
    return window.batch


@pytest.fixture
def queue(engine: FakeEngine, page: BatchPage) -> FakeQueue:
    assert engine.queue is not None
    return engine.queue


def test_the_profiles_are_those_of_the_settings(page: BatchPage, tmp_path: Path) -> None:
    choices = page._choices
    kept = keep_profile(choices.settings, "infants").profiles.kept
    choices.change(profiles={"kept": kept})
    values = [value for value, _ in page.panel.profile.options]
    assert values == ["", *(profile.name for profile in PROFILES), "infants"]
    page.panel.profile.chosen.emit("posed")
    assert choices.settings.batch.profile == "posed"
    assert choices.settings.shown == Settings().shown
    (task,) = ProgramBatchEngine(tmp_path / "queue").plan_batch([demo_clip()], choices.settings)
    assert task.profile == "posed"


def test_a_file_gets_settings_of_its_own_and_keeps_them(page: BatchPage, queue: FakeQueue, qtbot: QtBot) -> None:
    page.list.setCurrentIndex(page.model.index(1))
    page.files.ask_for_settings(page.selected)
    (dialog,) = page.findChildren(FileSettings)
    dialog.profile.set_value("interview")
    dialog.turn.set_value(90)
    qtbot.keyClicks(dialog.start, "1:30")
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.items[1].task.is_own and not page.findChildren(FileSettings))
    first, second, _ = (item.task for item in queue.items())
    assert (second.profile, second.start_s, second.seconds, second.rotate_deg) == ("interview", 90.0, None, 90)
    assert not first.is_own
    words = describe_item(replace(queue.items()[1], state=State.WAITING)).detail
    assert words == "Its own settings: interview · from 01:30 · turned by 90°"
    page.list.setCurrentIndex(page.model.index(1))
    page.files.ask_for_settings(page.selected)
    (dialog,) = page.findChildren(FileSettings)
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not queue.items()[1].task.is_own)


def test_what_is_chosen_for_all_leaves_a_files_own_settings_alone(tmp_path: Path) -> None:
    clips = [tmp_path / name for name in ("a.mp4", "b.mp4")]
    for clip in clips:
        clip.write_bytes(demo_clip().read_bytes())
    engine, settings = ProgramBatchEngine(tmp_path / "queue"), Settings().changed(batch={"kind": "files"})
    plain, own = engine.plan_batch(clips, settings)
    own = replace(own, is_own=True, profile="lecture", start_s=3.0)
    other = settings.changed(batch={"profile": "posed", "start_s": 1.0, "readings": ".parquet"})
    plain, own = engine.replan_batch([plain, own], other)
    assert (plain.profile, plain.start_s, plain.is_own) == ("posed", 1.0, False)
    assert (own.profile, own.start_s, own.is_own) == ("lecture", 3.0, True)
    assert own.readings == tmp_path / "b.mien.parquet"


@pytest.mark.parametrize(
    ("kind", "button"),
    [
        ("VideoUnreadable", "Show the file"),
        ("RecordingError", "Show the results"),
        ("MemoryError", "Read one at a time"),
        ("SettingsError", "Choose its settings…"),
        ("StageError", ""),
    ],
)
def test_why_a_file_failed_is_said_in_full_with_what_helps(
    page: BatchPage, queue: FakeQueue, qtbot: QtBot, kind: str, button: str
) -> None:
    page.controller.start()
    source = queue.items()[0].source
    queue.fail(1, f"{source}: the reason; read fewer files in parallel (--jobs)", kind)
    qtbot.waitUntil(lambda: page.model.count(State.FAILED) == 1)
    assert page.failure.isHidden()
    page.list.setCurrentIndex(page.model.index(0))
    assert page.failure.isVisible()
    assert page.failure.reason.text() == "The reason; read fewer files in parallel"
    assert (page.failure.remedy.text(), page.failure.remedy.isVisible()) == (button, bool(button))
    page.list.setCurrentIndex(page.model.index(2))
    assert page.failure.isHidden()


def test_the_remedy_is_done_and_the_file_read_again(page: BatchPage, queue: FakeQueue, qtbot: QtBot) -> None:
    page._choices.change(reading={"model": "own-network"})
    page.controller.start()
    queue.fail(1, "own-network: damaged; export it anew", "ManifestError")
    page.list.setCurrentIndex(page.model.index(0))
    qtbot.waitUntil(page.failure.isVisible)
    assert page.failure.remedy.text() == "Use the default network"
    qtbot.mouseClick(page.failure.remedy, Qt.MouseButton.LeftButton)
    assert page._choices.settings.reading.model == ""
    qtbot.waitUntil(lambda: page.model.count(State.FAILED) == 0)
    assert page.failure.isHidden()


@pytest.mark.parametrize("wanted", [True, False])
def test_the_desktop_is_told_of_the_end_unless_that_is_switched_off(
    page: BatchPage, queue: FakeQueue, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(DesktopNotice, "tell", lambda self, title, text: told.append((title, text)))
    if not wanted:
        qtbot.mouseClick(page.panel.notify, Qt.MouseButton.LeftButton)
    assert page._choices.settings.batch.notify is wanted
    page.controller.start()
    queue.advance(1, 50)
    qtbot.waitUntil(lambda: page.model.count(State.RUNNING) > 0)
    for number in (1, 2, 3):
        queue.finish(number)
    qtbot.waitUntil(lambda: page.model.count(State.DONE) == 3)
    assert told == ([("Mien", "Batch is finished: 3 files read")] if wanted else [])


def test_the_desktop_is_told_only_where_it_can_be_and_nobody_looks(
    page: BatchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[object, ...]] = []
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda self, *args: shown.append(args))
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", lambda: True)
    monkeypatch.setattr("mien.gui.parts.desktop_notice._is_in_front", lambda: False)
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    assert not page.desktop.tell("Mien", "done")
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    assert page.desktop.tell("Mien", "done")
    assert shown[0][:2] == ("Mien", "done")
    monkeypatch.setattr("mien.gui.parts.desktop_notice._is_in_front", lambda: True)
    assert not page.desktop.tell("Mien", "done")
    assert len(shown) == 1


def test_a_file_is_read_by_its_profile_and_one_that_is_gone_fails(tmp_path: Path) -> None:
    from mien.batch.queue import BatchQueue
    from tests.unit.batch.fake_workers import FakeWorkers

    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(b"x")
    workers = FakeWorkers()
    queue = BatchQueue(Settings(), tmp_path / "x.jsonl", workers)
    seen = []
    behave = workers.behaviour
    workers.behaviour = lambda order, attempt: (seen.append(order.settings), behave(order, attempt))[1]
    try:
        first, second = (Task(source=str(tmp_path / name)) for name in ("a.mp4", "b.mp4"))
        items = queue.add([first, replace(second, profile="gone")])
        queue.choose(items[0].number, lambda task: replace(task, profile="posed"))
        queue.start()
        assert queue.wait(10.0)
        done: tuple[Item, ...] = queue.items()
    finally:
        queue.close()
    assert [settings.shown.prior for settings in seen] == ["balanced"]
    assert (done[0].state, done[1].state, done[1].kind) == (State.DONE, State.FAILED, "SettingsError")
    assert "gone: no such profile" in str(done[1].reason)
