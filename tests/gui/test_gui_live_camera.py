"""The camera in the whole window: plugging, sizes, the light, countdown and recording, hiding faces."""

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from windows import MakeWindow, WaitFor

from mien.gui.live import camera_watch
from mien.gui.live.live_controller import Phase
from mien.gui.shell.main_window import MainWindow


def test_a_camera_that_is_plugged_in_appears_by_itself(
    make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_watch, "CAMERAS_MS", 40)
    engine = FakeEngine([])
    window = make_window(engine)
    qtbot.waitUntil(lambda: window.live.start.state.title == "No camera found")
    engine.cameras = [("Front camera", "camera:0")]
    qtbot.waitUntil(lambda: [button.text() for button in window.live.start.camera_buttons] == ["Front camera"])
    assert window.live.controller.phase is Phase.IDLE  # nobody asked for it
    engine.cameras = []
    qtbot.waitUntil(lambda: window.live.start.state.title == "No camera found")


def test_the_light_is_out_while_the_camera_is_unplugged(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot
) -> None:
    assert window.top_bar.light.is_on
    source = engine.sources[0]
    source.is_connected, source.notice = False, "Front camera is unplugged; waiting for it to come back"
    qtbot.waitUntil(lambda: not window.top_bar.light.is_on)
    qtbot.waitUntil(lambda: window.live.view.stage.card.title == "Waiting for the camera")
    source.is_connected, source.notice = True, None
    qtbot.waitUntil(lambda: window.top_bar.light.is_on)


def test_a_camera_that_only_sends_nothing_keeps_the_light_lit(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot
) -> None:
    engine.sources[0].notice = "Front camera sends no pictures; waiting for it"
    qtbot.waitUntil(lambda: window.live.view.stage.card.title == "Waiting for the camera")
    assert window.top_bar.light.is_on  # it may well be on


def test_size_and_rate_are_chosen_in_the_menu(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot, wait_for: WaitFor
) -> None:
    qtbot.waitUntil(lambda: bool(window.live.transport._modes.actions()))
    actions = window.live.transport._modes.actions()
    assert [action.text() for action in actions] == ["1280 × 720 · 30 fps", "640 × 480 · 60 fps"]
    assert [action.isChecked() for action in actions] == [True, False]
    qtbot.waitUntil(lambda: any(_is_modes(action.menu()) for action in window.live.transport._sources.actions()))
    actions[1].trigger()
    qtbot.waitUntil(lambda: len(engine.sources) == 2)
    settings = window.live.controller.settings
    assert (settings.camera.size_wh, settings.camera.fps) == ((640, 480), 60.0)
    wait_for(window, Phase.PLAYING)
    assert engine.sources[0].closed.is_set()


def test_a_recording_is_counted_down_and_escape_stops_that(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot, wait_for: WaitFor
) -> None:
    window = make_window(engine, "camera:0", video={"countdown_s": 3})
    wait_for(window, Phase.PLAYING)
    qtbot.keyClick(window, Qt.Key.Key_R)
    ring = window.live.view.stage.countdown_ring
    assert (ring.figure, ring.title) == ("3", "Recording begins")
    assert not window.live.controller.recorder.is_recording
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not ring.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_R)
    window.live.countdown._end_s = 0.0  # three seconds later
    qtbot.waitUntil(lambda: window.live.controller.recorder.session is not None)
    assert not ring.isVisible()
    qtbot.waitUntil(lambda: window.live.transport.recorded.value == "12 MB")
    assert window.live.transport.record.isChecked()
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: not window.live.controller.recorder.is_recording)
    assert not window.live.transport.recorded.isVisible()


def test_stopping_the_camera_stops_the_countdown(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot, wait_for: WaitFor
) -> None:
    window = make_window(engine, "camera:0", video={"countdown_s": 5})
    wait_for(window, Phase.PLAYING)
    qtbot.keyClick(window, Qt.Key.Key_R)
    assert window.live.countdown.is_running
    qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert not window.live.countdown.is_running


def test_a_recording_says_what_it_lacks(engine: FakeEngine, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: bool(engine.sinks))
    engine.sinks[0].notice = "The encoder is too slow; pictures are left out"
    qtbot.waitUntil(lambda: window.live.view.stage.notice.text == engine.sinks[0].notice)
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: window.live.view.stage.notice.text == "")


def test_faces_are_replaced_by_their_label_on_request(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot
) -> None:
    by_label = window.live.transport._covers.actions()[2]
    assert by_label.text() == "Replace faces by their label"
    by_label.trigger()
    assert engine.painted_with[-1].video.cover == "plate"
    assert window.live.transport.cover.isChecked()
    assert by_label.isChecked()
    qtbot.keyClick(window, Qt.Key.Key_B)
    assert window.live.controller.settings.video.cover == "none"
    qtbot.keyClick(window, Qt.Key.Key_B)  # the way of hiding that was chosen last
    assert window.live.controller.settings.video.cover == "plate"


def _is_modes(menu: object) -> bool:
    return isinstance(menu, QMenu) and menu.title() == "Size and rate"
