"""The way into the window."""

import os

from mien.display import require_display
from mien.faults import DeathWatch
from mien.installation.window_parts import require_window_parts
from mien.settings import Settings
from mien.text_scale import scale_texts


def run_window(spec: str | None, settings: Settings, kept: Settings | None = None) -> int:
    """Show the window until it is closed.

    Args:
        spec: What to open at once, as on the command line; None opens the first camera, if there is one.
        settings: The user's choices.
        kept: What is kept of them, where ``settings`` has choices for this run only.

    Returns:
        The exit code.

    Raises:
        AppError: There is no display, a part of the window is not installed, or a recording that was under
            way could not be completed.
    """
    forget_foreign_plugins()
    require_display()
    require_window_parts()
    scale_texts(settings.window.text_percent)
    watch = DeathWatch()
    watch.begin()
    try:
        return _show_window(spec, settings, kept)
    finally:
        watch.end()


def _show_window(spec: str | None, settings: Settings, kept: Settings | None) -> int:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QApplication

    from mien.engine.program import ProgramEngine
    from mien.gui.garbage import GarbageCollector
    from mien.gui.look.mark import app_icon
    from mien.gui.look.theme import apply_theme, system_theme
    from mien.gui.shell.main_window import MainWindow

    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(["mien"])
    GarbageCollector(app)
    app.setApplicationName("Mien")
    app.setDesktopFileName("mien")
    apply_theme(app, system_theme() if settings.window.theme == "system" else settings.window.theme)
    app.setWindowIcon(app_icon())
    window = MainWindow(ProgramEngine(), settings, spec, kept=kept)
    window.show()
    code = app.exec()
    if window.failure is not None:
        raise window.failure
    return code


def forget_foreign_plugins() -> None:
    """Undo what ``import cv2`` does: it points Qt at plugins and fonts of its own, which do not fit."""
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        if "cv2" in os.environ.get(name, ""):
            del os.environ[name]
