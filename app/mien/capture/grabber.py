"""One opened live device or stream, and the thread that reads it, because such a read may block for long."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from mien.core.arrays import Image

MAX_FAILURES_S: Final = 0.5
"""Reads that give nothing for so long mean that the device is gone."""

FAILURE_PAUSE_S: Final = 0.02


class Grabber(Protocol):
    """Something opened that gives pictures. Used by one thread, from opening to release."""

    size_wh: tuple[int, int]
    fps: float

    def grab(self) -> Image | None:
        """Return the next picture, (H, W, 3) uint8 BGR, not written to again, or None where none came.

        Raises:
            EndOfStream: There will be no more, and that is as it should be.
            SourceError: There will be no more from this grabber.
        """

    def release(self) -> None:
        """Give the device or the connection back."""


class EndOfStream(Exception):
    """A stream has come to its proper end."""


@dataclass(frozen=True, slots=True, eq=False)
class Grabbed:
    """A picture as it was captured.

    Attributes:
        image: (H, W, 3) uint8 BGR.
        number: From 1, counted at capture within this connection.
        captured_at_s: ``time.monotonic()`` when the read returned.
        damaged: Reads of this connection so far that gave nothing.
    """

    image: Image
    number: int
    captured_at_s: float
    damaged: int = 0


class GrabberThread:
    """Opens a grabber and reads it without pause, keeping only the latest picture.

    The device's own queue stays empty, so that a picture is never older than it must be, and nobody who
    waits for one is held up by a blocked read.
    """

    def __init__(self, connect: Callable[[], Grabber], name: str) -> None:
        """Start.

        Args:
            connect: Opens the device; called on the new thread, may block.
            name: For the thread.
        """
        self._connect = connect
        self._changed = threading.Condition()
        self._latest: Grabbed | None = None
        self._grabber: Grabber | None = None
        self._error: BaseException | None = None
        self._alive = True
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"mien grab {name}", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether pictures may still come."""
        return self._alive

    @property
    def error(self) -> BaseException | None:
        """Why it ended: ``EndOfStream``, a ``SourceError``, a bug; None while alive and where it fell silent."""
        return self._error

    def wait_open(self, timeout_s: float) -> Grabber | None:
        """Wait for the device to open and return it, or None where it failed or takes longer."""
        with self._changed:
            self._changed.wait_for(lambda: self._grabber is not None or not self._alive, timeout_s)
            return self._grabber

    def wait_picture(self, after: int, timeout_s: float) -> Grabbed | None:
        """Wait for a picture with a number beyond ``after`` and return it, or None where none came in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_newer(after) or not self._alive, timeout_s)
            return self._latest if self._is_newer(after) else None

    def stop(self, timeout_s: float) -> bool:
        """Ask the thread to end and to release the device.

        Returns:
            Whether it did so in time. A blocked read cannot be interrupted: the device is released when the
            read returns.
        """
        self._stop.set()
        with self._changed:
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _is_newer(self, after: int) -> bool:
        return self._latest is not None and self._latest.number > after

    def _run(self) -> None:
        grabber: Grabber | None = None
        try:
            grabber = self._connect()
            with self._changed:
                self._grabber = grabber
                self._changed.notify_all()
            self._read(grabber)
        except BaseException as error:  # carried to whoever waits for pictures
            self._error = error
        finally:
            if grabber is not None:
                grabber.release()
            with self._changed:
                self._alive = False
                self._changed.notify_all()

    def _read(self, grabber: Grabber) -> None:
        number = damaged = 0
        last_success_s = time.monotonic()
        while not self._stop.is_set():
            image = grabber.grab()
            now_s = time.monotonic()
            if image is not None:
                number += 1
                last_success_s = now_s
                with self._changed:
                    self._latest = Grabbed(image, number, now_s, damaged)
                    self._changed.notify_all()
            elif now_s - last_success_s > MAX_FAILURES_S:
                return
            else:
                damaged += 1
                self._stop.wait(FAILURE_PAUSE_S)
