"""The window against pictures that a person has looked at; `pytest --update-goldens` writes them anew.

Pictures are compared at a quarter of their size, so that another rasteriser of the same shipped font passes, and a
missing word does not.
"""

from collections.abc import Callable
from pathlib import Path

import cv2
import fake_engine
import numpy as np
import pytest
from fake_engine import FakeEngine, FakeReader, FakeSource
from fake_queue import make_summary
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from windows import MakeWindow

from mien.batch.item import State
from mien.core.arrays import Image
from mien.engine.live_engine import ProgramLiveEngine
from mien.engine.review_engine import ProgramReviewEngine
from mien.gui.live.live_controller import Phase
from mien.gui.settings_dialog.dialog import SettingsDialog
from mien.gui.shell.main_window import MainWindow
from mien.pipeline.pipeline import Pipeline
from mien.pipeline.stats import PipelineStats, StageTime
from mien.places import demo_clip
from mien.session.analyses.analysis import AnalysisStage
from mien.settings import Settings
from tests.fakes import MadeFinder

GOLDEN = Path(__file__).parents[1] / "golden"
SIZE_PX = (1024, 640)
SHRINK = 4
MAX_STEP = 16
"""Of a channel's value in the small picture."""
MAX_SHARE = 0.0004
"""Of its pixels: a word of four letters has more."""
FRAME_WH = (960, 540)
FACE = (408.0, 118.0, 548.0, 298.0)

Check = Callable[[str, QWidget], None]


