"""Slow work on threads of its own, its answer on the GUI thread."""

import contextlib
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from mien.errors import AppError, unexpected

T = TypeVar("T")


class Background(QObject):
    """Runs functions beside the window. A function that never returns is left behind at the end."""

    _answered = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._threads: list[threading.Thread] = []
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[AppError], None]) -> None:
        """Call ``work`` on a thread; then ``done`` or ``failed`` on the GUI thread.

        Args:
            work: Slow; must not touch widgets.
            done: Gets its result.
            failed: Gets its failure; whatever is no ``AppError`` comes as one.
        """

        def body() -> None:
            try:
                answer = partial(done, work())
            except AppError as error:
                answer = partial(failed, error)
            except Exception as error:
                answer = partial(failed, unexpected(error))
            with contextlib.suppress(RuntimeError):  # the window is gone; nobody wants the answer
                self._answered.emit(answer)

        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=body, name="mien-background", daemon=True)
        self._threads.append(thread)
        thread.start()

    def join(self, timeout_s: float) -> bool:
        """Wait for what runs; say whether all of it ended in time."""
        deadline_s = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(deadline_s - time.monotonic(), 0.0))
        return not any(thread.is_alive() for thread in self._threads)

    def _deliver(self, answer: Callable[[], None]) -> None:
        answer()
