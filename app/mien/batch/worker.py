"""The side of a worker: one process that reads one file after the other."""

import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Final

from mien.api import networks as api_networks
from mien.api.annotation import run_task
from mien.api.progress import Progress
from mien.batch.fingerprint import Networks, networks_of
from mien.batch.order import REPORT_S, Advanced, Answer, Cut, Failed, Finished, Order
from mien.errors import AppError, ModelError
from mien.settings import Settings
from mien.version import VERSION

NETWORK_THREADS: Final = 1
"""Several processes share the cores; and the same number everywhere gives the same results everywhere."""

Send = Callable[[Answer], None]


def serve(connection: Connection) -> None:
    """Read files as orders come, until the connection ends. Runs in a process of its own.

    Args:
        connection: Takes an ``Order`` or a ``Cut``, and gives answers.
    """
    # Ctrl-C reaches every process of a terminal; what it means is decided by the one that gives the orders.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders: SimpleQueue[Order | None] = SimpleQueue()
    stops: dict[int, threading.Event] = {}

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
            # Whoever gave the orders is gone.
            for stop in list(stops.values()):
                stop.set()
            orders.put(None)

    threading.Thread(target=listen, name="mien-orders", daemon=True).start()
    reader = FileReader()
    while (order := orders.get()) is not None:
        answer = reader.read(order, stops[order.number], connection.send)
        del stops[order.number]
        try:
            connection.send(answer)
        except OSError:
            return


class FileReader:
    """Reads files one after the other with networks that are opened once."""

    def __init__(self) -> None:
        import cv2

        cv2.setNumThreads(1)
        self._opened: tuple[Settings, Networks, api_networks.Networks] | None = None

    def read(self, order: Order, stop: threading.Event, send: Send | None = None) -> Finished | Failed:
        """Read one file; never raises.

        Args:
            order: What to read.
            stop: Ends it early.
            send: Takes word of how far it is, or None.
        """
        last_s = 0.0

        def report(progress: Progress) -> None:
            nonlocal last_s
            now_s = time.monotonic()
            if send is not None and now_s - last_s >= REPORT_S:
                last_s = now_s
                send(Advanced(order.number, progress))

        threads = order.settings.compute.threads or NETWORK_THREADS
        settings = order.settings.changed(compute={"threads": threads})
        try:
            networks = self._networks(settings, order.networks)
            return Finished(order.number, run_task(order.task, settings, networks, report, stop))
        except AppError as error:
            return Failed(order.number, str(error))
        except MemoryError:
            return Failed(order.number, f"{order.task.source}: not enough memory; use fewer --jobs")
        except Exception as error:
            return Failed(
                order.number, f"{order.task.source}: {error or type(error).__name__}; please report this"
            )

    def _networks(self, settings: Settings, wanted: Networks) -> api_networks.Networks:
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
            self._opened = (*key, api_networks.open_networks(settings))
        return self._opened[2]
