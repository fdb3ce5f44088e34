"""Live in the whole window, offscreen: clicks, keys, states, and closing at any moment."""

import threading
from pathlib import Path

import pytest
from fake_engine import BOXES, FakeEngine, FakeSink
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from windows import MakeWindow, WaitFor

from mien.engine.live_engine import ProgramLiveEngine
from mien.errors import RecordingError
from mien.gui.live.live_controller import Phase, is_camera
from mien.gui.review.review_page import ReviewPage
from mien.gui.shell.main_window import MainWindow


def test_the_first_camera_starts_by_itself(engine: FakeEngine, make_window: MakeWindow, wait_for: WaitFor) -> None:
    window = make_window(engine)
    wait_for(window, Phase.PLAYING)
    assert window.live.controller.spec == "camera:0"
    assert window.top_bar.light.is_on
    assert window.live.page is window.live.view


def test_the_camera_that_was_used_last_starts_by_itself(
    engine: FakeEngine, make_window: MakeWindow, wait_for: WaitFor, qtbot: QtBot
) -> None:
    window = make_window(engine, camera={"source": "camera:1"})
    wait_for(window, Phase.PLAYING)
    assert window.live.controller.source_name == "Back camera"
    assert window.live.transport.source.text() == "Back camera"
    window.open("camera:missing")
    qtbot.waitUntil(window.messages.banner.isVisible)
    wait_for(window, Phase.PLAYING)
    assert window.live.controller.source_name == "Back camera", "what cannot be opened takes nothing away"
    assert window.live.controller.settings.camera.source == "camera:1"
    assert window.messages.banner.remedy.text() == "Try again"
    window.open("camera:0")
    qtbot.waitUntil(lambda: window.live.controller.settings.camera.source == "camera:0")


def test_nothing_slow_runs_on_the_gui_thread(engine: FakeEngine, window: MainWindow, qtbot: QtBot) -> None:
    window.run("record")
    qtbot.waitUntil(lambda: bool(engine.sinks))
    window.top_bar.model_chosen.emit("fake-m")
    qtbot.waitUntil(lambda: window.live.controller.settings.reading.model == "fake-m")
    qtbot.waitUntil(lambda: window.live.view.readings.latest is not None)
    window.run("snapshot")
    qtbot.waitUntil(lambda: bool(engine.snapshots))
    assert engine.thread_names == {"mien-background"}


def test_without_a_camera_the_page_says_what_was_looked_for(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(FakeEngine([]))
    qtbot.waitUntil(lambda: window.live.start.state.title == "No camera found")
    assert "found none" in window.live.start.state.text or "given none" in window.live.start.state.text
    assert window.live.start.open.isVisible()
    assert window.live.start.demo.isVisible()
    assert not window.top_bar.light.is_on


def test_look_again_finds_a_camera_that_was_plugged_in(make_window: MakeWindow, qtbot: QtBot) -> None:
    engine = FakeEngine([])
    window = make_window(engine)
    qtbot.waitUntil(lambda: window.live.start.state.title == "No camera found")
    engine.cameras = [("Front camera", "camera:0")]
    qtbot.mouseClick(window.live.start.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.live.start.camera_buttons) == 1)
    assert window.live.controller.phase is Phase.IDLE  # it starts by itself only at the very beginning
    qtbot.mouseClick(window.live.start.camera_buttons[0], Qt.MouseButton.LeftButton)
    assert window.live.controller.spec == "camera:0"


def test_no_camera_is_opened_before_consent(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot, wait_for: WaitFor
) -> None:
    window = make_window(engine, "camera:1", window={"consented": False})
    assert window.live.page is window.live.consent
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.wait(50)
    assert engine.sources == []
    qtbot.mouseClick(window.live.consent.agree, Qt.MouseButton.LeftButton)
    wait_for(window, Phase.PLAYING)
    assert [source.info.name for source in engine.sources] == ["Back camera"]
    qtbot.waitUntil(lambda: any(settings.window.consented for settings in engine.saved))


