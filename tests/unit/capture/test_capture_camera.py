import os
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from mien.capture import camera, camera_list
from mien.capture.camera import CameraSource, negotiate
from mien.capture.camera_list import CameraDevice, cameras_of, find_camera, list_cameras
from mien.errors import CameraUnavailable

BUILT_IN = CameraDevice(0, "Integrated Camera", "/dev/video0", "V4L2")
LOGITECH = CameraDevice(2, "Logitech C920", "/dev/video2", "V4L2")
TWIN = CameraDevice(4, "Logitech C920", "/dev/video4", "V4L2")


class FakeCapture:
    """A camera that offers modes per pixel format, as (width, height) to frames per second."""

    def __init__(self, modes: dict[str, dict[tuple[int, int], float]], default: str = "YUYV") -> None:
        self.modes = modes
        self.format = default
        self.wanted = [640.0, 480.0]
        self.size_wh = next(iter(modes[default]))

    def set(self, key: int, value: float) -> bool:
        if key == cv2.CAP_PROP_FOURCC:
            name = int(value).to_bytes(4, "little").decode()
            if name not in self.modes:
                return False
            self.format = name
        elif key in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT):
            self.wanted[key - cv2.CAP_PROP_FRAME_WIDTH] = value
        offered = self.modes[self.format]
        self.size_wh = min(offered, key=lambda wh: abs(wh[0] - self.wanted[0]) + abs(wh[1] - self.wanted[1]))
        return True

    def get(self, key: int) -> float:
        return {
            cv2.CAP_PROP_FRAME_WIDTH: self.size_wh[0],
            cv2.CAP_PROP_FRAME_HEIGHT: self.size_wh[1],
            cv2.CAP_PROP_FPS: self.modes[self.format][self.size_wh],
            cv2.CAP_PROP_FOURCC: int.from_bytes(self.format.encode(), "little"),
        }[key]


@pytest.mark.parametrize(
    ("modes", "expected"),
    [
        ({"YUYV": {(640, 480): 30, (1280, 720): 10}, "MJPG": {(640, 480): 30, (1280, 720): 30}}, "MJPG"),
        ({"YUYV": {(640, 480): 30}, "MJPG": {(640, 480): 30, (1280, 720): 30}}, "MJPG"),
        ({"YUYV": {(1280, 720): 30}, "MJPG": {(1280, 720): 30}}, "YUYV"),
        ({"YUYV": {(1280, 720): 10}, "MJPG": {(640, 480): 60}}, "YUYV"),
        ({"YUYV": {(1280, 720): 10}}, "YUYV"),
    ],
)
def test_mjpg_is_taken_where_it_gives_more(modes: dict[str, dict[tuple[int, int], float]], expected: str) -> None:
    capture: Any = FakeCapture(modes)
    negotiate(capture, "V4L2", (1280, 720), 30)
    assert capture.format == expected


def test_other_backends_choose_the_format_themselves() -> None:
    capture: Any = FakeCapture({"YUYV": {(1280, 720): 10}, "MJPG": {(1280, 720): 30}})
    negotiate(capture, "MSMF", (1280, 720), 30)
    assert capture.format == "YUYV"


def test_a_camera_is_found_by_number_path_and_name() -> None:
    devices = [BUILT_IN, LOGITECH]
    assert find_camera(None, devices) is BUILT_IN
    assert find_camera(2, devices) is LOGITECH
    assert find_camera("2", devices) is LOGITECH
    assert find_camera("/dev/video2", devices) is LOGITECH
    assert find_camera("logi", devices) is LOGITECH
    assert find_camera("Logitech C920", [*devices, TWIN]) is LOGITECH


@pytest.mark.parametrize("which", [None, 7, "7", "/dev/video7", "Nonesuch", "log"])
def test_a_camera_that_is_not_there_is_refused_in_one_line(which: int | str | None) -> None:
    devices = [] if which is None else [BUILT_IN, LOGITECH, TWIN]
    if which in (7, "7") and sys.platform != "linux":
        pytest.skip("only Linux knows without opening it")
    with pytest.raises(CameraUnavailable) as caught:
        find_camera(which, devices)
    assert "\n" not in str(caught.value)
    assert ("Logitech C920" in str(caught.value)) == bool(devices)
    with pytest.raises(CameraUnavailable, match="plug one in"):
        find_camera(which, [])


