"""Workers of a Dask cluster: the same reading on other machines, which see the same files under the same names."""

import threading
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from queue import Empty, SimpleQueue
from typing import Any, Final

from mien.batch.order import Answer, Died, Failed, Finished, Order
from mien.batch.worker import Abandoned, FileReader
from mien.errors import SettingsError
from mien.installation.extras import EXTRAS

CONNECT_S: Final = 10
CUT_POLL_S: Final = 1.0
"""How often a process that reads asks the scheduler whether it may go on."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """A file that is being read: what will come of it, and the event that cuts it off."""

    future: Any
    cut: Any


class ClusterWorkers:
    """Sends files to a Dask scheduler. See ``Workers``.

    Each process of the cluster reads one file at a time, however many threads it has. Only the order and the
    summary travel; sources and results are files that all machines must see.

    Args:
        address: The scheduler's, such as "tcp://10.0.0.1:8786".

    Raises:
        SettingsError: Dask is not installed, or no scheduler answers.
    """

    def __init__(self, address: str) -> None:
        try:
            self._dask = import_module("distributed")
        except ImportError as error:
            command = EXTRAS["dask"].command
            raise SettingsError(f"A cluster needs Dask; install it with `{command}`") from error
        try:
            self._client: Any = self._dask.Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise SettingsError(
                f"{address}: no Dask scheduler answers there; start one with `dask scheduler`, see docs/python.md"
            ) from error
        self._begun: dict[int, _Begun] = {}
        self._ended: SimpleQueue[int | None] = SimpleQueue()

    @property
    def capacity(self) -> int:
        """As many files as the cluster has processes at the moment."""
        return max(len(self._client.nthreads()), 1)

    def begin(self, order: Order) -> None:
        """Begin a file."""
        cut = self._dask.Event(client=self._client)
        future = self._client.submit(read_on_cluster, order, cut, pure=False)
        self._begun[order.number] = _Begun(future, cut)
        future.add_done_callback(lambda _: self._ended.put(order.number))

    def cut(self, number: int) -> None:
        """End the reading of a file early."""
        if number in self._begun:
            # Where the scheduler is gone, the answer says so.
            with suppress(OSError):
                self._begun[number].cut.set()

    def answers(self, timeout_s: float) -> list[Answer]:
        """Wait until there is something to tell."""
        try:
            number = self._ended.get(timeout=timeout_s)
        except Empty:
            return []
        return [] if number is None else [self._answer(number)]

    def wake(self) -> None:
        """Make ``answers`` return; from any thread."""
        self._ended.put(None)

    def rest(self) -> None:
        """Nothing: the cluster belongs to somebody else."""

    def close(self) -> None:
        """Take back what has not been begun, and leave the cluster."""
        for begun in self._begun.values():
            begun.future.cancel()
        self._client.close()

    def _answer(self, number: int) -> Answer:
        future = self._begun.pop(number).future
        if future.status == "finished":
            answer: Finished | Failed = future.result()
            return answer
        error = future.exception() if future.status == "error" else None
        return Died(number, str(error or "the cluster lost it").splitlines()[0])


_reading = threading.Lock()
_abandoned = threading.Event()
_reader: list[FileReader] = []


def read_on_cluster(order: Order, cut: Any) -> Finished | Failed:  # noqa: ANN401 - Dask has no types
    """Read one file; runs in a process of the cluster, one at a time.

    Args:
        order: What to read.
        cut: A ``distributed.Event`` that ends it early.
    """
    with _reading:
        if not _reader:
            _reader.append(FileReader(abandoned=_abandoned))
        stop, over = threading.Event(), threading.Event()
        _abandoned.clear()
        cut.is_set()  # here, since it finds the scheduler by way of the thread in which the task runs
        watch = threading.Thread(target=_watch, args=(cut, stop, over), name="mien-cut", daemon=True)
        watch.start()
        try:
            return _reader[0].read(order, stop)
        except Abandoned:
            return Failed(order.number, f"{order.task.source}: the scheduler is gone; start it again")
        finally:
            over.set()
            watch.join()
            # The scheduler forgets an event that is not set.
            with suppress(OSError):
                cut.clear()


def _watch(cut: Any, stop: threading.Event, over: threading.Event) -> None:  # noqa: ANN401 - Dask has no types
    """Set ``stop`` once ``cut`` is set; abandon the file once the scheduler is gone, and with it who wants it."""
    try:
        while not cut.is_set():
            if over.wait(CUT_POLL_S):
                return
        stop.set()
    except OSError:
        _abandoned.set()
