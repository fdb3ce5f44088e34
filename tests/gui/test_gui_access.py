"""The window for who uses no mouse, or no screen."""

from pathlib import Path

import pytest
from fake_engine import FakeEngine, make_emotion, make_reading
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from windows import MakeWindow, WaitFor

from mien.core.emotion import Affect
from mien.errors import AppError
from mien.gui.live.live_controller import Phase
from mien.gui.parts.buttons import Button
from mien.gui.parts.spoken import affect_in_words, shares_in_words
from mien.gui.shell import main_window
from mien.gui.shell.main_window import MainWindow


def test_space_presses_the_button_that_was_reached_by_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    mirror = window.live.transport.mirror
    before = window.live.controller.settings.camera.mirror
    mirror.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert window.live.controller.settings.camera.mirror is not before
    assert window.live.controller.phase is Phase.PLAYING
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window.live.controller.phase is Phase.PAUSED


def test_what_is_painted_is_told_to_screen_readers(window: MainWindow, qtbot: QtBot) -> None:
    view = window.live.view
    qtbot.waitUntil(lambda: view.panel.face_id is not None)
    qtbot.waitUntil(lambda: "valence" in view.panel.gauges.accessibleDescription())
    assert view.panel.bars.accessibleDescription().count("%") == 8
    assert "arousal" in view.panel.circumplex.accessibleDescription()
    assert view.stage.picture.accessibleDescription().startswith("Face 1: ")
    assert "; Face 2: " in view.stage.picture.accessibleDescription()
    assert "Face 1: " in view.timeline.accessibleDescription()


def test_the_words_for_screen_readers() -> None:
    words = shares_in_words(make_emotion(top="happiness"))
    assert words.startswith("Happiness 86 %, ")
    assert affect_in_words(Affect(0.76, -0.14)) == "valence +0.80, arousal \u22120.10"
    assert affect_in_words(Affect(0.5, 0.0, (0.4, 0.3))).endswith(", give or take 0.4 and 0.3")
    assert affect_in_words(None) == "not measured"
    assert make_reading(1).track.face_id == 1


def test_f1_opens_the_manual_and_ctrl_q_ends(
    engine: FakeEngine,
    make_window: MakeWindow,
    wait_for: WaitFor,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    window = make_window(engine, "camera:0")
    wait_for(window, Phase.PLAYING)
    opened: list[Path] = []
    monkeypatch.setattr(main_window, "open_file", opened.append)
    monkeypatch.setattr(main_window, "manual_page", lambda: tmp_path / "index.html")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert opened == [tmp_path / "index.html"]

    def fail() -> Path:
        raise AppError("The manual is not part of this installation; `build` builds it")

    monkeypatch.setattr(main_window, "manual_page", fail)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.messages.banner.text == "The manual is not part of this installation"
    qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert engine.sources[0].closed.is_set()


def test_every_button_has_a_name(window: MainWindow) -> None:
    unnamed = [each for each in window.findChildren(Button) if each.isVisible() and not each.accessibleName()]
    assert unnamed == []
