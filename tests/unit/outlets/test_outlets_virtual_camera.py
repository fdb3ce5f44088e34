"""The virtual camera: the real pyvirtualcam, where it is installed, on a device that stands in for one."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from mien.core.arrays import Image
from mien.core.frame import SourceInfo
from mien.errors import OutletError
from mien.outlets import IntegrationSettings, open_outlets
from mien.outlets.virtual_camera import VirtualCamera


class StandInDevice:
    """Takes the pictures that a kernel module would."""

    opened: "list[StandInDevice]" = []  # noqa: RUF012
    breaks = False

    def __init__(self, *, width: int, height: int, fps: float, fourcc: int, device: str | None) -> None:
        if device not in (None, "/dev/video7"):
            raise RuntimeError(f"device {device} does not exist\nor is none")
        self.size_wh, self.fps = (width, height), fps
        self.pictures: list[Image] = []
        self.is_closed = False
        self.opened.append(self)

    def send(self, frame: Any) -> None:
        if self.breaks:
            raise RuntimeError("the device is gone")
        self.pictures.append(np.array(frame).reshape(self.size_wh[1], self.size_wh[0], 3))

    def close(self) -> None:
        self.is_closed = True

    def device(self) -> str:
        return "/dev/video7"

    def native_fourcc(self) -> None:
        return None


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[StandInDevice]]:
    pyvirtualcam = pytest.importorskip("pyvirtualcam")
    monkeypatch.setattr(pyvirtualcam.camera, "BACKENDS", {"v4l2loopback": StandInDevice})
    monkeypatch.setattr(StandInDevice, "opened", [])
    yield StandInDevice.opened
    assert all(device.is_closed for device in StandInDevice.opened)


def test_the_annotated_picture_is_what_the_camera_shows(
    devices: list[StandInDevice], camera_info: SourceInfo, make_result: Any
) -> None:
    camera = VirtualCamera(camera_info, "any")
    assert camera.wants_picture
    assert camera.device == "/dev/video7"
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:, :20] = (10, 20, 200)
    camera.write(make_result(), picture)
    camera.write(make_result(1, 0.1), np.full((24, 64, 3), 90, np.uint8))
    camera.finish()
    camera.abort()
    (device,) = devices
    assert (device.size_wh, device.fps) == ((64, 48), 30.0)
    assert np.array_equal(device.pictures[0], picture)
    assert device.pictures[1][24, 32].tolist() == [90, 90, 90]
    assert device.pictures[1][0, 0].tolist() == [0, 0, 0]


def test_a_source_of_unknown_size_opens_it_with_its_first_picture(
    devices: list[StandInDevice], make_result: Any
) -> None:
    camera = VirtualCamera(SourceInfo("a stream", 0, 0, 0.0, is_live=True), "/dev/video7")
    assert devices == []
    camera.write(make_result(), np.zeros((47, 63, 3), np.uint8))
    camera.finish()
    assert (devices[0].size_wh, devices[0].fps) == ((64, 48), 30.0)


def test_a_device_that_goes_away_is_a_notice_and_the_run_goes_on(
    devices: list[StandInDevice], camera_info: SourceInfo, make_result: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = VirtualCamera(camera_info, "any")
    monkeypatch.setattr(StandInDevice, "breaks", True)
    for index in range(3):
        camera.write(make_result(index), np.zeros((48, 64, 3), np.uint8))
    assert camera.notice == "virtual camera /dev/video7: it takes no more pictures (the device is gone)"
    camera.finish()


def test_a_device_that_is_not_there_is_one_line_with_the_remedy(
    devices: list[StandInDevice], camera_info: SourceInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(OutletError, match=r"/dev/video9 .*; load the kernel module: `sudo modprobe") as caught:
        open_outlets(IntegrationSettings(virtual_camera="/dev/video9")).sinks(camera_info, ())
    assert "\n" not in str(caught.value)


def test_the_real_library_on_a_machine_without_a_device(camera_info: SourceInfo) -> None:
    pyvirtualcam = pytest.importorskip("pyvirtualcam")
    try:
        pyvirtualcam.Camera(64, 48, 30).close()
    except RuntimeError:
        with pytest.raises(OutletError, match="virtual camera: no device was found"):
            VirtualCamera(camera_info, "any")
    else:
        pytest.skip("this machine has a virtual camera")


def test_without_pyvirtualcam_one_line_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    with pytest.raises(
        OutletError, match=r"pyvirtualcam is not installed; install it with `.*mien\[virtualcam\]'`"
    ):
        open_outlets(IntegrationSettings(virtual_camera="any"))


def test_it_works_without_the_real_library(
    monkeypatch: pytest.MonkeyPatch, camera_info: SourceInfo, make_result: Any
) -> None:
    """A module that stands in, so that the sink itself is tested everywhere."""
    sent: list[Image] = []

    class Camera:
        device = "stand-in"

        def __init__(self, width: int, height: int, fps: float, **options: object) -> None:
            assert (width, height, fps, options["fmt"]) == (64, 48, 30.0, "bgr")

        def send(self, picture: Image) -> None:
            sent.append(picture)

        def close(self) -> None:
            pass

    module = ModuleType("pyvirtualcam")
    module.Camera, module.PixelFormat = Camera, type("PixelFormat", (), {"BGR": "bgr"})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyvirtualcam", module)
    camera = VirtualCamera(camera_info, "any")
    camera.write(make_result(), np.zeros((48, 64, 3), np.uint8))
    camera.finish()
    assert len(sent) == 1
