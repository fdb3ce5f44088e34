"""The sizes and rates that a camera offers."""

import os
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from mien.capture.camera_list import CameraDevice


@dataclass(frozen=True, slots=True, order=True)
class CameraMode:
    """A size with the highest rate at it.

    Attributes:
        width_px: Width.
        height_px: Height.
        fps: Frames per second.
    """

    width_px: int
    height_px: int
    fps: float


USUAL: Final = (
    CameraMode(640, 480, 30.0),
    CameraMode(1280, 720, 30.0),
    CameraMode(1920, 1080, 30.0),
    CameraMode(3840, 2160, 30.0),
)
"""What nearly every webcam can do some of, for systems that do not tell through OpenCV: a camera that is asked for
another size than its own takes the nearest, and the window shows which."""
MAX_MODES: Final = 64

_CAPTURE: Final = 1
_DISCRETE: Final = 1
_MAX_ASKED: Final = 256
"""A driver that never says "that was the last" is not asked for ever."""


def list_modes(device: CameraDevice) -> list[CameraMode]:
    """Return what a camera offers, the largest size first: exact on Linux, the usual ones elsewhere."""
    modes: dict[tuple[int, int], float] = {}
    if sys.platform == "linux" and device.path:
        with suppress(OSError):
            for width, height, fps in _v4l2_modes(device.path):
                modes[width, height] = max(fps, modes.get((width, height), 0.0))
    found = [CameraMode(width, height, fps) for (width, height), fps in modes.items() if fps > 0]
    return sorted(found or USUAL, reverse=True)[:MAX_MODES]


def _v4l2_modes(path: str) -> Iterator[tuple[int, int, float]]:
    """Ask a V4L2 device for its formats, their sizes and rates: ioctls and structures of linux/videodev2.h."""
    handle = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        for pixels in _numbers(handle, 2, struct.Struct("=II4x32xI16x"), (_CAPTURE,)):
            pixel_format = pixels[2]
            for size in _numbers(handle, 74, struct.Struct("=IIIII16x8x"), (pixel_format,)):
                if size[2] != _DISCRETE:
                    continue
                width, height = size[3:5]
                rates = _numbers(handle, 75, struct.Struct("=IIIIIII16x8x"), (pixel_format, width, height))
                fps = [rate[6] / rate[5] for rate in rates if rate[4] == _DISCRETE and rate[5]]
                yield width, height, max(fps, default=0.0)
    finally:
        os.close(handle)


def _numbers(handle: int, request: int, form: struct.Struct, asked: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the answers to one of V4L2's "the n-th, please" requests, until the driver has no more.

    Args:
        handle: The open device.
        request: The ioctl's number within "V".
        form: The structure: index, what is asked, then the answer.
        asked: What is asked, after the index.
    """
    import fcntl

    code = 3 << 30 | form.size << 16 | ord("V") << 8 | request
    count = len(form.unpack(bytes(form.size)))
    for index in range(_MAX_ASKED):
        filled = (index, *asked, *(0 for _ in range(count - 1 - len(asked))))
        answer = bytearray(form.pack(*filled))
        try:
            fcntl.ioctl(handle, code, answer)
        except OSError:
            return
        yield form.unpack(answer)
