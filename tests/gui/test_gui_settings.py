"""The settings dialog and About: every choice is there, counts at once, and can be found and undone."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot
from windows import MakeWindow

from mien.about import data_locations, licences
from mien.gui.choices import Choices
from mien.gui.settings_dialog.controls import (
    AmountControl,
    NetworkControl,
    OptionsControl,
    PlaceControl,
    ToggleControl,
)
from mien.gui.settings_dialog.dialog import SettingsDialog
from mien.gui.settings_dialog.entries import GROUPS
from mien.gui.settings_dialog.entry import Amount, Entry, Options
from mien.gui.settings_dialog.kept_card import WHAT
from mien.gui.shell.about import AboutDialog
from mien.settings import Settings
from mien.version import VERSION
from tests.patience import PATIENCE_S

ENTRIES = [entry for group in GROUPS for entry in group.entries]
ELSEWHERE = {
    "reading.added_detector",  # of other packages: on the command line
    "integrations.added",
    "own.expressions",
    "own.text",  # formulas: in the file and on the command line
    "window.keys",
    "profiles.kept",  # each on a card of their own
    "events.types",
    "camera.source",
    "window.consented",
    "window.recent_files",
    "window.geometry",
    "window.open_folder",
    "window.batch_folder",
    "window.export_folder",
    "window.overlay",
    "window.muted",
    "window.curves",
    "window.exports",
    "window.views",
}
"""Chosen by using the window."""
IN_BATCH = {
    f"batch.{name}"
    for name in ("kind", "folder", "video", "readings", "jobs", "start_s", "seconds", "profile", "notify")
}
"""Chosen beside the queue."""


@pytest.fixture
def choices() -> Choices:
    return Choices(Settings(), lambda _: None)


@pytest.fixture
def dialog(choices: Choices, qtbot: QtBot) -> Iterator[SettingsDialog]:
    dialog = SettingsDialog(choices, FakeEngine([]))
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.close()
    dialog._background.join(PATIENCE_S)
    choices._background.join(PATIENCE_S)


def control(dialog: SettingsDialog, name: str) -> QWidget:
    return next(card.rows[name].control for card in dialog.cards.values() if name in card.rows)


def test_every_choice_has_a_place_where_it_is_made() -> None:
    names = [entry.name for entry in ENTRIES]
    assert len(set(names)) == len(names)
    fields = {
        f"{group}.{name}"
        for group in Settings.__struct_fields__
        for name in getattr(Settings(), group).__struct_fields__
    }
    assert set(names) | ELSEWHERE | IN_BATCH == fields
    assert not set(names) & (ELSEWHERE | IN_BATCH)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_choice_is_explained_and_may_be_kept(entry: Entry) -> None:
    assert entry.sentence.endswith(".")
    assert 15 < len(entry.sentence) < 120
    values: list[object] = []
    if isinstance(entry.control, Options):
        values = [value for value, _ in entry.control.values]
        assert entry.value_in(Settings()) in values
    elif isinstance(entry.control, Amount):
        values = [0.0, entry.control.step, entry.control.top]
    for value in values:
        kept = msgspec.json.encode(Settings().changed(**entry.change_to(value)))
        assert entry.value_in(msgspec.json.decode(kept, type=Settings)) == value


def test_a_toggle_counts_at_once(dialog: SettingsDialog, choices: Choices, qtbot: QtBot) -> None:
    toggle = control(dialog, "camera.mirror")
    assert isinstance(toggle, ToggleControl)
    assert toggle.isChecked()
    qtbot.mouseClick(toggle, Qt.MouseButton.LeftButton)
    assert choices.settings.camera.mirror is False
    qtbot.keyClick(toggle, Qt.Key.Key_Return)
    assert choices.settings.camera.mirror is True


def test_options_go_by_arrow_key_and_by_menu(dialog: SettingsDialog, choices: Choices, qtbot: QtBot) -> None:
    size = control(dialog, "camera.size_wh")
    assert isinstance(size, OptionsControl)
    assert size.text() == "1280 × 720"
    qtbot.keyClick(size, Qt.Key.Key_Down)
    assert choices.settings.camera.size_wh == (1920, 1080)
    for _ in range(9):
        qtbot.keyClick(size, Qt.Key.Key_Up)
    assert choices.settings.camera.size_wh == (640, 480)
    size.menu.actions()[1].trigger()
    assert choices.settings.camera.size_wh == (1280, 720)


def test_an_amount_moves_by_its_step_and_says_its_zero(
    dialog: SettingsDialog, choices: Choices, qtbot: QtBot
) -> None:
    smoothing = control(dialog, "shown.smoothing_s")
    assert isinstance(smoothing, AmountControl)
    qtbot.keyClick(smoothing.slider, Qt.Key.Key_Right)
    assert choices.settings.shown.smoothing_s == pytest.approx(0.4)
    assert smoothing.figure.text() == "0.4 s"
    smoothing.slider.setValue(0)
    assert smoothing.figure.text() == "Raw"
    confidence = control(dialog, "shown.min_confidence")
    assert isinstance(confidence, AmountControl)
    assert confidence.figure.text() == "Automatic"
    confidence.slider.setValue(8)
    assert (confidence.figure.text(), choices.settings.shown.min_confidence) == ("40 %", 0.4)
    confidence.slider.setValue(-1)
    assert choices.settings.shown.min_confidence == "auto"


def test_a_value_that_no_option_has_is_shown_as_it_is(dialog: SettingsDialog, choices: Choices) -> None:
    choices.change(camera={"size_wh": (800, 600)}, integrations={"websocket_port": 4711})
    size, port = control(dialog, "camera.size_wh"), control(dialog, "integrations.websocket_port")
    assert isinstance(size, OptionsControl)
    assert isinstance(port, OptionsControl)
    assert size.text() == "800 × 600"
    assert port.text() == "4711"


def test_networks_are_those_that_are_there_or_a_file(
    dialog: SettingsDialog, choices: Choices, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, second = control(dialog, "reading.model"), control(dialog, "reading.compare")
    assert isinstance(network, NetworkControl)
    assert isinstance(second, NetworkControl)
    qtbot.waitUntil(lambda: network.text() == "fake-s")
    assert second.text() == "None"
    network.menu.actions()[1].trigger()
    assert choices.settings.reading.model == "fake-m"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/nets/mine.onnx", ""))
    second.menu.actions()[-1].trigger()
    assert choices.settings.reading.compare == "/nets/mine.onnx"
    assert second.text() == "mine.onnx"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    network.menu.actions()[-1].trigger()
    assert choices.settings.reading.model == "fake-m"
    assert network.text() == "fake-m"


def test_a_folder_is_chosen_and_given_up_again(
    dialog: SettingsDialog, choices: Choices, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = control(dialog, "video.session_folder")
    assert isinstance(place, PlaceControl)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "/data/study")
    qtbot.mouseClick(place.button, Qt.MouseButton.LeftButton)
    assert choices.settings.video.session_folder == "/data/study"
    assert place.button.text() == "study"
    qtbot.mouseClick(place.clear, Qt.MouseButton.LeftButton)
    assert choices.settings.video.session_folder == ""


def test_yunet_without_its_file_is_refused_where_it_is_chosen(
    dialog: SettingsDialog, choices: Choices, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    detector, file = control(dialog, "reading.detector"), control(dialog, "reading.yunet_file")
    assert isinstance(detector, OptionsControl)
    assert isinstance(file, PlaceControl)
    row = dialog.cards["Finding faces"].rows["reading.detector"]
    for answer in ("", str(tmp_path / "gone.onnx")):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, answer=answer: (answer, ""))
        detector.picked.emit("yunet")
        assert choices.settings.reading.detector == "retinaface"
        assert detector.text() == "RetinaFace"
        assert "it needs its file" in row.sentence
    own = tmp_path / "own.onnx"
    own.write_bytes(b"network")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(own), ""))
    detector.picked.emit("yunet")
    assert (choices.settings.reading.detector, choices.settings.reading.yunet_file) == ("yunet", str(own))
    assert "it needs its file" not in row.sentence
    qtbot.mouseClick(file.clear, Qt.MouseButton.LeftButton)
    assert (choices.settings.reading.detector, choices.settings.reading.yunet_file) == ("retinaface", "")


def test_a_group_is_reset_by_itself(dialog: SettingsDialog, choices: Choices, qtbot: QtBot) -> None:
    card = dialog.cards["Camera"]
    assert not card.reset.isEnabled()
    choices.change(camera={"fps": 60.0, "mirror": False}, shown={"smoothing_s": 1.0})
    assert card.reset.isEnabled()
    qtbot.mouseClick(card.reset, Qt.MouseButton.LeftButton)
    assert (choices.settings.camera.fps, choices.settings.camera.mirror) == (30.0, True)
    assert choices.settings.shown.smoothing_s == 1.0
    assert not card.reset.isEnabled()


def test_what_is_changed_elsewhere_shows_here(dialog: SettingsDialog, choices: Choices) -> None:
    choices.change(window={"theme": "light"}, camera={"mirror": False})
    theme, mirror = control(dialog, "window.theme"), control(dialog, "camera.mirror")
    assert isinstance(theme, OptionsControl)
    assert isinstance(mirror, ToggleControl)
    assert theme.text() == "Light"
    assert not mirror.isChecked()


def test_the_search_leaves_what_has_all_words(dialog: SettingsDialog, qtbot: QtBot) -> None:
    qtbot.keyClicks(dialog.search, "face hidden")
    shown = {name for card in dialog.cards.values() for name, row in card.rows.items() if row.isVisible()}
    assert shown == set()
    assert dialog._nothing.isVisible()
    dialog.search.setText("RECORDINGS hide")
    shown = {name for card in dialog.cards.values() for name, row in card.rows.items() if row.isVisible()}
    assert shown == {"video.cover"}
    dialog.search.clear()
    assert all(row.isVisible() for card in dialog.cards.values() for row in card.rows.values())


def test_kept_readings_are_deleted_only_when_asked_twice(dialog: SettingsDialog, qtbot: QtBot) -> None:
    kept, engine = dialog.kept, dialog.kept._engine
    assert isinstance(engine, FakeEngine)
    dialog._scroll.ensureWidgetVisible(kept)
    qtbot.waitUntil(lambda: kept.taken.text() == "312 MB")
    qtbot.mouseClick(kept.clear, Qt.MouseButton.LeftButton)
    assert kept.delete.isVisible()
    assert kept.delete.text() == "Delete 312 MB"
    assert "Markers" in kept.row.sentence
    assert kept.keep.hasFocus()
    qtbot.keyClick(kept.keep, Qt.Key.Key_Return)
    assert not kept.delete.isVisible()
    assert engine.kept_bytes == 312_000_000
    qtbot.mouseClick(kept.clear, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(kept.delete, Qt.MouseButton.LeftButton)
    assert not kept.clear.isEnabled()
    qtbot.waitUntil(lambda: kept.taken.text() == "Nothing is kept")
    assert kept.row.sentence == "312 MB are free again."
    assert not kept.clear.isEnabled()
    assert "MainThread" not in engine.thread_names


def test_what_could_not_be_deleted_is_said(dialog: SettingsDialog, qtbot: QtBot) -> None:
    kept, engine = dialog.kept, dialog.kept._engine
    assert isinstance(engine, FakeEngine)
    engine.held_bytes = 12_000_000
    qtbot.waitUntil(kept.clear.isEnabled)
    qtbot.mouseClick(kept.clear, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(kept.delete, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: kept.taken.text() == "12 MB")
    assert kept.row.sentence.startswith("300 MB are free again. 12 MB are still there")
    engine.kept_bytes = 5_400
    dialog.hide()
    dialog.show()
    qtbot.waitUntil(lambda: kept.taken.text() == "5 kB")
    assert kept.row.sentence == WHAT


def test_the_search_finds_the_kept_readings(dialog: SettingsDialog) -> None:
    dialog.search.setText("kept readings")
    assert dialog.kept.isVisible()
    assert not any(card.isVisible() for card in dialog.cards.values())
    dialog.search.setText("mirror")
    assert not dialog.kept.isVisible()


def test_a_link_brings_its_group_into_view(dialog: SettingsDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.links["Recording"], Qt.MouseButton.LeftButton)
    card = dialog.cards["Recording"]
    top = card.mapTo(dialog, card.rect().topLeft()).y()
    assert 0 <= top < 60
    assert dialog.links["Recording"].isChecked()


def test_every_control_has_a_name_and_is_reached_by_key(dialog: SettingsDialog) -> None:
    for card in dialog.cards.values():
        for row in card.rows.values():
            parts = [row.control, *row.control.findChildren(QWidget)]
            focusable = [part for part in parts if part.focusPolicy() & Qt.FocusPolicy.TabFocus]
            assert focusable, row.entry.name
            assert all(part.accessibleName() for part in focusable), row.entry.name


def test_nothing_is_cut_off_at_the_smallest_size(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.resize(dialog.minimumSize())
    qtbot.wait(20)
    width = dialog._scroll.viewport().width()
    inner = dialog._scroll.widget()
    qtbot.mouseClick(dialog.kept.clear, Qt.MouseButton.LeftButton)
    rows = [row for card in dialog.cards.values() for row in card.rows.values()]
    for row in (*rows, dialog.kept.row):
        right = row.control.mapTo(inner, row.control.rect().topRight()).x()
        assert right < width, row.title


def test_ctrl_comma_opens_the_settings_and_a_choice_reaches_the_window(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(engine, "synthetic")
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window.side_windows.settings
    assert isinstance(dialog, SettingsDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    assert not dialog.isModal()
    theme = control(dialog, "window.theme")
    qtbot.keyClick(theme, Qt.Key.Key_Down)
    assert window.choices.settings.window.theme == "light"
    window.side_windows.show_settings()
    assert window.side_windows.settings is dialog
    window.close()
    assert not dialog.isVisible()


def test_about_says_the_version_the_places_and_the_licences(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(engine, "synthetic", video={"session_folder": "/data/study"})
    window.side_windows.show_about()
    about = window.side_windows.about
    assert isinstance(about, AboutDialog)
    pages = [about.pages.widget(place) for place in range(3)]
    texts = [page.toPlainText() for page in pages]  # type: ignore[attr-defined]
    assert "not what a person feels" in texts[0]
    assert any(VERSION in label.text() for label in about.findChildren(QLabel))
    assert "/data/study" in texts[1]
    for part in ("MIT License", "Inter", "PySide6", "mediapipe", "LGPL"):
        assert part in texts[2]
    qtbot.mouseClick(about.links["Licences"], Qt.MouseButton.LeftButton)
    assert about.pages.currentWidget() is pages[2]


def test_a_link_is_copied_and_never_opened(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtGui import QDesktopServices

    monkeypatch.setattr(QDesktopServices, "openUrl", lambda *_: pytest.fail("a link was opened"))
    about = AboutDialog(Path("/data"))
    qtbot.addWidget(about)
    page = about.pages.widget(2)
    assert not page.openLinks()  # type: ignore[attr-defined]
    page.anchorClicked.emit(QUrl("file:///licence"))  # type: ignore[attr-defined]
    assert QGuiApplication.clipboard().text() == "file:///licence"
    assert "Copied" in about._said.text()


def test_paths_are_text_and_not_markup() -> None:
    assert "&lt;b&gt;" in data_locations(Path("/data/<b>"), Path("/pictures"))


def test_missing_licence_texts_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("mien.about.files", lambda _: [])
    assert "missing" in licences()
