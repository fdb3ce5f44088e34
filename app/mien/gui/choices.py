"""The user's choices while the window runs: one owner, whom everybody asks and tells."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from mien.errors import AppError
from mien.gui.background import Background
from mien.settings import MAX_RECENT_FILES, Settings

SAVE_MS: Final = 500
"""Choices that follow each other are written once."""


class Choices(QObject):
    """Holds the settings; emits ``changed`` with those before and after, and ``failed`` with an ``AppError``.

    Args:
        settings: What is in force.
        save: Keeps them; slow, runs on a thread of its own.
        kept: What was kept, where the command line put other choices over it for this run: those are not kept.
    """

    changed = Signal(object, object)
    failed = Signal(object)

    def __init__(
        self,
        settings: Settings,
        save: Callable[[Settings], None],
        parent: QObject | None = None,
        *,
        kept: Settings | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self._kept = kept or settings
        self._save = save
        self._background = Background(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self._save_beside)

    def change(self, **groups: Mapping[str, object]) -> None:
        """Take over new choices and save them; nothing happens where they are the old ones.

        Args:
            groups: Fields with their new values for each group, as in ``change(shown={"smoothing_s": 0.0})``.
        """
        self._kept = self._kept.changed(**groups)
        before, self.settings = self.settings, self.settings.changed(**groups)
        if self.settings != before:
            self._timer.start()
            self.changed.emit(before, self.settings)

    def remember_file(self, path: str) -> None:
        """Put a file at the head of the recent ones."""
        others = (other for other in self.settings.window.recent_files if other != path)
        self.change(window={"recent_files": (path, *others)[:MAX_RECENT_FILES]})

    def shut_down(self, timeout_s: float) -> bool:
        """Keep what is not kept yet; say whether that ended in time."""
        self._timer.stop()
        is_done = self._background.join(timeout_s)
        try:
            self._save(self._kept)
        except AppError:
            return False
        return is_done

    def _save_beside(self) -> None:
        self._background.run(partial(self._save, self._kept), lambda _: None, self.failed.emit)
