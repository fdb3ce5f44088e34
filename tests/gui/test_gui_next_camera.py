"""From one camera to the next with a key."""

from fake_engine import FakeEngine
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from windows import MakeWindow, WaitFor

from mien.gui.live.live_controller import Phase

TWO = (("Front", "camera:0"), ("Side", "camera:1"))


def test_a_key_goes_round_the_cameras(make_window: MakeWindow, wait_for: WaitFor, qtbot: QtBot) -> None:
    window = make_window(FakeEngine(TWO), "camera:0")
    wait_for(window, Phase.PLAYING)
    qtbot.waitUntil(lambda: len(window.live.cameras.cameras) == 2)
    for spec in ("camera:1", "camera:0"):
        qtbot.keyClick(window, Qt.Key.Key_K)
        qtbot.waitUntil(lambda spec=spec: window.live.controller.spec == spec)
        wait_for(window, Phase.PLAYING)


def test_a_recording_keeps_its_camera(make_window: MakeWindow, wait_for: WaitFor, qtbot: QtBot) -> None:
    window = make_window(FakeEngine(TWO), "camera:0")
    wait_for(window, Phase.PLAYING)
    qtbot.waitUntil(lambda: len(window.live.cameras.cameras) == 2)
    window.run("record")
    qtbot.waitUntil(lambda: window.live.controller.recorder.session is not None)
    qtbot.keyClick(window, Qt.Key.Key_K)
    assert window.live.controller.spec == "camera:0"
    assert "End the recording first" in window.messages.banner.text
    window.run("record")
    qtbot.waitUntil(lambda: not window.live.controller.recorder.is_recording)


def test_without_another_camera_it_says_so(make_window: MakeWindow, wait_for: WaitFor, qtbot: QtBot) -> None:
    window = make_window(FakeEngine(TWO[:1]), "camera:0")
    wait_for(window, Phase.PLAYING)
    qtbot.waitUntil(lambda: len(window.live.cameras.cameras) == 1)
    qtbot.keyClick(window, Qt.Key.Key_K)
    assert "No other camera found" in window.messages.banner.text
