"""Plays the sound of a video, and tells which moment of it is heard."""

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any, Final, Protocol

import numpy as np

from mien.capture.sound import CHANNELS, RATE_HZ, Samples
from mien.errors import AppError
from mien.installation.extras import EXTRAS
from mien.pipeline.channel import Channel, WhenFull

LATENCY_S: Final = 0.1
"""From handing samples over to hearing them: the device's buffer."""
_WAITING_BLOCKS: Final = 24
"""About half a second of AAC."""

Pull = Callable[[int], Samples]


class SoundDevice(Protocol):
    """Something that asks for samples at 48 kHz, two channels, on a thread of its own."""

    def start(self, pull: Pull) -> None:
        """Ask ``pull`` for (n, 2) int16 again and again."""

    def stop(self) -> None:
        """Ask no more."""

    def close(self) -> None:
        """Release the device."""


class MiniaudioDevice:
    """The system's own output, by miniaudio.

    Raises:
        AppError: There is none, or the library is not installed.
    """

    def __init__(self) -> None:
        try:
            import miniaudio
        except ImportError as error:
            command = EXTRAS["window"].command
            raise AppError(f"No sound: miniaudio is not installed; install it with `{command}`") from error
        try:
            self._device: Any = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=CHANNELS,
                sample_rate=RATE_HZ,
                buffersize_msec=round(LATENCY_S * 1000),
                app_name="Mien",
            )
        except miniaudio.MiniaudioError as error:
            raise AppError("No sound: no output device was found; plug one in and open the video again") from error

    def start(self, pull: Pull) -> None:
        """Begin to play."""
        feed = _feed(pull)
        next(feed)
        self._device.start(feed)

    def stop(self) -> None:
        """Be silent."""
        with contextlib.suppress(Exception):  # a device that was unplugged
            self._device.stop()

    def close(self) -> None:
        """Release the device."""
        with contextlib.suppress(Exception):
            self._device.close()


def _feed(pull: Pull) -> Generator[bytes, int, None]:
    wanted = yield b""
    while True:
        wanted = yield pull(wanted).tobytes()


class Speaker:
    """Plays one stretch of sound after the other.

    Args:
        open_device: Opens the output, at the first sound.

    Attributes:
        hint: Why there is no sound, or empty.
        is_muted: Silence, while the clock goes on.
    """

    def __init__(self, open_device: Callable[[], SoundDevice] = MiniaudioDevice) -> None:
        self.hint = ""
        self.is_muted = False
        self._open_device = open_device
        self._device: SoundDevice | None = None
        self._stretch: _Stretch | None = None

    def play(self, blocks: Iterator[Samples], start_s: float, speed: float) -> bool:
        """Play from a media time on; say whether there is sound, and thereby a clock."""
        self.stop()
        if self._device is None:
            if self.hint:
                return False
            try:
                self._device = self._open_device()
            except AppError as error:
                self.hint = str(error)
                return False
        self._stretch = _Stretch(blocks, start_s, speed, lambda: self.is_muted)
        self._device.start(self._stretch.pull)
        return True

    def position_s(self) -> float | None:
        """Return the media time that is heard now, or None where nothing was played yet."""
        return self._stretch.position_s() if self._stretch is not None else None

    def stop(self) -> None:
        """Be silent."""
        if self._stretch is not None and self._device is not None:
            self._device.stop()
            self._stretch.close()
        self._stretch = None

    def close(self) -> None:
        """Release the device."""
        self.stop()
        if self._device is not None:
            self._device.close()
            self._device = None


class _Stretch:
    """Sound from one moment on: decoded on a thread of its own, pulled by the device."""

    def __init__(
        self, blocks: Iterator[Samples], start_s: float, speed: float, is_muted: Callable[[], bool]
    ) -> None:
        self._blocks = blocks
        self._start_s = start_s
        self._speed = speed
        self._is_muted = is_muted
        self._channel: Channel[Samples] = Channel(_WAITING_BLOCKS, WhenFull.BLOCK)
        self._rest: Samples = np.zeros((0, CHANNELS), np.int16)
        self._is_over = False
        self._played = 0
        self._pulled: tuple[float, int] | None = None
        self._thread = threading.Thread(target=self._decode, name="mien-sound", daemon=True)
        self._thread.start()

    def pull(self, count: int) -> Samples:
        """Return the next ``count`` samples: (n, 2) int16; silence where decoding is late or over."""
        self._pulled = (time.monotonic(), self._played)
        out: Samples = np.zeros((count, CHANNELS), np.int16)
        filled = 0
        while filled < count:
            if not len(self._rest):
                block = self._channel.get() if len(self._channel) else None
                if block is None:
                    break
                self._rest = block
            part = self._rest[: count - filled]
            out[filled : filled + len(part)] = part
            self._rest = self._rest[len(part) :]
            filled += len(part)
        # Late sound holds the clock, so that the picture waits for it; after its end the clock goes on.
        self._played += count if self._is_over else filled
        return np.zeros_like(out) if self._is_muted() else out

    def position_s(self) -> float | None:
        """Return the media time that is heard now."""
        pulled = self._pulled
        if pulled is None:
            return None
        at_s, played = pulled
        heard_s = played / RATE_HZ - LATENCY_S + min(time.monotonic() - at_s, LATENCY_S)
        return self._start_s + max(heard_s, 0.0) * self._speed

    def close(self) -> None:
        """End the decoding."""
        self._channel.discard()
        self._thread.join(1.0)

    def _decode(self) -> None:
        with contextlib.suppress(AppError):
            for block in self._blocks:
                if not self._channel.put(block):
                    break
        self._is_over = True
        close = getattr(self._blocks, "close", None)
        if close is not None:
            close()
