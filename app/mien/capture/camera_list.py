"""Which cameras there are, and which one is meant."""

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2

from mien.errors import CameraUnavailable

BACKENDS: Final = {"Linux": ("V4L2",), "Darwin": ("AVFOUNDATION",), "Windows": ("MSMF", "DSHOW")}
"""OpenCV's capture backends by operating system, the preferred one first."""

LISTING_ATTEMPTS: Final = 3
"""Devices that come or go while they are listed make the listing fail; it works a moment later."""


@dataclass(frozen=True, slots=True)
class CameraDevice:
    """A camera of this machine.

    Attributes:
        index: OpenCV's number for it within the backend; changes with plugging.
        name: For people: "HD Pro Webcam C920".
        path: The system's own identifier: "/dev/video0", a device path or a unique id; may be empty.
        backend: OpenCV's backend, as in ``cv2.CAP_<backend>``.
    """

    index: int
    name: str
    path: str
    backend: str

    @property
    def title(self) -> str:
        """The name with the path that tells it from its twin."""
        return f"{self.name} ({self.path})" if self.path and self.path != self.name else self.name


def backends() -> tuple[str, ...]:
    """Return OpenCV's capture backends for this operating system, the preferred one first."""
    return BACKENDS.get(platform.system(), ("ANY",))


def list_cameras() -> list[CameraDevice]:
    """Return the cameras of this machine by index, without nodes that carry no pictures.

    On Windows these are Media Foundation's, and DirectShow's where it sees none.
    """
    for backend in backends():
        devices = cameras_of(backend)
        if devices:
            return devices
    return []


def cameras_of(backend: str) -> list[CameraDevice]:
    """Return the cameras that one backend sees, by index."""
    try:
        from cv2_enumerate_cameras import enumerate_cameras
    except ImportError:  # its system library is missing: cameras can still be opened by number
        return []
    for _ in range(LISTING_ATTEMPTS):
        try:
            found = enumerate_cameras(getattr(cv2, f"CAP_{backend}"))
        except (OSError, ValueError, RuntimeError, NotImplementedError):
            continue
        devices = [
            CameraDevice(camera.index, camera.name or f"Camera {camera.index}", camera.path or "", backend)
            for camera in found
        ]
        return sorted((d for d in devices if not _is_second_node(d)), key=lambda device: device.index)
    return []


def find_camera(which: int | str | None, devices: Sequence[CameraDevice]) -> CameraDevice:
    """Return the camera that is meant.

    Args:
        which: A number, a device path, a name or a part of one (case is ignored), or None for the first.
        devices: The cameras that there are.

    Raises:
        CameraUnavailable: There is none such, or the name fits several.
    """
    if which is None or which == "":
        if not devices:
            raise CameraUnavailable(
                f"No camera was found ({_looked_for()}); plug one in, or open a video file instead"
            )
        return devices[0]
    if isinstance(which, int) or which.isdecimal():
        return _by_index(int(which), devices)
    if which.startswith("/"):
        return _by_path(which, devices)
    exact = [d for d in devices if which.casefold() in (d.name.casefold(), d.path.casefold())]
    fitting = exact or [d for d in devices if which.casefold() in d.name.casefold()]
    if not fitting:
        raise CameraUnavailable(f'No camera is called "{which}"; {_there_are(devices)}')
    if len(fitting) > 1 and not exact:
        raise CameraUnavailable(f'Several cameras are called "{which}"; {_there_are(devices)}')
    return fitting[0]


def _by_index(index: int, devices: Sequence[CameraDevice]) -> CameraDevice:
    for device in devices:
        if device.index == index:
            return device
    if sys.platform == "linux" and not Path(f"/dev/video{index}").exists():
        raise CameraUnavailable(f"There is no camera {index} (/dev/video{index}); {_there_are(devices)}")
    path = f"/dev/video{index}" if sys.platform == "linux" else ""
    return CameraDevice(index, f"Camera {index}", path, backends()[0])


def _by_path(path: str, devices: Sequence[CameraDevice]) -> CameraDevice:
    node = os.path.realpath(path)  # /dev/v4l/by-id/… are links
    for device in devices:
        if device.path in (path, node):
            return device
    number = node.removeprefix("/dev/video")
    if number.isdecimal() and Path(node).exists():
        return CameraDevice(int(number), f"Camera {number}", node, backends()[0])
    raise CameraUnavailable(f"There is no camera at {path}; {_there_are(devices)}")


def _there_are(devices: Sequence[CameraDevice]) -> str:
    if not devices:
        return f"no camera was found at all ({_looked_for()}), plug one in"
    return "choose one of: " + ", ".join(f"{d.index} {d.name}" for d in devices)


def _looked_for() -> str:
    return "looked for /dev/video*" if sys.platform == "linux" else f"asked {' and '.join(backends())}"


def _is_second_node(device: CameraDevice) -> bool:
    """Tell whether a node that may not be asked for its abilities is the metadata node of a USB camera.

    Nodes that may be asked have been sorted out by their abilities already; V4L2 numbers the nodes of a device
    from 0, the pictures first.
    """
    if device.backend != "V4L2" or os.access(device.path, os.R_OK):
        return False
    try:
        return (Path("/sys/class/video4linux") / Path(device.path).name / "index").read_text().strip() != "0"
    except OSError:
        return False
