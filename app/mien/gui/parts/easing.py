"""Movement: numbers that glide to their targets, and the clock that moves them only while something moves."""

import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, QTimer

SETTLE_S: Final = 0.12
"""After this time a number has gone 95 % of its way."""
TICK_MS: Final = 24
_TIME_CONSTANT_S: Final = SETTLE_S / 3.0
_CLOSE_ENOUGH: Final = 1e-3


class Eased:
    """Numbers that approach their targets exponentially, whatever the rate of the steps.

    Attributes:
        values: (N,) float64, where they are now.
        targets: (N,) float64, where they go.
    """

    def __init__(self, count: int, start: float = 0.0) -> None:
        self.values: npt.NDArray[np.float64] = np.full(count, start)
        self.targets: npt.NDArray[np.float64] = self.values.copy()

    def aim(self, targets: Sequence[float] | npt.NDArray[np.floating]) -> None:
        """Set where the numbers go; (N,) like before."""
        self.targets[:] = targets

    def jump(self) -> None:
        """Be there at once: for another face, whose readings have nothing to do with the last one's."""
        self.values[:] = self.targets

    def step(self, elapsed_s: float) -> bool:
        """Move on by ``elapsed_s`` seconds; return whether anything moved."""
        distance = self.targets - self.values
        if not distance.any():
            return False
        self.values += distance * (1.0 - np.exp(-elapsed_s / _TIME_CONSTANT_S))
        arrived = np.abs(self.targets - self.values) < _CLOSE_ENOUGH
        self.values[arrived] = self.targets[arrived]
        return True


class Animator(QObject):
    """Steps what moves, some forty times a second, and rests when all of it has arrived."""

    def __init__(self, steps: Sequence[Callable[[float], bool]], parent: QObject) -> None:
        super().__init__(parent)
        self._steps = tuple(steps)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._last_s = 0.0

    @property
    def is_moving(self) -> bool:
        """Whether the clock runs."""
        return self._timer.isActive()

    def wake(self) -> None:
        """Start the clock if it rests; call after setting new targets."""
        if not self._timer.isActive():
            self._last_s = time.monotonic()
            self._timer.start()

    def _tick(self) -> None:
        now_s = time.monotonic()
        elapsed_s, self._last_s = now_s - self._last_s, now_s
        moved = [step(elapsed_s) for step in self._steps]
        if not any(moved):
            self._timer.stop()
