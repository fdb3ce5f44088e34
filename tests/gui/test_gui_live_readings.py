"""Live's readings in the whole window: neutral faces, two networks, what the network sees, curves, tuning."""

from dataclasses import replace

import numpy as np
import pytest
from fake_engine import BOXES, FakeEngine, FakeReader, make_emotion, make_reading, make_result
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from windows import MakeWindow, WaitFor

from mien.core.baseline import baseline_of
from mien.core.emotion import Affect
from mien.core.face import FrameResult, SecondReading
from mien.core.shown import ShownChoices, ShownStage, as_read
from mien.errors import ModelError
from mien.gui.live.live_controller import Phase
from mien.gui.live.live_workspace import NARROW_BELOW_PX
from mien.gui.shell.main_window import MainWindow
from mien.overlay.style import COLOURS
from mien.pipeline.shown_choices import shown_choices

PICTURE = np.zeros((180, 320, 3), np.uint8)


def _see(window: MainWindow, start_s: float, end_s: float, **looks: object) -> None:
    """Let the window see a minute or part of one as if a camera had run, ten times a second."""
    for index in range(round(start_s * 10), round(end_s * 10)):
        choices = shown_choices(window.live.controller.settings, window.live.baselines.baselines)
        raw = make_reading(1, **looks).raw  # type: ignore[arg-type]
        result = make_result(ShownStage(choices).show(index / 10, (raw,), "fake-s"), index, index / 10)
        window.live.baselines.see(result)
        window.live.view.readings.show(result, PICTURE)


