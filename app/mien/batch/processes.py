"""Workers on this machine: a process for each file at a time."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import ModuleType
from typing import Final

from mien.batch.order import Answer, Cut, Died, Failed, Finished, Order
from mien.batch.worker import SIGNALS_OF_ALL, serve

CLOSE_S: Final = 2.0


@dataclass(slots=True, eq=False)
class _Worker:
    process: SpawnProcess
    connection: Connection
    number: int | None = None


class LocalWorkers:
    """Processes, started when they are first needed and let go when there is nothing to do. See ``Workers``.

    Attributes:
        capacity: How many files at a time; may be set anew and counts for what has not begun.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._workers: list[_Worker] = []
        self._woken, self._wake = multiprocessing.get_context("spawn").Pipe(duplex=False)

    def begin(self, order: Order) -> None:
        """Begin a file."""
        worker = next((one for one in self._workers if one.number is None), None) or self._start()
        worker.number = order.number
        # A worker that has died meanwhile is noticed by `answers`.
        with suppress(OSError):
            worker.connection.send(order)

    def cut(self, number: int) -> None:
        """End the reading of a file early."""
        for worker in self._workers:
            if worker.number == number:
                with suppress(OSError):
                    worker.connection.send(Cut(number))

    def answers(self, timeout_s: float) -> list[Answer]:
        """Wait until there is something to tell."""
        by_connection = {worker.connection: worker for worker in self._workers}
        found: list[Answer] = []
        for ready in wait([self._woken, *by_connection], timeout_s):
            if ready is self._woken:
                self._woken.recv_bytes()
            elif isinstance(ready, Connection):
                found += self._hear(by_connection[ready])
        return found

    def wake(self) -> None:
        """Make ``answers`` return; from any thread."""
        with suppress(OSError):
            self._wake.send_bytes(b"!")

    def rest(self) -> None:
        """Let the processes go."""
        for worker in self._workers:
            worker.connection.close()
        for worker in self._workers:
            worker.process.join(CLOSE_S)
            worker.process.kill()
            worker.process.join()
            worker.process.close()
        self._workers = []

    def close(self) -> None:
        """End all processes at once."""
        for worker in self._workers:
            if worker.number is not None:
                worker.process.kill()
        self.rest()
        self._woken.close()
        self._wake.close()

    def _hear(self, worker: _Worker) -> list[Answer]:
        """Return all that a worker has said."""
        found: list[Answer] = []
        try:
            while worker.connection.poll():
                answer: Answer = worker.connection.recv()
                if isinstance(answer, Finished | Failed):
                    worker.number = None
                found.append(answer)
        except (EOFError, OSError):
            worker.connection.close()
            worker.process.join(CLOSE_S)
            if worker.number is not None:
                found.append(Died(worker.number, _how(worker.process.exitcode)))
            worker.process.close()
            self._workers.remove(worker)
        return found

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs,), name="mien-worker", daemon=True)
        with _without_signals(), _without_script():
            process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker


@contextmanager
def _without_signals() -> Iterator[None]:
    """Let a process that is started here not die of a signal to all before it can say that it ignores it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, set(SIGNALS_OF_ALL))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _without_script() -> Iterator[None]:
    """Keep a process that is started here from running the user's script once more, as Python does by itself.

    A worker needs nothing of it, and a script that has no ``if __name__ == "__main__"`` would begin anew in each.
    """
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def _how(exit_code: int | None) -> str:
    """Say in words how a process ended."""
    if exit_code is None or exit_code >= 0:
        return f"it ended by itself with code {exit_code}"
    if os.name == "posix" and -exit_code == signal.SIGKILL:
        return "it was killed, most likely because memory ran out"
    return f"it was ended by signal {-exit_code}"
