"""Turning the picture in Live: by the button, by the key, and by a click on what is noticed."""

from pathlib import Path

import pytest
from fake_engine import FakeEngine, FakeReader, make_reading
from pytestqt.qtbot import QtBot
from windows import MakeWindow, WaitFor

from mien.core.face import FaceReading, FaceTrack
from mien.core.frame import Frame
from mien.gui.live.live_controller import Phase
from mien.gui.shell.main_window import MainWindow
from tests.patience import PATIENCE_S


@pytest.fixture
def on_its_head(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_: FakeReader, frame: Frame, tracks: list[FaceTrack]) -> tuple[FaceReading, ...]:
        return tuple(make_reading(track.track_id, reason="upside down").raw for track in tracks)

    monkeypatch.setattr(FakeReader, "read", read)


def test_a_camera_stays_turned(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot, wait_for: WaitFor, make_window: MakeWindow
) -> None:
    window.live.controller.change(camera={"mirror": False})
    window.live.transport.rotate.click()
    qtbot.waitUntil(lambda: engine.turns == [0, 90])
    wait_for(window, Phase.PLAYING)
    assert window.live.controller.settings.camera.rotate_deg == 90
    window.live.controller.change(camera={"rotate_deg": 180})  # as in the settings
    qtbot.waitUntil(lambda: engine.turns == [0, 90, 180])


def test_in_a_mirror_it_turns_clockwise_too(engine: FakeEngine, window: MainWindow, qtbot: QtBot) -> None:
    assert window.live.controller.settings.camera.mirror
    window.live.transport.rotate.click()
    qtbot.waitUntil(lambda: engine.turns == [0, 270])


def test_a_file_is_turned_for_now(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot, wait_for: WaitFor, tmp_path: Path
) -> None:
    window = make_window(engine, "camera:0")
    wait_for(window, Phase.PLAYING)
    window.live.open("talk.mp4")
    qtbot.waitUntil(lambda: len(engine.turns) == 2)
    qtbot.waitUntil(lambda: window.live.controller.can_turn)
    window.live.commands()["rotate"]()
    qtbot.waitUntil(lambda: engine.turns == [0, 0, 90])
    assert window.live.controller.settings.camera.rotate_deg == 0
    window.live.open("other.mp4")
    qtbot.waitUntil(lambda: engine.turns == [0, 0, 90, 0])


def test_a_recording_is_not_turned(engine: FakeEngine, window: MainWindow, qtbot: QtBot) -> None:
    window.live.controller.toggle_recording()
    qtbot.waitUntil(lambda: window.live.controller.recorder.session is not None)
    window.live.controller.turn(90)
    assert not window.live.controller.can_turn
    assert not window.live.transport.rotate.isEnabled()
    assert engine.turns == [0]


@pytest.mark.usefixtures("on_its_head")
def test_a_picture_on_its_head_is_turned_with_a_click(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot
) -> None:
    engine.turn_found = 180
    qtbot.waitUntil(lambda: not window.messages.banner.isHidden())
    assert "turned by 180°" in window.messages.banner.text
    window.messages.banner._button.click()
    qtbot.waitUntil(lambda: engine.turns == [0, 180])


@pytest.mark.usefixtures("on_its_head")
def test_where_only_a_head_hangs_down_nothing_is_offered(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: window.live.turning._has_asked)
    window.live.turning._background.join(PATIENCE_S)
    qtbot.wait(50)
    assert window.messages.banner.isHidden()