def test_listing_survives_a_race_with_unplugging(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def enumerate_cameras(_backend: int) -> list[SimpleNamespace]:
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("invalid literal for int() with base 16: ''")
        return [
            SimpleNamespace(index=2, name="Logitech C920", path="/dev/video2"),
            SimpleNamespace(index=0, name=None, path=None),
        ]

    monkeypatch.setattr("cv2_enumerate_cameras.enumerate_cameras", enumerate_cameras)
    assert cameras_of("V4L2") == [CameraDevice(0, "Camera 0", "", "V4L2"), LOGITECH]
    monkeypatch.setattr(camera_list, "LISTING_ATTEMPTS", 0)
    assert list_cameras() == []


class FakeVideoCapture:
    """Stands in for ``cv2.VideoCapture``: plays what ``world`` says of a device's number."""

    world: dict[int, str] = {}  # noqa: RUF012 - set anew by each test

    def __init__(self, index: int, _backend: int) -> None:
        self._index = index
        self._number = 0
        self._open = self.world.get(index) == "on"

    def isOpened(self) -> bool:
        return self._open

    def read(self) -> tuple[bool, Any]:
        if self.world.get(self._index) != "on":
            return False, None
        self._number += 1
        return True, np.full((720, 1280, 3), self._number % 251, np.uint8)

    def set(self, _key: int, _value: float) -> bool:
        return True

    def get(self, key: int) -> float:
        return {cv2.CAP_PROP_FRAME_WIDTH: 1280.0, cv2.CAP_PROP_FRAME_HEIGHT: 720.0, cv2.CAP_PROP_FPS: 30.0}.get(
            key, 0
        )

    def release(self) -> None:
        self._open = False


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[CameraDevice]]:
    """The cameras of a pretended machine; tests change the list and ``FakeVideoCapture.world``."""
    devices = [BUILT_IN, LOGITECH]
    FakeVideoCapture.world = {0: "on", 2: "on"}
    monkeypatch.setattr(camera, "list_cameras", lambda: list(devices))
    monkeypatch.setattr(camera, "cameras_of", lambda _backend: [])
    monkeypatch.setattr(camera.cv2, "VideoCapture", FakeVideoCapture)
    monkeypatch.setattr("mien.capture.live.RETRY_S", 0.02)
    monkeypatch.setattr("mien.capture.grabber.MAX_FAILURES_S", 0.05)
    yield devices
    FakeVideoCapture.world = {}


@pytest.mark.usefixtures("plugged")
def test_a_camera_gives_frames() -> None:
    source = CameraSource("logitech")
    assert source.info.name == "Logitech C920"
    assert (source.info.width_px, source.info.height_px, source.info.fps) == (1280, 720, 30.0)
    frames = source.frames()
    assert next(frames).size_wh == (1280, 720)
    assert next(frames).index > 0
    source.close()
    assert list(frames) == []


def test_a_camera_comes_back_under_another_number(plugged: list[CameraDevice]) -> None:
    source = CameraSource("logitech")
    frames = source.frames()
    last = next(frames)
    plugged.remove(LOGITECH)
    FakeVideoCapture.world = {0: "on"}
    camera_device = source._device
    assert camera_device.lost() == "Logitech C920 is unplugged; waiting for it to come back"
    plugged.append(TWIN)
    FakeVideoCapture.world = {0: "on", 4: "on"}
    for _ in range(3):
        frame = next(frames)
        assert frame.index > last.index
        assert frame.timestamp_s > last.timestamp_s
        last = frame
    source.close()


def test_a_twin_is_not_taken_for_the_camera(plugged: list[CameraDevice]) -> None:
    plugged.append(TWIN)
    source = CameraSource(2)
    plugged.remove(LOGITECH)
    assert "unplugged" in source._device.lost()
    source.close()


def test_in_use_and_forbidden(plugged: list[CameraDevice], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    FakeVideoCapture.world = {}
    allowed = True
    monkeypatch.setattr(os, "access", lambda *_: allowed)
    with pytest.raises(CameraUnavailable, match="in use"):
        CameraSource(0)
    allowed = False
    with pytest.raises(CameraUnavailable, match="usermod"):
        CameraSource(0)
    for platform in ("darwin", "win32"):
        monkeypatch.setattr(sys, "platform", platform)
        with pytest.raises(CameraUnavailable, match="allow"):
            CameraSource(0)
