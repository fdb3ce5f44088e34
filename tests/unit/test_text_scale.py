import os
import subprocess
import sys

import pytest

from mien.text_scale import FACTOR, scale_texts, system_scale


@pytest.mark.parametrize(
    ("percent", "before", "after"),
    [(150, "", "1.5"), (80, "", "0.8"), (150, "2", "3"), (125, "nonsense", "1.25"), (100, "", None)],
)
def test_the_chosen_size_goes_to_qt(percent: int, before: str, after: str | None) -> None:
    environment = {FACTOR: before} if before else {}
    assert scale_texts(percent, environment) == percent / 100
    assert environment.get(FACTOR) == after


def test_the_system_is_asked_for_what_qt_does_not_follow() -> None:
    wayland = {"WAYLAND_DISPLAY": "wayland-0"}
    assert system_scale({}, "win32", ask_windows=lambda: 1.35) == 1.35
    assert system_scale(wayland, "linux", ask_gnome=lambda: 1.25) == 1.25
    assert system_scale({"DISPLAY": ":0"}, "linux", ask_gnome=lambda: 1.25) == 1.0  # Qt takes it from X11 itself
    assert system_scale({}, "darwin") == 1.0
    assert system_scale({}, "win32", ask_windows=lambda: 40.0) == 2.25
    assert system_scale({}, "win32", ask_windows=lambda: 0.0) == 0.8


def test_a_desktop_that_does_not_answer_leaves_texts_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert system_scale({"WAYLAND_DISPLAY": "wayland-0"}, "linux") == 1.0


def test_the_window_is_drawn_larger() -> None:
    program = (
        "from mien.text_scale import scale_texts; scale_texts(150)\n"
        "from PySide6.QtWidgets import QApplication, QLabel\n"
        "app = QApplication([]); print(QLabel('x').grab().devicePixelRatio())"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == "1.5"