def test_consent_declined_leads_to_the_start_page(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(engine, "camera:0", window={"consented": False})
    qtbot.mouseClick(window.live.consent.decline, Qt.MouseButton.LeftButton)
    assert window.live.page is window.live.start
    assert engine.sources == []
    assert not window.live.controller.settings.window.consented


def test_a_file_needs_no_consent(engine: FakeEngine, make_window: MakeWindow, wait_for: WaitFor) -> None:
    window = make_window(engine, "synthetic", window={"consented": False})
    wait_for(window, Phase.PLAYING)
    assert not window.top_bar.light.is_on


@pytest.mark.parametrize(
    ("spec", "expected"),
    [("camera", True), ("camera:1", True), ("0", True), ("/dev/video0", True), ("rtsp://door", True),
     ("clip.png", False), ("C:\\clip.png", False), ("synthetic", False)],
)  # fmt: skip
def test_what_counts_as_a_camera(spec: str, expected: bool) -> None:
    assert is_camera(spec) is expected


def test_space_pauses_and_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window.live.controller.phase is Phase.PAUSED
    assert window.live.view.stage.pill.text == "Paused"
    assert window.live.transport.pause.icon_name == "play"
    assert window.top_bar.light.is_on  # it is: the camera is not released
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window.live.controller.phase is Phase.PLAYING
    assert window.live.view.stage.pill.text == ""


def test_stop_releases_the_camera_and_its_light(engine: FakeEngine, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.live.transport.stop, Qt.MouseButton.LeftButton)
    assert window.live.page is window.live.start
    assert not window.top_bar.light.is_on
    assert engine.sources[0].closed.is_set()


def test_the_end_of_a_file_offers_to_play_it_again(
    make_window: MakeWindow, qtbot: QtBot, wait_for: WaitFor
) -> None:
    engine = FakeEngine([], frames=5)
    window = make_window(engine, "synthetic")
    wait_for(window, Phase.OVER)
    assert window.live.view.stage.card.title == "The end"
    assert window.live.transport.pause.icon_name == "replay"
    qtbot.mouseClick(window.live.view.stage.card, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(engine.sources) == 2)
    wait_for(window, Phase.OVER)


def test_an_error_is_a_banner_with_its_remedy(make_window: MakeWindow, qtbot: QtBot, wait_for: WaitFor) -> None:
    engine = FakeEngine([("Front camera", "camera:0")])
    window = make_window(engine, "synthetic:missing")
    qtbot.waitUntil(window.messages.banner.isVisible)
    assert window.messages.banner.text == "synthetic:missing: no such file; check the name"
    assert window.messages.banner.remedy.text() == "Open another"
    assert window.live.controller.phase is Phase.IDLE
    window.open("camera:missing")
    qtbot.waitUntil(window.messages.banner.isVisible)
    assert window.messages.banner.remedy.text() == "Try again"
    engine.cameras = []
    qtbot.mouseClick(window.messages.banner.remedy, Qt.MouseButton.LeftButton)
    assert not window.messages.banner.isVisible()
    assert window.live.controller.phase is Phase.OPENING


def test_a_failure_in_the_middle_is_shown_and_the_source_released(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot
) -> None:
    def explode(_: float) -> list[tuple[float, float, float, float]]:
        raise RuntimeError("the detector fell over")

    engine.boxes = explode
    window = make_window(engine, "camera:0")
    qtbot.waitUntil(window.messages.banner.isVisible)
    assert "the detector fell over" in window.messages.banner.text
    assert window.live.controller.phase is Phase.IDLE
    assert engine.sources[0].closed.is_set()


def test_a_lost_camera_says_so_on_screen_and_comes_back(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot
) -> None:
    engine.sources[0].notice = "Front camera unplugged, waiting for it"
    qtbot.waitUntil(lambda: window.live.view.stage.card.text == "Front camera unplugged, waiting for it")
    assert window.live.view.stage.card.title == "Waiting for the camera"
    engine.sources[0].notice = None
    qtbot.waitUntil(lambda: window.live.view.stage.card.title == "")


def test_nobody_in_view(engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot) -> None:
    engine.boxes = lambda time_s: BOXES[:1] if time_s < 0.5 else ()
    window = make_window(engine, "camera:0")
    qtbot.waitUntil(lambda: window.live.view.panel.face_id == 1)
    qtbot.waitUntil(lambda: window.live.view.panel.is_empty)
    assert window.live.view.panel.empty.title == "Nobody in view"


def test_a_click_on_a_face_selects_it(engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(engine, "synthetic")
    qtbot.waitUntil(lambda: window.live.view.panel.face_id == 1)
    picture = window.live.view.stage.picture
    rect = picture.picture_rect()
    scale = rect.width() / 320
    place = QPoint(int(rect.left() + 225 * scale), int(rect.top() + 90 * scale))
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=place)
    assert window.live.view.panel.face_id == 2
    qtbot.keyClick(window, Qt.Key.Key_A)
    assert window.live.view.panel.face_id in (1, 2)
    assert not window.live.view.readings.selection.is_chosen
    qtbot.keyClick(window, Qt.Key.Key_Down)
    assert window.live.view.readings.selection.is_chosen


def test_record_runs_and_is_announced_when_complete(engine: FakeEngine, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: bool(engine.sinks) and engine.sinks[0].written > 3)
    assert window.live.transport.record.isChecked()
    qtbot.waitUntil(lambda: window.live.transport.record.text() == "00:00")
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: window.messages.banner.isVisible())
    assert window.messages.banner.text.startswith("Saved Mien ")
    assert engine.sinks[0].finished.is_set()
    assert window.live.transport.record.text() == "Record"