@pytest.fixture
def window(engine: FakeEngine, window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window whose camera is paused, so that a test decides what it sees."""
    engine.boxes = lambda _: ()
    qtbot.waitUntil(lambda: window.live.read_by == ("fake-s",))
    assert window.live.controller._pipeline is not None
    window.live.controller._pipeline.pause()
    qtbot.wait(150)
    window.live.view.readings.reset()
    return window


def test_n_takes_a_neutral_face_and_shows_readings_relative_to_it(window: MainWindow, qtbot: QtBot) -> None:
    _see(window, 0, 1, top="sadness")
    assert window.live.view.panel.header.headline == "Sadness"
    qtbot.keyClick(window, Qt.Key.Key_N)
    assert window.live.view.stage.baseline_ring.title == "Keep a neutral face"
    _see(window, 1, 2.6, top="sadness")
    assert window.live.view.stage.baseline_ring.figure == "2"
    _see(window, 2.6, 4.2, top="sadness")
    assert not window.live.view.stage.baseline_ring.isVisible()
    qtbot.mouseClick(window.messages.banner.remedy, Qt.MouseButton.LeftButton)  # 86 % sad at rest: confirmed
    assert window.live.controller.settings.shown.relative
    _see(window, 4.2, 5.5, top="sadness")
    assert window.live.view.panel.header.headline == "Neutral"
    assert window.live.view.panel.header._title == "Face 1 · relative"
    assert "relative" in window.messages.banner.text
    assert window.live.transport.baseline.isChecked()
    qtbot.keyClick(window, Qt.Key.Key_L)
    _see(window, 5.5, 6, top="sadness")
    assert window.live.view.panel.header.headline == "Sadness"


def test_a_neutral_face_that_turns_away_is_given_up_with_the_reason(window: MainWindow, qtbot: QtBot) -> None:
    _see(window, 0, 1, top="neutral")
    qtbot.keyClick(window, Qt.Key.Key_N)
    _see(window, 1, 2, top="neutral")
    _see(window, 2, 3, top="neutral", reason="turned away")
    assert window.messages.banner.text == "No neutral face was taken: the face is turned away"
    assert window.messages.banner.remedy.text() == "Try again"
    assert not window.live.baselines.is_taking
    assert not window.live.controller.settings.shown.relative


def test_a_smile_becomes_a_baseline_only_when_that_is_confirmed(window: MainWindow, qtbot: QtBot) -> None:
    _see(window, 0, 1, top="happiness")
    qtbot.keyClick(window, Qt.Key.Key_N)
    _see(window, 1, 4.5, top="happiness")
    assert "reads as happiness (86 %)" in window.messages.banner.text
    assert not window.live.baselines.baselines
    qtbot.mouseClick(window.messages.banner.remedy, Qt.MouseButton.LeftButton)
    assert len(window.live.baselines.baselines) == 1
    assert window.live.controller.settings.shown.relative


def test_baselines_survive_a_change_of_page(window: MainWindow) -> None:
    taken = tuple(baseline_of(1, "fake-s", at_s, [(make_emotion(top="fear"), None)]) for at_s in (3.0, 9.0))
    window.live.baselines.baselines = taken
    window.run("review")
    window.run("live")
    (kept,) = window.live.baselines.baselines
    assert (kept.face_id, kept.taken_at_s) == (1, 0.0)
    assert "baseline was kept" in window.messages.banner.text


def test_escape_stops_taking_a_neutral_face(window: MainWindow, qtbot: QtBot) -> None:
    _see(window, 0, 1, top="neutral")
    qtbot.keyClick(window, Qt.Key.Key_N)
    assert window.live.baselines.is_taking
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.live.baselines.is_taking
    assert not window.live.view.stage.baseline_ring.isVisible()


def test_a_baseline_is_painted_and_kept_with_the_session(
    engine: FakeEngine, make_window: MakeWindow, wait_for: WaitFor, qtbot: QtBot
) -> None:
    painted: list[FrameResult] = []
    engine.painters = lambda settings, screen, *, is_live: (
        ((lambda result: painted.append(result) or result.frame.image.copy()),) * 2
    )  # type: ignore[assignment,func-returns-value,method-assign]
    engine.boxes = lambda _: BOXES[:1]
    window = make_window(engine, "camera:0")
    wait_for(window, Phase.PLAYING)
    qtbot.waitUntil(lambda: window.live.view.panel.face_id == 1)
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: window.live.controller.recorder.session is not None)
    qtbot.keyClick(window, Qt.Key.Key_E)
    qtbot.keyClick(window, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: bool(window.live.baselines.baselines))
    (record,) = engine.sinks[0].baselines
    assert (record.face_id, record.model) == (1, "fake-s")  # type: ignore[attr-defined]
    assert sum(record.probabilities) == pytest.approx(1.0, abs=1e-3)  # type: ignore[attr-defined]
    assert [marker[0] for marker in engine.sinks[0].markers] == ["event"]
    qtbot.waitUntil(lambda: painted[-1].readings[0].is_relative)
    qtbot.keyClick(window, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: not painted[-1].readings[0].is_relative)


def test_a_recording_keeps_the_baselines_that_were_taken_before_it(
    engine: FakeEngine, make_window: MakeWindow, wait_for: WaitFor, qtbot: QtBot
) -> None:
    window = make_window(engine, "camera:0")
    wait_for(window, Phase.PLAYING)
    emotions = [(make_emotion(top="fear"), None)]
    window.live.baselines.accept([baseline_of(1, network, 0.0, emotions) for network in ("fake-s", "second")])
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: window.live.controller.recorder.session is not None)
    window.live.baselines.accept([baseline_of(2, "fake-s", 0.0, emotions)])
    kept = [(each.face_id, each.model) for each in engine.sinks[0].baselines]  # type: ignore[attr-defined]
    assert kept == [(1, "fake-s"), (1, "second"), (2, "fake-s")]


def test_a_baseline_is_not_used_with_another_network(
    engine: FakeEngine, make_window: MakeWindow, wait_for: WaitFor, qtbot: QtBot
) -> None:
    engine.boxes = lambda _: BOXES[:1]
    window = make_window(engine, "camera:0")
    wait_for(window, Phase.PLAYING)
    qtbot.waitUntil(lambda: window.live.read_by == ("fake-s",))
    qtbot.waitUntil(lambda: window.live.view.panel.face_id == 1)
    taken = baseline_of(1, "fake-s", 0.0, [(make_emotion(top="fear"), None)])
    window.live.baselines.accept([taken])
    assert window.live.transport.baseline.isChecked()
    window.top_bar.model_chosen.emit("fake-m")
    qtbot.waitUntil(lambda: window.live.read_by == ("fake-m",))
    assert not window.live.transport.baseline.isChecked()
    assert window.live.baselines.baselines == (taken,)
    window.top_bar.model_chosen.emit("fake-s")
    qtbot.waitUntil(lambda: window.live.read_by == ("fake-s",))
    assert window.live.transport.baseline.isChecked()


def test_the_newest_result_holds_what_is_shown_and_what_was_read(window: MainWindow) -> None:
    window.live.baselines.baselines = (baseline_of(1, "fake-s", 0, [(make_emotion(top="fear"), None)]),)
    window.live.controller.change(shown={"relative": True})
    _see(window, 0, 1, top="fear")
    latest = window.live.view.readings.latest
    assert latest is not None
    (reading,) = latest[0].readings
    assert (reading.label, reading.raw.emotion.label) == ("neutral", "fear")
    assert window.live.view.panel.header.headline == "Neutral"


def test_another_source_forgets_neutral_faces(window: MainWindow) -> None:
    window.live.baselines.baselines = (baseline_of(1, "fake-s", 0, [(make_emotion(top="fear"), None)]),)
    window.open("camera:1")
    assert not window.live.baselines.baselines


def test_two_networks_stand_side_by_side(window: MainWindow) -> None:
    second = SecondReading(make_emotion(top="anger"), Affect(-0.5, 0.5))
    reading = as_read(replace(make_reading(1, top="happiness").raw, other=second))
    result = replace(make_result((reading,), 1, 0.1), other_model="fake-m")
    window.live.view.readings.show(result, PICTURE)
    bars = window.live.view.panel.bars
    assert bars.titles == ("fake-s", "fake-m")
    bars.advance(2.0)
    assert bars.shown["happiness"] == pytest.approx(0.86)
    assert bars.other_shown["anger"] == pytest.approx(0.86)
    image = bars.grab().toImage()
    row = {image.pixelColor(x, 36 + 4 * 24 + 12).name() for x in range(200, image.width())}
    assert COLOURS["anger"].lower() in row
    _see(window, 0.2, 0.4, top="happiness")
    assert bars.titles == ()


def test_the_menu_compares_networks_and_chooses_the_provider(
    engine: FakeEngine, make_window: MakeWindow, wait_for: WaitFor, qtbot: QtBot
) -> None:
    loaded: list[tuple[str, str, str]] = []

    def load(settings):  # noqa: ANN001, ANN202 - stands in for the engine's own
        loaded.append((settings.reading.model, settings.reading.compare, settings.compute.provider))
        return FakeReader("fake-s")

    engine.load_reader = load  # type: ignore[method-assign]
    window = make_window(engine, "camera:0")
    wait_for(window, Phase.PLAYING)
    menu = window.top_bar.models
    qtbot.waitUntil(lambda: len(menu.actions()) > 3)
    _choose(_submenu(menu, "Compare with"), "fake-m")
    qtbot.waitUntil(lambda: loaded == [("", "fake-m", "auto")])
    menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: len(_submenu(menu, "Runs on").actions()) == 3)
    _choose(_submenu(menu, "Runs on"), "CPU")
    qtbot.waitUntil(lambda: loaded[-1] == ("", "fake-m", "cpu"))
    _choose(menu, "fake-m")  # no network is compared with itself
    qtbot.waitUntil(lambda: loaded[-1] == ("fake-m", "", "cpu"))
    assert len(engine.sources) == 1


def test_a_network_that_cannot_be_loaded_leaves_the_one_that_works(
    engine: FakeEngine, make_window: MakeWindow, wait_for: WaitFor, qtbot: QtBot
) -> None:
    def fail(settings):  # noqa: ANN001, ANN202 - stands in for the engine's own
        raise ModelError("fake-m: damaged; fetch it again")

    engine.load_reader = fail  # type: ignore[method-assign]
    window = make_window(engine, "camera:0")
    wait_for(window, Phase.PLAYING)
    window.live.controller.change(reading={"compare": "fake-m"})
    qtbot.waitUntil(lambda: window.messages.banner.text == "fake-m: damaged; fetch it again")
    assert window.live.controller.settings.reading.compare == ""


def test_smoothing_and_least_confidence_apply_while_it_runs(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.mouseClick(window.live.transport.tuning, Qt.MouseButton.LeftButton)
    tuning = window.live.tuning
    assert tuning.isVisible()
    pipeline, chosen = window.live.controller._pipeline, []
    assert pipeline is not None
    monkeypatch.setattr(pipeline, "set_shown", chosen.append)
    tuning.smoothing.setValue(24)
    tuning.confidence.setValue(55)
    assert chosen[-1] == ShownChoices(1.2, 0.55)
    assert (
        window.live.controller.settings.shown.smoothing_s,
        window.live.controller.settings.shown.min_confidence,
    ) == (
        1.2,
        0.55,
    )
    assert len(engine.sources) == 1
    tuning.hide()


def test_v_shows_what_the_network_sees_unless_faces_are_hidden(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_V)
    _see(window, 0, 0.5)
    seen = window.live.view.panel.seen
    assert seen.isVisible()
    assert seen.crop is not None
    assert seen.crop.shape == (48, 48, 3)
    assert seen.grab().toImage().pixelColor(48, 60) == QColor(77, 77, 77)
    qtbot.keyClick(window, Qt.Key.Key_B)
    _see(window, 0.5, 1)
    assert seen.crop is None
    qtbot.keyClick(window, Qt.Key.Key_V)
    assert not seen.isVisible()


def test_c_switches_between_bands_and_a_curve_for_each_expression(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_C)
    timeline = window.live.view.timeline
    qtbot.waitUntil(lambda: timeline.mode == "curves")
    # At the height of bands the line falls between two rows of pixels, and no pixel has its colour to the full.
    qtbot.waitUntil(lambda: timeline.height() == timeline.sizeHint().height())
    _see(window, 0, 60, top="happiness")
    image = timeline.grab().toImage()
    area = timeline._area()
    y = round(area.top() + (1 - 0.36) * (area.height() - 4) * (1 - 0.86))
    found = [
        any(image.pixelColor(x, y + off).name() == COLOURS["happiness"].lower() for off in range(-2, 3))
        for x in range(100, int(area.right()) - 5)
    ]
    assert sum(found) > 0.9 * len(found)
    assert "Happiness 86 %" in timeline.text_at(30.0)
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: timeline.mode == "bands")


def test_curves_moved_look_like_curves_drawn_anew(window: MainWindow) -> None:
    """The strip paints only what is new; the picture must be the same as if all was painted at once."""
    window.live.controller.change(window={"timeline": "curves"})
    timeline = window.live.view.timeline
    for index in range(700):
        result = make_result((make_reading(1, phase=index / 40),), index, index / 10)
        window.live.view.readings.show(result, PICTURE)
        if index > 620:
            timeline.grab()
    moved = timeline.grab().toImage()
    from mien.gui.live.curve_strip import CurveStrip

    timeline._strip = CurveStrip(60.0)
    anew = timeline.grab().toImage()
    differing = sum(
        abs(moved.pixelColor(x, y).lightness() - anew.pixelColor(x, y).lightness()) > 60
        for x in range(90, anew.width() - 24, 3)
        for y in range(anew.height())
    )
    assert differing < 0.01 * anew.width() / 3 * anew.height()


@pytest.mark.parametrize(
    ("size", "arrangement"),
    [((1280, 800), "beside"), ((1024, 640), "shared"), ((1000, 1000), "below"), ((3840, 2160), "beside")],
)
def test_in_a_narrow_window_the_details_go_below_the_picture(
    size: tuple[int, int], arrangement: str, window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(*size)
    qtbot.wait(50)
    _see(window, 0, 1)
    view = window.live.view
    assert view.arrangement == arrangement
    assert (view.width() < NARROW_BELOW_PX) == (arrangement != "beside")
    for widget in (view.panel.header, view.panel.bars, view.panel.gauges, view.timeline, view.stage):
        corner = widget.mapTo(view, widget.rect().bottomRight())
        assert view.rect().contains(corner), type(widget).__name__
    assert view.panel.bars.height() >= view.panel.bars.sizeHint().height()
    if arrangement != "beside":
        assert view.panel.mapTo(view, view.panel.rect().topLeft()).y() >= view.stage.geometry().bottom()


def test_d_moves_the_details_into_a_window_of_their_own_and_back(window: MainWindow, qtbot: QtBot) -> None:
    view = window.live.view
    width = view.stage.width()
    window.run("details")
    qtbot.waitUntil(lambda: view.stage.width() > width)
    assert view.panel.window() is not window
    _see(window, 0, 1, top="anger")
    assert view.panel.isVisible()
    assert view.panel.header.headline == "Anger"
    view.panel.window().close()
    assert view.panel.window() is window
    qtbot.waitUntil(lambda: view.stage.width() == width)
    assert view.arrangement == "beside"


def _submenu(menu: QMenu, text: str) -> QMenu:
    found = next(action.menu() for action in menu.actions() if action.text() == text)
    assert isinstance(found, QMenu)
    return found


def _choose(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()


def test_timeline_list_and_figures_are_told_with_different_frames(
    engine: FakeEngine, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = make_window(engine).live.view
    told: list[tuple[str, int]] = []
    now = [0]
    monkeypatch.setattr(view.timeline, "refresh", lambda _: told.append(("timeline", now[0])))
    monkeypatch.setattr(view.panel, "show_faces", lambda *_: told.append(("list", now[0])))
    figures = view.panel.header.show_face
    monkeypatch.setattr(
        view.panel.header, "show_face", lambda *all: (told.append(("figures", now[0])), figures(*all))
    )
    image = np.zeros((180, 320, 3), np.uint8)
    emotion_of = [make_reading(face_id, box=box, top="happiness") for face_id, box in enumerate(BOXES, 1)]
    for now[0] in range(90):
        view.readings.show(make_result(emotion_of, now[0]), image)
    assert {what for what, frame in told if frame == 0} == {"timeline", "list", "figures"}
    later = [frame for _, frame in told if frame > 0]
    assert len(set(later)) == len(later)
    counts = {part: sum(what == part for what, _ in told) for part in ("timeline", "list", "figures")}
    assert counts["timeline"] >= 20  # of 30 at the most
    assert counts["list"] >= 10  # of 15
    told.clear()
    for now[0] in range(90, 120):  # at four frames a second everything is late, and nothing is left behind
        view.readings.show(make_result(emotion_of, now[0], time_s=3.0 + (now[0] - 90) / 4), image)
    assert all(sum(what == part for what, _ in told) >= 8 for part in ("timeline", "list", "figures"))
