"""The library of sessions: the first thing in Review."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot
from review_pages import Make, open_and_read, wait_open

from mien.errors import RecordingError
from mien.gui.parts.name_editor import NameEditor
from mien.gui.review import library_controller
from mien.gui.review.review_page import ReviewPage
from mien.gui.review.session_list import facts_of


@pytest.fixture
def listed(make: Make, session: Path, tmp_path: Path, qtbot: QtBot) -> ReviewPage:
    """A page that lists a recording."""
    recordings = tmp_path / "Mien"
    recordings.mkdir()
    shutil.move(session, recordings / "Pilot")
    page = make(video={"session_folder": str(recordings)})
    page.open_asked.connect(page.open)
    qtbot.waitUntil(lambda: len(page.library.sessions) == 1)
    assert page.sessions.isVisible()
    return page


def names(page: ReviewPage) -> list[str]:
    return [each.name for each in page.sessions.list.sessions]


def test_a_recording_is_found_and_opened(listed: ReviewPage, qtbot: QtBot) -> None:
    page = listed
    (only,) = page.sessions.list.sessions
    assert only.name == "Pilot"
    assert "fake-s" in facts_of(only)
    assert "recording" in facts_of(only)
    assert only.folder in page.library.pictures
    page.sessions.list.setFocus()
    qtbot.keyClick(page.sessions.list, Qt.Key.Key_Return)
    wait_open(page, qtbot)
    assert page.subject == "Pilot"
    qtbot.mouseClick(page.side.close_button, Qt.MouseButton.LeftButton)
    assert page.sessions.isVisible()


def test_an_analysed_video_joins_the_list(listed: ReviewPage, tmp_path: Path, qtbot: QtBot) -> None:
    page = listed
    open_and_read(page, tmp_path / "talk.mp4", qtbot)
    page.close_current()
    qtbot.waitUntil(lambda: names(page) == ["talk.mp4", "Pilot"])
    page.sessions.search.setText("pil")
    assert names(page) == ["Pilot"]
    page.sessions.search.setText("nothing like it")
    assert names(page) == []
    assert not page.sessions.open.isEnabled()
    page.sessions.search.clear()
    page.sessions.kind.chosen.emit("analysed")
    page.sessions.kind.set_value("analysed")
    page.sessions.search.setText("talk")
    assert names(page) == ["talk.mp4"]
    assert not page.sessions.rename.isEnabled()
    page.sessions.search.setText("pilot")
    assert names(page) == []


def test_a_recording_is_renamed(listed: ReviewPage, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    def accept(editor: NameEditor) -> int:
        editor.field.setText("Room 2")
        return int(QDialog.DialogCode.Accepted.value)

    monkeypatch.setattr(NameEditor, "exec", accept)
    listed.commands()["rename"]()
    qtbot.waitUntil(lambda: names(listed) == ["Room 2"])
    assert (listed.sessions.list.sessions[0].folder / "session.json").is_file()


def test_what_is_deleted_lies_in_the_trash_and_comes_back(
    listed: ReviewPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    trash = tmp_path / "trash"
    trash.mkdir()

    monkeypatch.setattr(library_controller, "move_to_trash", lambda path: path.rename(trash / path.name))
    folder = listed.sessions.list.sessions[0].folder
    with qtbot.waitSignal(listed.notified) as told:
        listed.commands()["delete_marker"]()
    assert told.args[0].text == "Pilot is in the trash"
    qtbot.waitUntil(lambda: listed.empty.isVisible())
    assert not folder.exists()
    told.args[0].act()
    qtbot.waitUntil(lambda: names(listed) == ["Pilot"])
    assert (folder / "session.json").is_file()


def test_without_a_trash_nothing_is_deleted(
    listed: ReviewPage, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(library_controller, "move_to_trash", lambda _: None)
    with qtbot.waitSignal(listed.failed) as failed:
        listed.sessions.delete_selected()
    assert isinstance(failed.args[0], RecordingError)
    assert "no trash" in str(failed.args[0])
    assert listed.sessions.list.sessions[0].folder.is_dir()
