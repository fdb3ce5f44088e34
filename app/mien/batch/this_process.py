"""The worker that is this process itself: one file at a time, and sources that are no files."""

import threading
from queue import Empty, SimpleQueue
from typing import Final

from mien.batch.order import Answer, Order
from mien.batch.worker import Abandoned, FileReader, OpenOutputs

CLOSE_S: Final = 5.0


class ThisProcess:
    """Reads on a thread of its own, with all cores. See ``Workers``.

    Args:
        open_outputs: Opens the outputs of a task, where there are more than those that it names.
        threads: Of the network, where the settings leave it to Mien; 0 for as many as suit one file at a time.

    Attributes:
        capacity: One file at a time.
    """

    capacity: Final = 1

    def __init__(self, open_outputs: OpenOutputs | None = None, *, threads: int = 0) -> None:
        self._abandoned = threading.Event()
        self._reader = FileReader(threads, self._abandoned, open_outputs)
        self._answers: SimpleQueue[Answer | None] = SimpleQueue()
        self._stop = threading.Event()
        self._number = 0
        self._thread: threading.Thread | None = None

    def begin(self, order: Order) -> None:
        """Begin a file."""
        self._stop, self._number = threading.Event(), order.number
        self._thread = threading.Thread(target=self._read, args=(order, self._stop), name="mien-file", daemon=True)
        self._thread.start()

    def cut(self, number: int) -> None:
        """End the reading of a file early."""
        if number == self._number:
            self._stop.set()

    def answers(self, timeout_s: float) -> list[Answer]:
        """Wait until there is something to tell."""
        try:
            answer = self._answers.get(timeout=timeout_s)
        except Empty:
            return []
        return [] if answer is None else [answer]

    def wake(self) -> None:
        """Make ``answers`` return; from any thread."""
        self._answers.put(None)

    def rest(self) -> None:
        """Nothing: the network stays open for the next file."""

    def close(self) -> None:
        """End everything; what runs is left as after a crash."""
        self._abandoned.set()
        if self._thread is not None:
            self._thread.join(CLOSE_S)

    def _read(self, order: Order, stop: threading.Event) -> None:
        try:
            self._answers.put(self._reader.read(order, stop, self._answers.put))
        except Abandoned:
            return
