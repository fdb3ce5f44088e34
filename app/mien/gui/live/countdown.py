"""Seconds that are counted down on the picture before something begins."""

import time
from math import ceil
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from mien.gui.parts.ring import Ring

_STEP_MS: Final = 50


class Countdown(QObject):
    """Counts down on a ring; emits ``done`` at zero, and ``changed`` when it begins or ends."""

    done = Signal()
    changed = Signal()

    def __init__(self, ring: Ring, parent: QObject) -> None:
        super().__init__(parent)
        self._ring = ring
        self._seconds = 0.0
        self._end_s = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._step)

    @property
    def is_running(self) -> bool:
        """Whether it counts."""
        return self._timer.isActive()

    def start(self, seconds: float) -> None:
        """Count down from ``seconds``; from 0 it is done at once."""
        if seconds <= 0:
            self.done.emit()
            return
        self._seconds, self._end_s = seconds, time.monotonic() + seconds
        self._timer.start()
        self._step()
        self.changed.emit()

    def cancel(self) -> bool:
        """Stop counting; say whether there was anything to stop."""
        if not self.is_running:
            return False
        self._end()
        return True

    def _step(self) -> None:
        left_s = self._end_s - time.monotonic()
        if left_s <= 0:
            self._end()
            self.done.emit()
            return
        share = 1.0 - left_s / self._seconds
        self._ring.show_share(share, str(ceil(left_s)), "Recording begins", "Esc cancels")

    def _end(self) -> None:
        self._timer.stop()
        self._ring.hide()
        self.changed.emit()
