"""A fault of Mien's own in the window: the offer, and the report that is shown wholly before it is saved."""

import threading
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from windows import MakeWindow

import mien.own_process
from mien.errors import unexpected
from mien.faults import Fault, note_fault
from mien.gui.shell.crash_dialog import CrashDialog
from mien.gui.shell.main_window import MainWindow


def dialog_of(window: MainWindow) -> CrashDialog:
    report = window.side_windows.report
    assert isinstance(report, CrashDialog)
    assert report.isVisible()
    return report


@pytest.fixture
def _own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mien.own_process, "_is_own", True)


@pytest.mark.usefixtures("_own")
def test_a_fault_on_any_thread_is_offered_and_saved_as_shown(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = str(tmp_path / "anna.mp4")
    thread = threading.Thread(target=lambda: note_fault(KeyError(secret), "thread mien-test"))
    thread.start()
    thread.join()
    banner = window.messages.banner
    qtbot.waitUntil(lambda: "KeyError" in banner.text)
    assert banner.remedy.text() == "Report…"
    banner.remedy.click()
    dialog = dialog_of(window)
    shown = dialog.text.toPlainText()
    assert "What:     KeyError, in thread mien-test" in shown
    assert secret not in shown

    target = tmp_path / "report.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    dialog.doing.setText("Opened a clip")
    dialog.save.click()
    assert target.read_text(encoding="utf-8") == dialog.text.toPlainText()
    assert "Opened a clip" in target.read_text(encoding="utf-8")
    assert dialog.said.text() == "Saved as report.txt"

    dialog.with_names.setChecked(True)
    assert dialog.said.text() == ""  # what is shown now is not saved
    assert secret in dialog.text.toPlainText()
    dialog.save_to(tmp_path / "no such folder" / "x.txt")
    assert dialog.said.text().startswith("Not saved: ")


def test_what_killed_the_program_is_offered_at_the_next_start(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot
) -> None:
    engine.fault = Fault(when="2026-01-01 12:00:00", where="the window", dump="Fatal Python error: Aborted\n")
    window = make_window(engine, "camera:0")
    qtbot.waitUntil(lambda: "ended unexpectedly" in window.messages.banner.text)
    window.messages.banner.remedy.click()
    assert "What:     Aborted, in the window" in dialog_of(window).text.toPlainText()


def test_an_error_that_is_a_fault_has_its_report_as_remedy(window: MainWindow) -> None:
    window.messages.show_error(unexpected(IndexError("list index out of range"), "read"))
    banner = window.messages.banner
    assert banner.text == "read: list index out of range; please report this"
    assert banner.remedy.text() == "Report…"
    banner.remedy.click()
    assert "IndexError: list index out of range" in dialog_of(window).text.toPlainText()
