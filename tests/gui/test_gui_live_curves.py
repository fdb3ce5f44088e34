"""The curves of Live's last minute: own expressions in the strip, any number as a picture."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from mien.gui.choices import Choices
from mien.gui.live.curve_saver import CurveSaver
from mien.gui.live.live_timeline import LiveTimeline
from mien.settings import Settings
from mien.timeline.history import History
from mien.timeline.recent import RecentReadings
from tests.makers import make_emotion, make_reading, make_result


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_last_minute_is_saved(suffix: str, tmp_path: Path, qtbot: QtBot) -> None:
    recent, window = RecentReadings(), QWidget()
    qtbot.addWidget(window)
    for at in range(60):
        recent.take(make_result(at, [replace(make_reading(), own={"glad": float(at > 30)})]))
    saver = CurveSaver(recent, Choices(Settings().changed(window={"curves": ("x_glad",)}), lambda _: None), window)
    series = recent.series()
    assert series is not None
    target = tmp_path / f"curves{suffix}"
    with qtbot.waitSignal(saver.notified, timeout=20000):
        saver.save(series, target)
    data = target.read_bytes()
    assert b"glad" in data if suffix == ".svg" else data.startswith(b"\x89PNG")
    assert saver.shut_down(5.0)


def test_own_expressions_stand_among_the_curves(qtbot: QtBot) -> None:
    history = History()
    timeline = LiveTimeline(history)
    qtbot.addWidget(timeline)
    timeline.set_mode("curves")
    for at in range(50):
        history.move_on(at / 10)
        history.add(
            1, at, at / 10, "happiness", make_emotion(), None, {"glad": float(at > 25), "odd": float("nan")}
        )
    timeline.resize(600, 176)
    timeline.refresh(1)
    assert not timeline.grab().isNull()
    assert timeline.text_at(4.9).split("\n")[-2:] == ["  glad yes", "  odd –"]
    assert "  glad no" in timeline.text_at(1.0)
