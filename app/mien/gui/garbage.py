"""Python's cycle collector, kept to the GUI thread: an object of Qt that dies in another one ends the program."""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS: Final = 1000
_USUAL_LIMIT: Final = 10


class GarbageCollector(QObject):
    """Collects by timer, where it lives; the interpreter's own collection, in whatever thread, is switched off."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        # Python 3.14 gives none for the oldest generation, which its own collection goes through in small steps.
        self._thresholds = [limit or _USUAL_LIMIT for limit in gc.get_threshold()]
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start(_INTERVAL_MS)

    def collect_due(self) -> None:
        """Collect the oldest generation that has reached its threshold, and those younger than it."""
        due = [count > limit > 0 for count, limit in zip(gc.get_count(), self._thresholds, strict=True)]
        if due[0]:
            gc.collect(2 if due[1] and due[2] else 1 if due[1] else 0)
