"""A webcam as a source."""

import os
import sys
from typing import Final

import cv2
import numpy as np

from mien.capture.camera_list import CameraDevice, backends, cameras_of, find_camera, list_cameras
from mien.capture.live import LiveSource
from mien.core.arrays import Image
from mien.errors import CameraUnavailable
from mien.own_process import is_own

DEFAULT_SIZE_WH: Final = (1280, 720)
DEFAULT_FPS: Final = 30.0
SELECTABLE_FORMAT: Final = ("V4L2", "DSHOW")
"""Backends whose pixel format is ours to choose; the others choose for the size and rate that is asked."""

MJPG: Final = cv2.VideoWriter.fourcc(*"MJPG")


class CameraSource(LiveSource):
    """Frames of a webcam, live; survives unplugging and freezing."""

    def __init__(
        self,
        which: int | str | None = None,
        size_wh: tuple[int, int] = DEFAULT_SIZE_WH,
        fps: float = DEFAULT_FPS,
    ) -> None:
        """Open a camera.

        Args:
            which: Its number, device path, name or part of its name; None for the first.
            size_wh: Width and height to ask for; ``info`` tells what it agreed to.
            fps: Frames per second to ask for.

        Raises:
            CameraUnavailable: There is no such camera, it is in use or forbidden, or it does not answer.
        """
        super().__init__(Camera(which, size_wh, fps))


class Camera:
    """A camera that can be opened again when it was away, under whatever number it comes back."""

    def __init__(self, which: int | str | None, size_wh: tuple[int, int], fps: float) -> None:
        """Find a camera, without opening it.

        Raises:
            CameraUnavailable: There is no such camera.
        """
        devices = list_cameras()
        self._device = find_camera(which, devices)
        self._is_listed = self._device in devices
        self._twins = {d.path for d in devices if d.name == self._device.name and d.path != self._device.path}
        self._size_wh = size_wh
        self._fps = fps
        self.name = self._device.name

    def connect(self) -> "Capture":
        """Open the camera and agree on size, rate and format.

        Raises:
            CameraUnavailable: It is away, in use or forbidden.
        """
        device = self._present()
        if device is None:
            raise CameraUnavailable(f"{self._device.title} is not there; plug it in again")
        self._device = device
        for choice in [device, *_other_backends(device)]:
            capture = _open(choice)
            if capture is not None:
                return Capture(capture, choice.backend, self._size_wh, self._fps)
        raise _refusal(device)

    def lost(self) -> str:
        """Say whether it is unplugged or only silent."""
        if self._present() is None:
            return f"{self.name} is unplugged; waiting for it to come back"
        return f"{self.name} sends no pictures; opening it again"

    def silent(self) -> CameraUnavailable:
        """Return the error for a camera that never gave a picture."""
        return CameraUnavailable(
            f"{self._device.title} gives no pictures; close other programs that may use it, or plug it in again"
        )

    def _present(self) -> CameraDevice | None:
        """Return the device as it is known now: at its old place, or elsewhere where no twin was."""
        if not self._is_listed:
            return self._device if not self._device.path or os.path.exists(self._device.path) else None
        devices = list_cameras()
        same_name = [d for d in devices if d.name == self._device.name and d.path not in self._twins]
        at_place = [d for d in same_name if d.path == self._device.path]
        return next(iter(at_place or same_name), None)


class Capture:
    """An opened ``cv2.VideoCapture``."""

    def __init__(self, capture: cv2.VideoCapture, backend: str, size_wh: tuple[int, int], fps: float) -> None:
        """Agree with an opened camera on size, rate and format."""
        self._capture = capture
        negotiate(capture, backend, size_wh, fps)
        width, height, actual_fps = mode(capture)
        self.size_wh = (width, height) if width and height else size_wh
        self.fps = actual_fps or fps

    def grab(self) -> Image | None:
        """Return the next picture, or None where the camera gives none. May block for 10 s."""
        try:
            ok, image = self._capture.read()
        except cv2.error:
            return None
        if not ok or image is None or image.dtype != np.uint8 or not image.size:
            return None
        if image.ndim == 2:
            image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
        return np.asarray(image, dtype=np.uint8)

    def release(self) -> None:
        """Close the camera."""
        self._capture.release()


def mode(capture: cv2.VideoCapture) -> tuple[int, int, float]:
    """Return width and height in pixels and frames per second, 0 where the driver does not say."""
    fps = capture.get(cv2.CAP_PROP_FPS)
    width = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
    height = int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
    return max(0, width), max(0, height), fps if 0 < fps < 1000 else 0.0


def negotiate(capture: cv2.VideoCapture, backend: str, size_wh: tuple[int, int], fps: float) -> None:
    """Ask for size and rate, in MJPG where the camera's own format gives fewer pixels or frames.

    Uncompressed 1280x720 at 30 frames does not fit through USB 2: such cameras offer 10, and 30 in MJPG.
    """

    def ask() -> tuple[int, int, float]:
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, size_wh[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size_wh[1])
        capture.set(cv2.CAP_PROP_FPS, fps)
        return mode(capture)

    plain = ask()
    if backend not in SELECTABLE_FORMAT or (plain[:2] == size_wh and plain[2] >= fps - 1):
        return
    own_format = capture.get(cv2.CAP_PROP_FOURCC)
    if not capture.set(cv2.CAP_PROP_FOURCC, MJPG):
        return
    packed = ask()

    def worth(got: tuple[int, int, float]) -> tuple[int, float]:
        return min(got[0] * got[1], size_wh[0] * size_wh[1]), min(got[2], fps)

    if worth(packed) < worth(plain):
        capture.set(cv2.CAP_PROP_FOURCC, own_format)
        ask()


def _open(device: CameraDevice) -> cv2.VideoCapture | None:
    """Return the opened camera, or None."""
    os.environ.setdefault("OPENCV_AVFOUNDATION_SKIP_AUTH", "1")  # macOS asks by itself, from any thread
    if is_own():
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)  # its warnings repeat ours
    try:
        capture = cv2.VideoCapture(device.index, getattr(cv2, f"CAP_{device.backend}"))
    except cv2.error:
        return None
    if capture.isOpened():
        return capture
    capture.release()
    return None


def _other_backends(device: CameraDevice) -> list[CameraDevice]:
    """Return the same camera as the system's other backends number it."""
    others = [backend for backend in backends() if backend != device.backend]
    return [d for backend in others for d in cameras_of(backend) if d.name == device.name]


def _refusal(device: CameraDevice) -> CameraUnavailable:
    """Tell why a camera that is there did not open."""
    if sys.platform == "darwin":
        return CameraUnavailable(
            f"{device.title} cannot be opened; close other programs that use it, and allow the camera under "
            "System Settings, Privacy & Security, Camera"
        )
    if sys.platform == "win32":
        return CameraUnavailable(
            f"{device.title} cannot be opened; close other programs that use it, and allow desktop apps the "
            "camera under Settings, Privacy & security, Camera"
        )
    if device.path and not os.access(device.path, os.R_OK | os.W_OK):
        return CameraUnavailable(
            f'{device.title} needs a permission; type "sudo usermod -aG video $USER" and log in again'
        )
    return CameraUnavailable(
        f"{device.title} cannot be opened: it is in use by another program, or no camera; close that program, or "
        "choose another camera"
    )
