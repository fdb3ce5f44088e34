"""What a camera offers, from the answers of a driver as linux/videodev2.h lays them out."""

import struct
import sys
from typing import Any

import pytest

from mien.capture import camera_modes
from mien.capture.camera_list import CameraDevice
from mien.capture.camera_modes import USUAL, CameraMode, list_modes

DEVICE = CameraDevice(0, "Cam", "/dev/null", "V4L2")
YUYV, MJPG = 0x56595559, 0x47504A4D
SIZES = {YUYV: [(640, 480), (1280, 720)], MJPG: [(1280, 720), (640, 480)]}
RATES = {(YUYV, 640, 480): [30], (YUYV, 1280, 720): [10], (MJPG, 1280, 720): [30, 15], (MJPG, 640, 480): [60]}
FMT, SIZE, INTERVAL = (0xC0405602, 0xC02C564A, 0xC034564B)
"""VIDIOC_ENUM_FMT, VIDIOC_ENUM_FRAMESIZES and VIDIOC_ENUM_FRAMEINTERVALS as the kernel's headers compute them."""


def driver(_: int, code: int, answer: bytearray) -> int:
    """Answer like the kernel's uvcvideo."""
    index, first = struct.unpack_from("=II", answer)
    try:
        if code == FMT:
            assert first == 1  # V4L2_BUF_TYPE_VIDEO_CAPTURE
            struct.pack_into("=I", answer, 44, list(SIZES)[index])
        elif code == SIZE:
            struct.pack_into("=III", answer, 8, 1, *SIZES[first][index])
        elif code == INTERVAL:
            width, height = struct.unpack_from("=II", answer, 8)
            struct.pack_into("=III", answer, 16, 1, 1, RATES[first, width, height][index])
        else:
            raise AssertionError(f"unknown request {code:#x}")
    except IndexError:
        raise OSError(22, "Invalid argument") from None
    return 0


@pytest.mark.skipif(sys.platform != "linux", reason="V4L2 is Linux's")
def test_sizes_come_with_the_highest_rate_of_any_format(monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    monkeypatch.setattr(fcntl, "ioctl", driver)
    assert list_modes(DEVICE) == [CameraMode(1280, 720, 30.0), CameraMode(640, 480, 60.0)]


@pytest.mark.skipif(sys.platform != "linux", reason="V4L2 is Linux's")
def test_a_driver_that_never_ends_is_not_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    calls = [0]

    def endless(_: int, code: int, answer: bytearray) -> int:
        calls[0] += 1
        if code == SIZE:
            struct.pack_into("=III", answer, 8, 1, 640, 480)
        if code == INTERVAL:
            raise OSError
        return 0

    monkeypatch.setattr(fcntl, "ioctl", endless)
    monkeypatch.setattr(camera_modes, "_MAX_ASKED", 8)
    assert list_modes(DEVICE) == sorted(USUAL, reverse=True)
    assert calls[0] < 200


@pytest.mark.parametrize("trouble", ["gone", "not Linux"])
def test_the_usual_sizes_where_nobody_tells(trouble: str, monkeypatch: pytest.MonkeyPatch) -> None:
    device: Any = CameraDevice(0, "Cam", "/dev/no-such-camera", "V4L2")
    if trouble == "not Linux":
        monkeypatch.setattr(camera_modes.sys, "platform", "darwin")
    assert list_modes(device) == sorted(USUAL, reverse=True)
