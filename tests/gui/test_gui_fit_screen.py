"""Dialogs on a small screen, or with large texts."""

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from mien.gui.choices import Choices
from mien.gui.parts import fit_screen
from mien.gui.settings_dialog.dialog import SettingsDialog
from mien.gui.shell.about import AboutDialog
from mien.places import recordings_folder
from mien.settings import Settings

ROOM = QSize(911 - 16, 512 - 40)
"""A screen of 1366 x 768 with texts at 150 %, without a window's frame."""


def test_dialogs_fit_a_small_screen(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_screen, "room_for", lambda _window: ROOM)
    choices = Choices(Settings(), lambda _settings: None)
    settings = SettingsDialog(choices, FakeEngine([]))
    about = AboutDialog(recordings_folder(""))
    for dialog in (settings, about):
        qtbot.addWidget(dialog)
        dialog.show()
        assert dialog.height() <= ROOM.height()
        assert dialog.width() <= ROOM.width()
    settings._background.join(2.0)
    choices._background.join(2.0)
