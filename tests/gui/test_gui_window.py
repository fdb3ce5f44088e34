"""The shell of the window, offscreen: places, drops, files, keys, theme, offers, and closing."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from windows import MakeWindow, WaitFor

from mien.batch.item import State
from mien.errors import (
    CameraUnavailable,
    DetectorUnavailable,
    ModelError,
    OutletError,
    ProviderUnavailable,
    RecordingError,
    SessionError,
    UnfinishedSession,
    VideoUnreadable,
)
from mien.gui.live.live_controller import Phase
from mien.gui.look.theme import DARK, LIGHT, surfaces
from mien.gui.parts.fit_screen import FRAME
from mien.gui.shell.main_window import MainWindow
from mien.gui.shell.shortcuts import KEYS
from mien.gui.shell.window_geometry import FIRST_SIZE, SMALLEST, first_size, restore_geometry
from mien.gui.tab_page import Notice, Tab, TabPage


class FakeReview(TabPage):
    """Remembers what it was asked to do."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.calls: list[str] = []

    def open(self, path: str) -> None:
        self.opened.append(path)
        if "damaged" in path:
            self.failed.emit(VideoUnreadable(f"{path}: not a video; run `mien info`"))
        else:
            self.arrived.emit()

    def commands(self) -> dict[str, Callable[[], None]]:
        return {name: partial(self.calls.append, name) for name in ("pause", "loop")}

    def enter(self) -> None:
        self.calls.append("enter")

    def leave(self) -> None:
        self.calls.append("leave")

    def shut_down(self, timeout_s: float) -> bool:
        self.calls.append("shut down")
        return True


@pytest.fixture(autouse=True)
def _review(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MainWindow, "_make_review", lambda _: FakeReview())


def drop(window: MainWindow, paths: Sequence[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(50, 50), *how)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    assert window._drop_hint.isVisible()
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), *how))
    assert not window._drop_hint.isVisible()


# Places


