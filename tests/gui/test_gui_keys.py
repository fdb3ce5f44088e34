"""Keys of one's own: chosen in the settings, in force at once, shown wherever a key is shown."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from mien.gui.parts.key_hint import key_text
from mien.gui.shell.keys_card import KeysCard
from mien.gui.shell.main_window import MainWindow
from mien.gui.shell.shortcuts import KEYS, conflict_of, is_free_to_use, keys_in_force
from mien.settings.events import EventType


@pytest.fixture
def card(window: MainWindow, qtbot: QtBot) -> KeysCard:
    window.run("settings")
    dialog = window.side_windows.settings
    assert dialog is not None
    dialog.hide()  # the window's keys act while it is in front
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return dialog.findChild(KeysCard)


def test_a_key_of_ones_own_is_in_force_at_once_and_is_shown(
    window: MainWindow, card: KeysCard, qtbot: QtBot
) -> None:
    mirror = window.live.transport.mirror
    assert mirror.hint.endswith("(M)")
    before = window.choices.settings.camera.mirror
    card.rows["live.mirror"].field.edit.setKeySequence(QKeySequence("Ctrl+M"))
    assert window.choices.settings.window.keys == (("live.mirror", "Ctrl+M"),)
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert window.choices.settings.camera.mirror is before
    qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert window.choices.settings.camera.mirror is not before
    cap = QKeySequence("Ctrl+M").toString(QKeySequence.SequenceFormat.NativeText)
    assert mirror.hint.endswith(f"({cap})")
    assert "Ctrl+M: Mirror the camera" in window.sheet.accessibleDescription()
    card.rows["live.mirror"].field.reset.click()
    assert window.choices.settings.window.keys == ()
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert window.choices.settings.camera.mirror is before


def test_a_menu_shows_the_key_that_is_in_force_when_it_opens(window: MainWindow, card: KeysCard) -> None:
    menu = window.top_bar.files.menu
    card.rows["window.open"].field.edit.setKeySequence(QKeySequence("Ctrl+L"))
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == f"Open a video…\t{key_text('window.open')}"
    card.rows["window.open"].field.edit.clear()
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == "Open a video…"


def test_a_taken_key_is_refused_with_the_name_of_what_has_it(window: MainWindow, card: KeysCard) -> None:
    row = card.rows["live.mirror"]
    row.field.edit.setKeySequence(QKeySequence("R"))
    assert "Record, and end the recording" in row.sentence
    assert window.choices.settings.window.keys == ()
    assert row.field.edit.keySequence() == QKeySequence("M")
    row.field.edit.setKeySequence(QKeySequence("Ctrl+Q"))
    assert '"Quit" everywhere' in row.sentence
    window.choices.change(events={"types": (EventType(name="Laughs", key="G"),)})
    row.field.edit.setKeySequence(QKeySequence("G"))
    assert "Laughs" in row.sentence
    assert window.choices.settings.window.keys == ()
    row.field.edit.setKeySequence(QKeySequence("Esc"))
    assert "needed by lists" in row.sentence
    # What is taken in Live only is free in Review.
    card.rows["review.mute"].field.edit.setKeySequence(QKeySequence("U"))
    assert window.choices.settings.window.keys == (("review.mute", "U"),)


def test_the_table_of_keys_has_no_conflict_with_itself() -> None:
    assert [key.name for key in KEYS if conflict_of(key.name, key.sequence, KEYS)] == []
    assert len({key.name for key in KEYS}) == len(KEYS)


def test_settings_of_another_version_or_hand_cannot_bind_what_is_no_key() -> None:
    own = (("live.mirror", "no such key"), ("live.gone", "G"), ("window.leave", "G"), ("live.record", "Ctrl+1, 2"))
    assert keys_in_force(own) == KEYS
    assert is_free_to_use("")
    assert not is_free_to_use("Ctrl+K, Ctrl+C")


def test_letters_act_only_where_no_text_could_be_meant(window: MainWindow, qtbot: QtBot) -> None:
    before = window.choices.settings.camera.mirror
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_M)
    assert field.text() == "m"
    assert window.choices.settings.camera.mirror is before


def test_reset_gives_all_keys_back(window: MainWindow, card: KeysCard) -> None:
    window.choices.change(window={"keys": (("live.mirror", "G"), ("review.mute", ""))})
    assert card.rows["live.mirror"].field.reset.isEnabled()
    assert card.rows["review.mute"].field.edit.keySequence().isEmpty()
    card.reset.click()
    assert window.choices.settings.window.keys == ()
    assert not card.reset.isEnabled()


def test_a_key_of_a_command_is_not_offered_to_types_of_events(window: MainWindow, card: KeysCard) -> None:
    card.rows["live.mirror"].field.edit.setKeySequence(QKeySequence("G"))
    card.rows["batch.again"].field.edit.setKeySequence(QKeySequence("P"))
    editor = window.live.event_menu.edit()
    offered = [value for value, _ in editor.rows[0].key.options]
    assert "G" not in offered
    assert {"P", "Q"} <= set(offered)
    editor.reject()
