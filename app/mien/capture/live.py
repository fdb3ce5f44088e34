"""A live source that survives its device: it notices silence, says so, and reconnects."""

import threading
import time
from collections.abc import Iterator
from typing import Final, Protocol

import numpy as np

from mien.capture.grabber import EndOfStream, Grabbed, Grabber, GrabberThread
from mien.capture.stillness import Stillness
from mien.capture.timeline import MIN_STEP_S
from mien.core.arrays import Image
from mien.core.frame import Frame, SourceInfo, SourceKind
from mien.errors import SourceError

OPEN_TIMEOUT_S: Final = 20.0
FIRST_PICTURE_TIMEOUT_S: Final = 15.0
"""Webcams take up to a few seconds for the first picture, exposure and power-up included."""

SILENCE_S: Final = 2.0
"""So long without a picture is worth a notice."""

GIVE_UP_S: Final = 15.0
"""So long without a picture, the read still blocked, and a new connection is tried; V4L2 answers after 10 s."""

RETRY_S: Final = 0.5
POLL_S: Final = 0.1
RELEASE_TIMEOUT_S: Final = 0.5
CLOSE_TIMEOUT_S: Final = 0.8


class Device(Protocol):
    """Where a live source gets its pictures from, over and over."""

    name: str

    def connect(self) -> Grabber:
        """Open it. May block; called on a thread of its own.

        Raises:
            SourceError: It cannot be opened now.
        """

    def lost(self) -> str:
        """Say in one line for the screen why no pictures come any more."""

    def silent(self) -> SourceError:
        """Return the error for a device that opened, or did not answer, and never gave a picture."""


class LiveSource:
    """Frames of a device, as they come, for as long as it takes.

    Timestamps are those of the monotonic clock, from 0 at the first frame; while the device is away time
    goes on, and so does the count of frames afterwards. Every frame has the size that ``info`` names.

    Attributes:
        kind: What it is.
    """

    kind = SourceKind.CAMERA

    def __init__(self, device: Device) -> None:
        """Open the device.

        Raises:
            SourceError: It cannot be opened.
        """
        self._device = device
        self._closed = threading.Event()
        self._notice: str | None = None
        self._is_connected = True
        self._index = -1
        self._passed_over = self._damaged = 0
        self._zero_s: float | None = None
        self._last_s = -MIN_STEP_S
        self._still = Stillness()
        self._thread = GrabberThread(device.connect, device.name)
        grabber = self._thread.wait_open(OPEN_TIMEOUT_S)
        if grabber is None:
            self._thread.stop(0.0)
            raise self._refusal()
        width, height = grabber.size_wh
        self._info = SourceInfo(device.name, width, height, grabber.fps, is_live=True, kind=self.kind)

    @property
    def info(self) -> SourceInfo:
        """The device's name, and the size and rate that it agreed to."""
        return self._info

    @property
    def notice(self) -> str | None:
        """What is wrong with the device right now, or None."""
        return self._notice

    @property
    def is_connected(self) -> bool:
        """Whether the device is open, or may be: False while it is away and waited for."""
        return self._is_connected and not self._closed.is_set()

    def frames(self) -> Iterator[Frame]:
        """Yield the latest frame whenever there is a new one, until closed; reconnect where it must.

        Raises:
            SourceError: Not even one frame came.
        """
        try:
            while not self._closed.is_set():
                yield from self._frames_of_connection()
                if self._closed.is_set() or isinstance(self._thread.error, EndOfStream):
                    return
                if self._index < 0 or not isinstance(self._thread.error, SourceError | None):
                    raise self._refusal()
                self._reconnect()
        finally:
            self._thread.stop(CLOSE_TIMEOUT_S)

    def close(self) -> None:
        """Release the device; where its driver does not answer, in the background and with a notice."""
        self._closed.set()
        if not self._thread.stop(CLOSE_TIMEOUT_S):
            self._notice = f"{self._device.name} does not answer; it is released as soon as it does"

    def _frames_of_connection(self) -> Iterator[Frame]:
        """Yield frames until the connection is worth no more waiting."""
        thread = self._thread
        number = damaged = 0
        heard_s = time.monotonic()
        while not self._closed.is_set():
            grabbed = thread.wait_picture(number, POLL_S)
            if grabbed is not None:
                passed_over = grabbed.number - number - 1 if self._index >= 0 else 0
                self._index += 1 + passed_over
                self._passed_over += passed_over
                self._damaged += grabbed.damaged - damaged
                number, damaged = grabbed.number, grabbed.damaged
                heard_s = grabbed.captured_at_s
                yield self._frame(grabbed)
                self._notice = self._still.watch(grabbed, self._device.name)
                if self._still.wants_reopening():
                    return
            elif not thread.alive:
                return
            else:
                silence_s = time.monotonic() - heard_s
                if number and silence_s > SILENCE_S:
                    self._notice = f"{self._device.name} sends no pictures; waiting for it"
                if silence_s > (GIVE_UP_S if number else FIRST_PICTURE_TIMEOUT_S):
                    return

    def _reconnect(self) -> None:
        """Open the device again, as often as it takes, until its first picture is there or we are closed.

        Raises:
            Exception: A bug of ours: a device's own refusals are tried again.
        """
        self._thread.stop(RELEASE_TIMEOUT_S)
        while not self._closed.is_set():
            self._is_connected = False
            self._notice = self._device.lost()
            self._thread = GrabberThread(self._device.connect, self._device.name)
            deadline_s = time.monotonic() + FIRST_PICTURE_TIMEOUT_S
            while not self._closed.is_set() and self._thread.alive and time.monotonic() < deadline_s:
                if self._thread.wait_picture(0, POLL_S) is not None:
                    self._notice = None
                    self._is_connected = True
                    return
            if not isinstance(self._thread.error, SourceError | EndOfStream | None):
                raise self._thread.error
            self._thread.stop(0.0)
            self._closed.wait(RETRY_S)

    def _frame(self, grabbed: Grabbed) -> Frame:
        if self._zero_s is None:
            self._zero_s = grabbed.captured_at_s
        self._last_s = max(grabbed.captured_at_s - self._zero_s, self._last_s + MIN_STEP_S)
        return Frame(
            self._fitted(grabbed.image),
            self._index,
            self._last_s,
            grabbed.captured_at_s,
            self._passed_over,
            self._damaged,
        )

    def _fitted(self, image: Image) -> Image:
        """Return the picture in the source's size: a device that comes back may have changed its mind."""
        import cv2

        size_wh = (self._info.width_px, self._info.height_px)
        if (image.shape[1], image.shape[0]) == size_wh:
            return image
        return np.asarray(cv2.resize(image, size_wh, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    def _refusal(self) -> BaseException:
        error = self._thread.error
        return self._device.silent() if error is None or isinstance(error, EndOfStream) else error