def test_a_recording_that_breaks_leaves_the_picture_running(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot, wait_for: WaitFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: FakeSink, result: object, picture: object) -> None:
        raise RecordingError("/videos/x.mp4: the disk is full; free some space")

    monkeypatch.setattr(FakeSink, "write", full)
    window = make_window(engine, "camera:0")
    wait_for(window, Phase.PLAYING)
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(window.messages.banner.isVisible)
    assert "the disk is full" in window.messages.banner.text
    assert window.messages.banner.remedy.text() == "Show the folder"
    assert window.live.controller.phase is Phase.PLAYING
    assert not window.live.controller.recorder.is_recording


def test_a_pipeline_that_fails_ends_its_recording_without_announcing_it(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot, wait_for: WaitFor
) -> None:
    broken = threading.Event()

    def boxes(_: float) -> tuple[tuple[float, float, float, float], ...]:
        if broken.is_set():
            raise RuntimeError("the detector fell over")
        return BOXES

    engine.boxes = boxes
    window = make_window(engine, "camera:0")
    wait_for(window, Phase.PLAYING)
    window.run("record")
    qtbot.waitUntil(lambda: bool(engine.sinks) and engine.sinks[0].written > 1)
    broken.set()
    wait_for(window, Phase.IDLE)
    qtbot.waitUntil(lambda: not window.live.controller.recorder.is_recording)
    assert "the detector fell over" in window.messages.banner.text
    assert not engine.sinks[0].finished.is_set()


def test_the_end_of_a_file_completes_its_recording(
    make_window: MakeWindow, qtbot: QtBot, wait_for: WaitFor
) -> None:
    engine = FakeEngine([], frames=30)
    window = make_window(engine, "synthetic")
    wait_for(window, Phase.PLAYING)
    window.run("record")
    wait_for(window, Phase.OVER)
    qtbot.waitUntil(lambda: not window.live.controller.recorder.is_recording)
    assert engine.sinks[0].finished.is_set()


