"""Workers of a Dask cluster: the same reading on other machines, which see the same files under the same names."""

import threading
from importlib import import_module
from queue import Empty, SimpleQueue
from typing import Any, Final

from app.batch.order import Answer, Died, Failed, Finished, Order
from app.batch.worker import FileReader
from app.errors import SettingsError

CONNECT_S: Final = 10


class ClusterWorkers:
    """Sends files to a Dask scheduler. See ``Workers``.

    Each process of the cluster reads one file at a time, however many threads it has. Only the order and the
    summary travel; sources and results are files that all machines must see. A file that was begun cannot be cut
    off.

    Args:
        address: The scheduler's, such as «tcp://10.0.0.1:8786».

    Raises:
        SettingsError: Dask is not installed, or no scheduler answers.
    """

    def __init__(self, address: str) -> None:
        try:
            dask = import_module("distributed")
        except ImportError as error:
            raise SettingsError("A cluster needs Dask; install it with `pip install mien[dask]`") from error
        try:
            self._client: Any = dask.Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise SettingsError(
                f"{address}: no Dask scheduler answers there; start one with `dask scheduler`, see docs/python.md"
            ) from error
        self._futures: dict[int, Any] = {}
        self._ended: SimpleQueue[int | None] = SimpleQueue()

    @property
    def capacity(self) -> int:
        """As many files as the cluster has processes at the moment."""
        return max(len(self._client.nthreads()), 1)

    def begin(self, order: Order) -> None:
        """Begin a file."""
        future = self._client.submit(read_on_cluster, order, pure=False)
        self._futures[order.number] = future
        future.add_done_callback(lambda _: self._ended.put(order.number))

    def cut(self, number: int) -> None:
        """Nothing: what was begun is read to its end."""

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
        for future in self._futures.values():
            future.cancel()
        self._client.close()

    def _answer(self, number: int) -> Answer:
        future = self._futures.pop(number)
        if future.status == "finished":
            answer: Finished | Failed = future.result()
            return answer
        error = future.exception() if future.status == "error" else None
        return Died(number, str(error or "the cluster lost it").splitlines()[0])


_reading = threading.Lock()
_reader: list[FileReader] = []


def read_on_cluster(order: Order) -> Finished | Failed:
    """Read one file; runs in a process of the cluster, one at a time."""
    with _reading:
        if not _reader:
            _reader.append(FileReader())
        return _reader[0].read(order, threading.Event())