@pytest.mark.parametrize("way", ["key", "click"])
def test_the_places_are_one_key_or_one_click_away(
    way: str, engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(engine, "synthetic")
    for place, key in ((Tab.REVIEW, Qt.Key.Key_2), (Tab.BATCH, Qt.Key.Key_3), (Tab.LIVE, Qt.Key.Key_1)):
        if way == "key":
            qtbot.keyClick(window, key)
        else:
            qtbot.mouseClick(window.top_bar.tabs.segments[place], Qt.MouseButton.LeftButton)
        assert window.tabs.tab is place
        assert window.tabs.page.isVisible()
        assert window.top_bar.tabs.segments[place].isChecked()


def test_a_place_is_built_when_somebody_goes_there(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(engine)
    assert list(window.tabs.pages) == [Tab.LIVE]
    assert engine.queue is None
    qtbot.keyClick(window, "3")
    assert list(window.tabs.pages) == [Tab.LIVE, Tab.BATCH]
    first = window.batch
    qtbot.keyClick(window, "1")
    qtbot.keyClick(window, "3")
    assert window.batch is first


def test_a_file_on_the_command_line_leaves_the_camera_alone(make_window: MakeWindow, engine: FakeEngine) -> None:
    window = make_window(engine, "clip.mp4")
    assert list(window.tabs.pages) == [Tab.REVIEW]
    assert window.review.opened == ["clip.mp4"]
    assert engine.sources == []
    assert not window.top_bar.light.is_on


def test_leaving_live_releases_the_camera_and_coming_back_opens_it(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot, wait_for: WaitFor
) -> None:
    window = make_window(engine, "camera:1")
    wait_for(window, Phase.PLAYING)
    qtbot.keyClick(window, "2")
    qtbot.waitUntil(engine.sources[0].closed.is_set)
    assert not window.top_bar.light.is_on
    qtbot.keyClick(window, "1")
    wait_for(window, Phase.PLAYING)
    assert [source.info.name for source in engine.sources] == ["Back camera", "Back camera"]
    assert window.top_bar.light.is_on


def test_a_camera_that_was_stopped_stays_off_when_one_comes_back(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot
) -> None:
    window.run("stop")
    qtbot.keyClick(window, "2")
    qtbot.keyClick(window, "1")
    qtbot.wait(50)
    assert window.live.controller.phase is Phase.IDLE
    assert len(engine.sources) == 1


def test_a_camera_that_was_about_to_open_does_not_open_behind_ones_back(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    engine = FakeEngine([("Front camera", "camera:0")], opening_s=0.2)
    window = make_window(engine, "camera:0")
    qtbot.keyClick(window, "3")
    assert not window.top_bar.light.is_on
    qtbot.waitUntil(lambda: bool(engine.sources))
    qtbot.waitUntil(engine.sources[0].closed.is_set)
    assert window.live.controller.phase is Phase.IDLE


def test_a_recording_goes_on_in_another_place_and_ends_the_camera_with_it(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot
) -> None:
    window.run("record")
    qtbot.waitUntil(lambda: bool(engine.sinks) and engine.sinks[0].written > 1)
    qtbot.keyClick(window, "3")
    assert window.top_bar.light.is_on
    segment = window.top_bar.tabs.segments[Tab.LIVE]
    assert segment.accessibleName() == "Live, recording"
    written = engine.sinks[0].written
    qtbot.waitUntil(lambda: engine.sinks[0].written > written + 2)
    assert not engine.sources[0].closed.is_set()
    window.live.controller.toggle_recording()
    qtbot.waitUntil(engine.sources[0].closed.is_set)
    assert engine.sinks[0].finished.is_set()
    qtbot.waitUntil(lambda: not window.top_bar.light.is_on)
    assert segment.busy == ""


def test_a_key_means_what_it_means_where_one_is(engine: FakeEngine, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window.live.controller.phase is Phase.PAUSED
    qtbot.keyClick(window, "2")
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window.review.calls == ["enter", "pause"]
    qtbot.keyClick(window, Qt.Key.Key_R)  # records in Live, and loops here
    assert window.review.calls == ["enter", "pause", "loop"]
    assert engine.sinks == []


def test_every_key_of_the_sheet_has_a_command(engine: FakeEngine, make_window: MakeWindow) -> None:
    window = make_window(engine, "synthetic")
    for place in (Tab.LIVE, Tab.BATCH):
        window.tabs.go(place)
        commands = set(window._commands())
        assert {key.command for key in KEYS if key.tab in (None, place) and key.command} <= commands
    assert len({(key.sequence, key.tab) for key in KEYS}) == len(KEYS)


# Files


@pytest.mark.parametrize(
    ("names", "place"),
    [(["clip.mp4"], Tab.REVIEW), (["face.PNG"], Tab.REVIEW), (["a.mp4", "b.mp4"], Tab.BATCH),
     (["folder"], Tab.BATCH), (["session"], Tab.REVIEW)],
)  # fmt: skip
def test_what_is_dropped_goes_where_it_belongs(
    names: list[str], place: Tab, engine: FakeEngine, make_window: MakeWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "session").mkdir()
    (tmp_path / "session" / "session.json").write_text("{}")
    window = make_window(engine)
    paths = [tmp_path / name for name in names]
    drop(window, paths)
    assert window.tabs.tab is place
    if place is Tab.REVIEW:
        assert window.review.opened == [str(paths[0])]
    else:
        qtbot.waitUntil(lambda: [item.source for item in window.batch.model.items] == paths)


def test_a_bad_drop_leaves_the_camera_and_the_page_alone(
    engine: FakeEngine, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    drop(window, [tmp_path / "damaged.mp4"])
    assert window.messages.banner.text == f"{tmp_path / 'damaged.mp4'}: not a video"
    assert window.messages.banner.remedy.text() == "Open another"
    assert window.tabs.tab is Tab.LIVE
    assert window.live.controller.phase is Phase.PLAYING
    assert len(engine.sources) == 1
    assert not engine.sources[0].closed.is_set()


def test_what_is_dropped_on_the_queue_joins_it(
    engine: FakeEngine, make_window: MakeWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window(engine)
    qtbot.keyClick(window, "3")
    drop(window, [tmp_path / "one.mp4"])
    assert window.tabs.tab is Tab.BATCH
    qtbot.waitUntil(lambda: len(window.batch.model.items) == 1)


def test_text_cannot_be_dropped(engine: FakeEngine, make_window: MakeWindow) -> None:
    window = make_window(engine)
    data = QMimeData()
    data.setText("hello")
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(50, 50), *how)
    enter.setAccepted(False)
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()
    assert not window._drop_hint.isVisible()


def test_the_demo_opens_in_review(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(FakeEngine([]))
    qtbot.waitUntil(lambda: window.live.start.state.title == "No camera found")
    qtbot.mouseClick(window.live.start.demo, Qt.MouseButton.LeftButton)
    assert [Path(path).name for path in window.review.opened] == ["demo.mp4"]


def test_ctrl_o_opens_the_chosen_file(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/videos/party.mp4", ""))
    window = make_window(engine, "synthetic")
    qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert window.review.opened == ["/videos/party.mp4"]
    assert window.choices.settings.window.open_folder == "/videos"


def test_recent_files_are_in_the_menu_and_can_be_forgotten(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(engine, window={"recent_files": ("/a/clip.mp4", "/b/clip.mp4", "/b/party.mov")})
    menu = window.top_bar.files.menu
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[1] == "Open a table…"
    assert texts[2:-1] == ["clip.mp4 – a", "clip.mp4 – b", "party.mov"]
    next(action for action in menu.actions() if action.text() == "party.mov").trigger()
    assert window.review.opened == ["/b/party.mov"]
    menu.actions()[-1].trigger()
    assert window.choices.settings.window.recent_files == ()
    assert not any("party" in action.text() for action in menu.actions())


# Messages


@pytest.mark.parametrize(
    ("error", "groups", "text"),
    [
        (ProviderUnavailable("cuda: not here"), {"compute": {"provider": "cuda"}}, "Let Mien choose"),
        (ModelError("own.onnx: damaged"), {"reading": {"model": "own"}}, "Use the default network"),
        (ModelError("detector weights are missing; run `mien models fetch`"), {}, ""),
        (DetectorUnavailable("y.onnx: no YuNet"), {"reading": {"detector": "yunet"}}, "Use RetinaFace"),
        (SessionError("folder: holds no session"), {}, "Open another"),
        (UnfinishedSession(Path("cut off")), {}, "Finish it"),
        (OutletError("port 8765: in use"), {}, "Open the settings"),
    ],
)
def test_the_remedy_fits_the_error(
    error: ModelError, groups: dict[str, dict[str, str]], text: str, make_window: MakeWindow, engine: FakeEngine
) -> None:
    window = make_window(engine, "synthetic", **groups)
    window.messages.show_error(error)
    assert window.messages.banner.remedy.text() == text
    assert window.messages.banner.remedy.isVisible() is bool(text)
    assert "`" not in window.messages.banner.text


def test_a_recording_that_was_cut_off_is_finished_where_it_was_refused(
    make_window: MakeWindow, engine: FakeEngine, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window(engine, "synthetic")
    window.messages.show_error(UnfinishedSession(tmp_path))
    qtbot.mouseClick(window.messages.banner.remedy, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: engine.recovered == [tmp_path])


def test_an_offer_waits_until_the_error_was_read(
    engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(engine, "synthetic")
    taken: list[str] = []
    window.messages.show_error(CameraUnavailable("camera 7: it is gone; plug it in"))
    window.messages.show_notice(Notice("Something was left", "Resume", lambda: taken.append("it"), stays=True))
    window.messages.show_notice(Notice("Saved a.png"))
    assert window.messages.banner.text == "camera 7: it is gone; plug it in"
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.messages.banner.text == "Something was left"
    qtbot.keyClick(window, "2")
    assert window.messages.banner.isVisible()  # an offer is not taken away by walking about
    qtbot.mouseClick(window.messages.banner.remedy, Qt.MouseButton.LeftButton)
    assert taken == ["it"]
    assert not window.messages.banner.isVisible()


def test_a_resized_window_gets_a_resized_banner(engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(engine, "synthetic:missing")
    qtbot.waitUntil(window.messages.banner.isVisible)
    before = window.messages.banner.geometry()
    window.resize(1000, 700)
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    assert window.messages.banner.geometry() != before
    assert window.rect().contains(window.messages.banner.geometry())


def test_cut_off_recordings_are_offered_and_finished(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    engine = FakeEngine([])
    engine.unfinished = [tmp_path / "2026-01-02 at 10.11"]
    window = make_window(engine)
    banner = window.messages.banner
    qtbot.waitUntil(lambda: "cut off" in banner.text)
    assert engine.recovered == []
    qtbot.mouseClick(banner.remedy, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: banner.text == "Finished 2026-01-02 at 10.11")
    assert engine.recovered == engine.unfinished
    qtbot.mouseClick(banner.remedy, Qt.MouseButton.LeftButton)
    assert window.tabs.tab is Tab.REVIEW
    assert window.review.opened == [str(tmp_path / "2026-01-02 at 10.11")]


def test_files_left_in_the_queue_are_offered_and_gone_on_with(make_window: MakeWindow, qtbot: QtBot) -> None:
    engine = FakeEngine([])
    engine.left = ["/a.mp4", "/b.mp4", "/c.mp4"]
    window = make_window(engine)
    banner = window.messages.banner
    qtbot.waitUntil(lambda: banner.text == "3 files wait in Batch from last time.")
    qtbot.mouseClick(banner.remedy, Qt.MouseButton.LeftButton)
    assert window.tabs.tab is Tab.BATCH
    qtbot.waitUntil(lambda: window.batch.model.count(State.RUNNING) == 2)


# The window itself


def test_h_leaves_only_the_picture_and_a_light(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_H)
    assert not window.top_bar.isVisible()
    assert not window.live.view.panel.isVisible()
    assert not window.live.transport.isVisible()
    assert window.live.view.stage.light.isVisible()
    qtbot.keyClick(window, "3")
    assert not window.batch.bar.isVisible()
    qtbot.keyClick(window, "1")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.top_bar.isVisible()
    assert not window.panels.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_H)
    qtbot.mouseClick(window.childAt(window.width() - 20, 20), Qt.MouseButton.LeftButton)
    assert window.top_bar.isVisible()
    assert not window.panels.isVisible()
    assert not window.live.view.stage.light.isVisible()


def test_the_question_mark_shows_all_keys(engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(engine, "synthetic")
    qtbot.keyClick(window, "?")
    assert window.sheet.isVisible()
    assert window.sheet.size() == window.size()
    assert all(key.text in window.sheet.accessibleDescription() for key in KEYS)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.sheet.isVisible()


def test_the_theme_is_switched_and_kept(engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(engine, "synthetic")
    qtbot.keyClick(window, Qt.Key.Key_T)
    assert window.choices.settings.window.theme == "light"
    assert window.grab().toImage().pixelColor(1270, 60).name() == "#ffffff"


def test_the_theme_follows_the_system_while_the_window_is_open(
    engine: FakeEngine, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(engine, "synthetic", window={"theme": "system"})
    for name, expected in (("light", LIGHT), ("dark", DARK)):
        monkeypatch.setattr("mien.gui.shell.theme_switch.system_theme", lambda chosen=name: chosen)
        QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Unknown)
        assert surfaces() is expected
    assert window.choices.settings.window.theme == "system"
    window.choices.change(window={"theme": "dark"})
    monkeypatch.setattr("mien.gui.shell.theme_switch.system_theme", lambda: "light")
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert surfaces() is DARK


def test_choices_of_the_command_line_are_not_kept(engine: FakeEngine, qtbot: QtBot) -> None:
    from mien.settings import Settings

    kept = Settings().changed(window={"consented": True}, reading={"model": "fake-s"})
    window = MainWindow(
        engine, Settings().changed(window={"consented": True}, reading={"model": "fake-m"}), "synthetic", kept=kept
    )
    qtbot.addWidget(window)
    window.choices.change(camera={"mirror": False})
    assert window.choices.settings.reading.model == "fake-m"
    window.close()
    assert (engine.saved[-1].reading.model, engine.saved[-1].camera.mirror) == ("fake-s", False)


def test_the_window_comes_back_where_it_was(engine: FakeEngine, make_window: MakeWindow) -> None:
    window = make_window(engine, "synthetic")
    window.resize(1100, 700)
    window.close()
    geometry = engine.saved[-1].window.geometry
    again = make_window(FakeEngine([]), "synthetic", window={"geometry": geometry})
    again.resize(0, 0)
    restore_geometry(again, geometry)
    assert (again.width(), again.height()) == (1100, 700) or again.screen().availableSize().width() < 1100
    restore_geometry(again, b"no geometry at all")


def test_the_first_window_fits_its_screen_with_its_frame() -> None:
    laptop = QSize(round(1366 / 1.5), round(768 / 1.5) - 32)  # at 150 %, without the task bar
    first = first_size(laptop - FRAME)
    assert (first + FRAME).boundedTo(laptop) == first + FRAME
    assert SMALLEST.boundedTo(first) == SMALLEST
    assert first_size(QSize(3000, 2000)) == FIRST_SIZE


@pytest.mark.parametrize("place", ["live", "review", "batch"])
def test_the_smallest_window_holds_every_page(
    place: str, engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(engine, "synthetic")
    window.run(place)
    window.resize(SMALLEST)
    qtbot.wait(50)
    assert window.size() == SMALLEST
    assert window.tabs.page.minimumSizeHint().width() <= SMALLEST.width()
    assert window.tabs.page.minimumSizeHint().height() <= SMALLEST.height() - window.top_bar.height()


def test_closing_ends_every_place_that_was_built(engine: FakeEngine, window: MainWindow, qtbot: QtBot) -> None:
    window.run("record")
    qtbot.waitUntil(lambda: bool(engine.sinks) and engine.sinks[0].written > 1)
    qtbot.keyClick(window, "2")
    review = window.review
    qtbot.keyClick(window, "3")
    qtbot.waitUntil(lambda: engine.queue is not None and window.batch.controller.capacity > 0)
    window.close()
    assert engine.sinks[0].finished.is_set()
    assert review.calls[-1] == "shut down"
    assert engine.queue is not None
    assert engine.queue.is_closed


def test_a_recording_that_cannot_be_completed_is_told_after_closing(
    engine: FakeEngine, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(engine, "synthetic")
    live = window.live
    error = RecordingError("disk full")

    def shut_down(timeout_s: float) -> bool:
        live.controller.shut_down(timeout_s)
        raise error

    monkeypatch.setattr(live, "shut_down", shut_down)
    window.close()
    assert window.failure is error
    assert engine.saved  # the rest was ended all the same


@pytest.mark.parametrize("place", [Tab.LIVE, Tab.BATCH])
def test_the_tab_key_walks_through_everything(
    place: Tab, engine: FakeEngine, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(engine)
    window.tabs.go(place)
    qtbot.waitUntil(lambda: bool(window.live.start.camera_buttons))
    seen: set[QWidget] = set()
    for _ in range(60):
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        seen.add(focused)
    bar = window.top_bar
    expected: set[QWidget] = {*bar.tabs.segments.values(), bar.files, bar.model, bar.theme, bar.help}
    if place is Tab.BATCH:
        page = window.batch
        expected |= {page.bar.files, page.bar.folder, page.panel.kind, page.panel.jobs, page.panel.folder}
    assert expected <= seen
    assert all(widget.accessibleName() for widget in expected)