def test_hidden_faces_stay_hidden_in_a_snapshot(engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(engine, "camera:0", video={"cover": "blur"})
    qtbot.waitUntil(lambda: window.live.view.readings.latest is not None)
    qtbot.keyClick(window, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: bool(engine.snapshots))
    _, settings = engine.snapshots[0]
    assert settings.video.cover == "blur"


def test_mirror_and_blur_are_applied_and_remembered(engine: FakeEngine, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_M)
    qtbot.keyClick(window, Qt.Key.Key_B)
    assert (engine.painted_with[-1].camera.mirror, engine.painted_with[-1].video.cover) == (False, "blur")
    assert window.live.transport.cover.isChecked()
    assert not window.live.transport.mirror.isChecked()
    assert window.live.view.readings.hides_faces
    qtbot.waitUntil(lambda: bool(engine.saved) and engine.saved[-1].video.cover == "blur")


def test_a_network_is_switched_while_running(engine: FakeEngine, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.top_bar.model.text() == "fake-s")
    window.top_bar.model_chosen.emit("fake-m")
    qtbot.waitUntil(lambda: window.top_bar.model.text() == "fake-m")
    assert len(engine.sources) == 1
    assert window.top_bar.model.toolTip() == "The network that reads the faces"


def test_the_bar_names_the_network_that_made_the_readings_on_screen(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.waitUntil(lambda: window.live.read_by == ("fake-s",))
    monkeypatch.setattr(ReviewPage, "read_by", ("kept-net", "second-net"))
    qtbot.keyClick(window, Qt.Key.Key_2)
    assert window.top_bar.model.text() == "kept-net + second-net"
    assert (
        window.top_bar.model.toolTip()
        == "kept-net + second-net made these readings; fake-s is chosen for new ones"
    )
    window.live.controller.stop()
    qtbot.waitUntil(lambda: window.live.read_by == ())


def test_recent_files_and_cameras_are_in_the_menu(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot, wait_for: WaitFor, tmp_path: Path
) -> None:
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
    window = make_window(engine, str(tmp_path / "new"), window={"recent_files": (str(tmp_path / "old"),)})
    wait_for(window, Phase.PLAYING)
    qtbot.waitUntil(lambda: "Back camera" in _menu(window))
    assert _menu(window)[-2:] == ["new", "old"]
    window.live.transport._sources.actions()[-1].trigger()
    assert window.live.controller.spec == str(tmp_path / "old")


def _menu(window: MainWindow) -> list[str]:
    return [action.text() for action in window.live.transport._sources.actions() if action.text()]


@pytest.mark.parametrize("moment", ["opening", "playing", "recording", "paused"])
def test_closing_while_busy_ends_everything(
    moment: str, make_window: MakeWindow, wait_for: WaitFor, qtbot: QtBot
) -> None:
    engine = FakeEngine([("Front camera", "camera:0")], opening_s=0.4 if moment == "opening" else 0.0)
    window = make_window(engine, "camera:0")
    if moment != "opening":
        wait_for(window, Phase.PLAYING)
    if moment == "recording":
        window.run("record")
        qtbot.waitUntil(lambda: bool(engine.sinks) and engine.sinks[0].written > 2)
    if moment == "paused":
        window.run("pause")
    window.close()
    assert not window.isVisible()
    assert window.failure is None
    assert all(source.closed.is_set() for source in engine.sources)
    assert all(sink.finished.is_set() for sink in engine.sinks)


def test_opening_another_while_one_opens_shows_the_last(make_window: MakeWindow, wait_for: WaitFor) -> None:
    engine = FakeEngine([], opening_s=0.2, frames=1000)
    window = make_window(engine, "synthetic:first")
    window.open("synthetic:second")
    window.open("synthetic:third")
    wait_for(window, Phase.PLAYING)
    assert window.live.controller.source_name == "synthetic:third"
    assert all(source.closed.is_set() for source in engine.sources if source.info.name != "synthetic:third")


def test_stats_are_shown(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.top_bar.fps.value not in ("", "0"))
    assert window.top_bar.provider.value == "CPU"
    assert window.live.transport.drops.value.isdecimal()
    qtbot.waitUntil(lambda: window.live.transport.disk.value.endswith("GB"))


def test_the_picture_is_painted_as_large_as_it_is_shown(
    make_window: MakeWindow, wait_for: WaitFor, qtbot: QtBot
) -> None:
    engine = FakeEngine([("Front camera", "camera:0")])
    engine.painters = ProgramLiveEngine().painters
    window = make_window(engine, "camera:0")
    picture = window.live.view.stage.picture

    def is_sharp() -> bool:
        size, pixels = picture.picture_rect().size().toSize(), picture.pixels
        return pixels is not None and (pixels.shape[1], pixels.shape[0]) == (size.width(), size.height())

    wait_for(window, Phase.PLAYING)
    qtbot.waitUntil(is_sharp)
    window.resize(1500, 900)
    qtbot.waitUntil(is_sharp)
    window.run("pause")
    wait_for(window, Phase.PAUSED)
    window.resize(1180, 760)
    qtbot.waitUntil(is_sharp)
    before = picture.pixels
    window.choices.change(overlay={"bars": False, "label": False})
    qtbot.waitUntil(lambda: picture.pixels is not before)
    assert before is not None
    assert picture.pixels is not None
    assert (picture.pixels != before).any(), "what stands still is painted anew as well"


@pytest.mark.parametrize("size", [(1280, 800), (1024, 640), (960, 600), (1920, 1080)])
def test_nothing_is_cut_off_at_any_size(
    size: tuple[int, int], engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(engine, "synthetic")
    window.resize(*size)
    qtbot.waitUntil(lambda: window.live.view.panel.face_id is not None)
    qtbot.wait(50)
    panel = window.live.view.panel
    for widget in (panel.header, panel.bars, panel.gauges):
        assert widget.height() >= widget.sizeHint().height(), type(widget).__name__
    for bar in (window.top_bar, window.live.transport):
        children = [child for child in bar.children() if getattr(child, "isVisible", lambda: False)()]
        assert all(child.geometry().right() <= bar.width() for child in children)
