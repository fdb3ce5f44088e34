"""The way into the window, and what it must not drag along."""

import subprocess
import sys

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from mien.gui.main import forget_foreign_plugins


def test_the_plugins_of_opencv_are_forgotten_and_those_of_the_user_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", "/site-packages/cv2/qt/plugins")
    monkeypatch.setenv("QT_QPA_FONTDIR", "/my/fonts")
    forget_foreign_plugins()
    import os

    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
    assert os.environ["QT_QPA_FONTDIR"] == "/my/fonts"


def test_the_window_stands_before_anything_heavy_is_loaded() -> None:
    code = (
        "import sys, mien.gui.shell.main_window, mien.engine.program;"
        "print([name for name in ('cv2', 'mediapipe', 'onnxruntime', 'av', 'lap') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from 3.12 on")
def test_qt_does_not_lose_references_to_none() -> None:
    """PySide6 6.12.0 loses one with every call, and Python aborts after some thousands of them."""
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = sys.getrefcount(None)
    for _ in range(500):
        painter.setPen(QColor("red"))
    lost = before - sys.getrefcount(None)
    painter.end()
    assert lost < 100, "this PySide6 loses references; install PySide6-Essentials below 6.12"
