"""The side of a worker: one process that reads one file after the other."""

import signal
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Final

from mien.batch.fingerprint import Networks, networks_of
from mien.batch.order import REPORT_S, Advanced, Answer, Cut, Failed, Finished, Order
from mien.errors import AppError, ModelError
from mien.own_process import declare_own
from mien.runs import networks as run_networks
from mien.runs.progress import Progress
from mien.runs.running import OpenSinks, run_task, run_through
from mien.runs.task import Task
from mien.settings import Settings
from mien.version import VERSION

NETWORK_THREADS: Final = 1
"""Several processes share the cores; and the same number everywhere gives the same results everywhere."""

SIGNALS_OF_ALL: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""What the system sends to all processes of a terminal or of a service at once."""

Send = Callable[[Answer], None]
OpenOutputs = Callable[[Task, Settings], OpenSinks]


class Abandoned(Exception):
    """Whoever gave the order is gone: what was begun stays unfinished."""


def serve(connection: Connection) -> None:
    """Read files as orders come, until the connection ends. Runs in a process of its own.

    Args:
        connection: Takes an ``Order`` or a ``Cut``, and gives answers.
    """
    # Ctrl-C, and a terminal that closes, reach every process; what they mean is decided by the one that gives the
    # orders, and if that one dies, the connection ends.
    for number in SIGNALS_OF_ALL:
        signal.signal(number, signal.SIG_IGN)
    declare_own()
    import cv2

    cv2.setNumThreads(1)
    orders: SimpleQueue[Order | None] = SimpleQueue()
    stops: dict[int, threading.Event] = {}
    abandoned = threading.Event()

    def listen() -> None:
        try:
            while True:
                message: Order | Cut = connection.recv()
                if isinstance(message, Order):
                    stops[message.number] = threading.Event()
                    orders.put(message)
                elif message.number in stops:
                    stops[message.number].set()
        except (EOFError, OSError):
            abandoned.set()
            orders.put(None)

    threading.Thread(target=listen, name="mien-orders", daemon=True).start()
    reader = FileReader(NETWORK_THREADS, abandoned)
    with suppress(OSError, Abandoned):
        while (order := orders.get()) is not None:
            connection.send(reader.read(order, stops[order.number], connection.send))
            del stops[order.number]


class FileReader:
    """Reads files one after the other with networks that are opened once.

    Args:
        threads: Of the network, where the settings leave it to Mien; 0 for as many as suit one file at a time.
        abandoned: Set once nobody wants what is being read any more.
        open_outputs: Opens the outputs of a task, where there are more than those that it names.
    """

    def __init__(
        self,
        threads: int = NETWORK_THREADS,
        abandoned: threading.Event | None = None,
        open_outputs: OpenOutputs | None = None,
    ) -> None:
        self._threads = threads
        self._abandoned = abandoned or threading.Event()
        self._open_outputs = open_outputs
        self._opened: tuple[Settings, Networks, run_networks.Networks] | None = None

    def read(self, order: Order, stop: threading.Event, send: Send | None = None) -> Finished | Failed:
        """Read one file.

        Args:
            order: What to read.
            stop: Ends it early.
            send: Takes word of how far it is, or None.

        Raises:
            Abandoned: Nobody wants it any more; nothing of it stands under a final name.
        """
        last_s = 0.0

        def report(progress: Progress) -> None:
            nonlocal last_s
            if self._abandoned.is_set():
                raise Abandoned
            now_s = time.monotonic()
            if send is not None and now_s - last_s >= REPORT_S:
                last_s = now_s
                with suppress(OSError):  # noticed above
                    send(Advanced(order.number, progress))

        task = order.task
        threads = order.settings.compute.threads or self._threads
        settings = order.settings.changed(compute={"threads": threads})
        try:
            networks = self._networks(settings, order.networks)
            if self._open_outputs is None:
                return Finished(order.number, run_task(task, settings, networks, report, stop, order.kept))
            opener = self._open_outputs(task, settings)
            return Finished(order.number, run_through(task, opener, settings, networks, report, stop, order.kept))
        except AppError as error:
            return Failed(order.number, str(error), traceback.format_exc(), type(error).__name__)
        except MemoryError:
            reason = f"{task.source}: not enough memory; read fewer files in parallel (--jobs)"
            return Failed(order.number, reason, kind=MemoryError.__name__)
        except Abandoned:
            raise
        except Exception as error:
            reason = f"{task.source}: {error or type(error).__name__}; please report this"
            return Failed(order.number, reason, traceback.format_exc())

    def _networks(self, settings: Settings, wanted: Networks) -> run_networks.Networks:
        """Return the networks, opened anew only where other ones are wanted.

        Raises:
            ModelError: They cannot be opened, or are others than those of whoever gave the order.
        """
        key = (settings, wanted)
        if self._opened is None or self._opened[:2] != key:
            if networks_of(settings) != wanted:
                raise ModelError(
                    f"{settings.reading.model or 'the default network'}: not the same file here as where the work "
                    f"was ordered (this is Mien {VERSION}); install the same on all machines"
                )
            self._opened = (*key, run_networks.open_networks(settings))
        return self._opened[2]
