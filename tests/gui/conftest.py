"""What the window's tests share: no screen, no camera, no network."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from windows import MakeWindow, WaitFor

from mien.gui.live.live_controller import Phase
from mien.gui.look.theme import apply_theme
from mien.gui.shell.main_window import MainWindow
from mien.settings import Settings
from tests.patience import PATIENCE_MS


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> None:
    QStandardPaths.setTestModeEnabled(True)
    apply_theme(qapp, "dark")


@pytest.fixture(autouse=True)
def _collected_here() -> Iterator[None]:
    """Collect in this thread only, as the program does: a window must not die in a worker's."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


class PatientBot(QtBot):
    """Waits for what must happen as long as all tests do, however busy the machine is."""

    def waitUntil(self, callback: Callable[[], Any], *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine([("Front camera", "camera:0"), ("Back camera", "camera:1")])


@pytest.fixture
def make_window(qtbot: QtBot, tmp_path: Path) -> Iterator[MakeWindow]:
    """Windows that are closed at the end, whatever the test did."""
    windows: list[MainWindow] = []

    def make(engine: FakeEngine, spec: str | None = None, **groups: dict[str, object]) -> MainWindow:
        own = Settings().changed(window={"consented": True}, video={"session_folder": str(tmp_path / "Mien")})
        settings = own.changed(**groups)
        window = MainWindow(engine, settings, spec)
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1280, 800)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)  # keys reach only the window in front
        return window

    yield make
    for window in windows:
        window.close()


@pytest.fixture
def wait_for(qtbot: QtBot) -> WaitFor:
    def wait(window: MainWindow, phase: Phase) -> None:
        qtbot.waitUntil(lambda: window.live.controller.phase is phase)

    return wait


@pytest.fixture
def window(
    engine: FakeEngine, make_window: MakeWindow, wait_for: Callable[[MainWindow, Phase], None]
) -> MainWindow:
    """A window that shows the first camera."""
    shown = make_window(engine, "camera:0")
    wait_for(shown, Phase.PLAYING)
    return shown