@pytest.fixture
def check(request: pytest.FixtureRequest) -> Check:
    def compare(name: str, widget: QWidget) -> None:
        path = GOLDEN / f"window_{name}.png"
        picture = _picture(widget)
        if request.config.getoption("--update-goldens"):
            cv2.imwrite(str(path), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        golden = cv2.imread(str(path))
        assert golden is not None, f"{path.name} is missing: pytest --update-goldens writes it"
        assert golden.shape == picture.shape
        share = difference(golden, picture)
        if share > MAX_SHARE:
            cv2.imwrite(str(request.getfixturevalue("tmp_path") / path.name), picture)
        assert share <= MAX_SHARE, f"{path.name}: {share:.3%} of the picture differ"

    return compare


def difference(one: Image, other: Image) -> float:
    """Return the share of the small pictures' pixels that differ."""
    height, width = one.shape[:2]
    small = [
        cv2.resize(each, (width // SHRINK, height // SHRINK), interpolation=cv2.INTER_AREA).astype(int)
        for each in (one, other)
    ]
    return float((np.abs(small[0] - small[1]) > MAX_STEP).any(axis=2).mean())


def _picture(widget: QWidget) -> Image:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return np.ascontiguousarray(pixels[:, : image.width(), :3])


@pytest.fixture
def portrait(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """An engine that sees one still picture with a face in it, painted as the program paints it."""
    monkeypatch.setattr(fake_engine, "FRAME_WH", FRAME_WH)
    engine = FakeEngine([("Front camera", "camera:0")], frames=1)
    engine.images = [_drawn_face()]
    engine.boxes = lambda _: (FACE,)
    engine.painters = ProgramLiveEngine().painters
    return engine


def _drawn_face() -> Image:
    """A head before a wall: a photograph would take ten times the space in the repository."""
    width, height = FRAME_WH
    picture = np.full((height, width, 3), (150, 140, 128), np.uint8)
    cv2.ellipse(picture, (478, 560), (210, 200), 0, 0, 360, (96, 74, 52), -1, cv2.LINE_AA)
    cv2.ellipse(picture, (478, 210), (84, 112), 0, 0, 360, (168, 190, 226), -1, cv2.LINE_AA)
    for x in (446, 510):
        cv2.circle(picture, (x, 190), 8, (60, 50, 44), -1, cv2.LINE_AA)
    cv2.ellipse(picture, (478, 240), (34, 22), 0, 20, 160, (80, 80, 150), 5, cv2.LINE_AA)
    return picture


@pytest.fixture
def show(make_window: MakeWindow) -> Callable[..., MainWindow]:
    def make(engine: FakeEngine, spec: str | None = None, **groups: dict[str, object]) -> MainWindow:
        window = make_window(engine, spec, **groups)
        window.resize(*SIZE_PX)
        return window

    return make


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until nothing moves: values ease, and the layout follows the size."""
    QApplication.processEvents()
    qtbot.wait(500)
    window.setFocus()
    QApplication.processEvents()


def stand_still(window: MainWindow) -> None:
    """Show figures that are the same on every machine."""
    controller = window.live.controller
    controller.ticked.disconnect()
    controller.recorder.space_measured.disconnect()
    latency = StageTime(0.024, 0.031)
    window.top_bar.show_stats(
        PipelineStats(fps=30.0, latency=latency, model="fake-s", provider="cpu"), is_live=True
    )
    window.live.transport.drops.set_value("0")
    window.live.transport.show_disk(212_000_000_000)


# The comparison itself


def test_a_missing_word_is_noticed_and_a_softer_edge_is_not(show: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = show(FakeEngine([]), "synthetic")
    window.run("batch")
    settle(qtbot, window)
    picture = _picture(window)
    assert difference(picture, cv2.GaussianBlur(picture, (3, 3), 0.6)) <= MAX_SHARE
    window.batch.bar.files.setText("Add")
    settle(qtbot, window)
    assert difference(picture, _picture(window)) > MAX_SHARE


# Live


def test_no_camera(show: Callable[..., MainWindow], check: Check, qtbot: QtBot) -> None:
    window = show(FakeEngine([]))
    stand_still(window)
    qtbot.waitUntil(lambda: window.live.start.state.title == "No camera found")
    window.live.start.state.set_content(
        "camera-off", "No camera found", "Looked for video devices and found none."
    )
    settle(qtbot, window)
    check("no_camera", window)


def test_cameras_to_choose_from(show: Callable[..., MainWindow], check: Check, qtbot: QtBot) -> None:
    window = show(
        FakeEngine([("Front camera", "camera:0"), ("Back camera", "camera:1")]),
        "camera:0",
        window={"consented": False},
    )
    stand_still(window)
    qtbot.waitUntil(lambda: len(window.live.start.camera_buttons) == 2)
    check_consent = window.live.consent
    assert window.live.page is check_consent
    settle(qtbot, window)
    check("consent", window)
    check_consent.declined.emit()
    settle(qtbot, window)
    check("start", window)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_live(
    theme: str, portrait: FakeEngine, show: Callable[..., MainWindow], check: Check, qtbot: QtBot
) -> None:
    window = show(portrait, "synthetic", window={"theme": theme})
    stand_still(window)
    qtbot.waitUntil(lambda: window.live.controller.phase is Phase.OVER)
    settle(qtbot, window)
    check(f"live_{theme}", window)


def test_the_keys(portrait: FakeEngine, show: Callable[..., MainWindow], check: Check, qtbot: QtBot) -> None:
    window = show(portrait, "synthetic")
    window.run("keys")
    settle(qtbot, window)
    check("keys", window.sheet)


# Review


class _ReviewEngine(ProgramReviewEngine):
    """Reads made-up faces."""

    def build_pipeline(self, settings: Settings, video: Path) -> Pipeline:
        source = FakeSource(video.name, str(video), is_live=False, frames=270)
        finder = MadeFinder(lambda at: ((440.0, 50.0, 630.0, 320.0),) if not 4.5 < at.timestamp_s < 6.0 else ())
        return Pipeline(source, finder, FakeReader("fake-s"), lambda result: result.frame.image.copy(), [])


@pytest.fixture
def review_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeEngine:
    monkeypatch.setattr(fake_engine, "FRAME_WH", FRAME_WH)
    engine = FakeEngine([])
    engine.review = _ReviewEngine(tmp_path / "kept")
    return engine


def test_review(review_engine: FakeEngine, show: Callable[..., MainWindow], check: Check, qtbot: QtBot) -> None:
    window = show(review_engine, str(demo_clip()))
    page = window.review
    qtbot.waitUntil(lambda: page.controller.recall is not None)
    qtbot.waitUntil(lambda: page.controller.progress.stage is AnalysisStage.DONE)
    qtbot.waitUntil(lambda: page.stage.picture.has_picture)
    page.controller.player.seek(2.0)
    qtbot.waitUntil(lambda: abs(page.readings.time_s - 2.0) < 0.05)
    window.messages.close()
    settle(qtbot, window)
    check("review", window)


def test_review_without_a_video(
    review_engine: FakeEngine, show: Callable[..., MainWindow], check: Check, qtbot: QtBot
) -> None:
    window = show(review_engine, "synthetic")
    window.run("review")
    settle(qtbot, window)
    check("review_empty", window)


# Batch


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_batch(theme: str, show: Callable[..., MainWindow], check: Check, qtbot: QtBot) -> None:
    engine = FakeEngine([])
    window = show(engine, "synthetic", window={"theme": theme})
    window.run("batch")
    qtbot.waitUntil(lambda: window.batch.controller.capacity > 0)
    if theme == "dark":
        settle(qtbot, window)
        check("batch_empty", window)
    window.batch.add([f"/study/wave 2/P{number:02d} interview.mp4" for number in range(1, 11)])
    qtbot.waitUntil(lambda: len(window.batch.model.items) == 10)
    queue = engine.queue
    assert queue is not None
    window.batch.controller.start()
    queue.finish(1)
    queue.finish(2, make_summary(neutral=200, sadness=60, fear=22))
    queue.fail(3, "P03 interview.mp4: no picture in it; choose another file")
    queue.cancel(4)
    queue.advance(5, 63)
    queue.advance(6, 12)
    qtbot.waitUntil(lambda: window.batch.model.count(State.RUNNING) == 2)
    window.batch.list.setCurrentIndex(window.batch.model.index(1))
    settle(qtbot, window)
    check(f"batch_{theme}", window)


# The dialogs


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_settings(theme: str, show: Callable[..., MainWindow], check: Check, qtbot: QtBot) -> None:
    window = show(FakeEngine([]), "synthetic", window={"theme": theme})
    window.run("settings")
    dialog = window.side_windows.settings
    assert isinstance(dialog, SettingsDialog)
    dialog.go_to("Reading")
    dialog.links["Camera"].setFocus()
    settle(qtbot, window)
    check(f"settings_{theme}", dialog)


def test_about(
    show: Callable[..., MainWindow], check: Check, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mien.gui.shell.about.VERSION", "1.2.3")
    window = show(FakeEngine([]), "synthetic")
    window.run("about")
    about = window.side_windows.about
    assert about is not None
    settle(qtbot, window)
    check("about", about)


# Scale


@pytest.mark.parametrize("size", [(960, 600), (1024, 640), (1920, 1080), (3840, 2160)])
def test_nothing_is_cut_off_in_the_bar_at_any_size(
    size: tuple[int, int], show: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = show(FakeEngine([("A camera with a rather long name", "camera:0")]), "synthetic")
    window.resize(*size)
    qtbot.wait(50)
    bar = window.top_bar
    shown = [child for child in bar.findChildren(QWidget) if child.isVisible() and child.parent() is bar]
    rects = [child.geometry() for child in shown]
    assert all(bar.rect().contains(rect) for rect in rects)
    for one, other in zip(
        sorted(rects, key=lambda r: r.x()), sorted(rects, key=lambda r: r.x())[1:], strict=False
    ):
        assert one.right() < other.left() + 2
    assert bar.mapTo(window, QPoint(0, 0)).y() == 0
