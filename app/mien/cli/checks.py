"""What ``mien doctor`` looks at, one check for each heading."""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Final

from mien.errors import AppError
from mien.installation.commands import mediapipe_command, pip_command
from mien.installation.extras import EXTRAS
from mien.installation.libraries import SystemLibrary, missing_libraries
from mien.version import VERSION

PACKAGES: Final = ("numpy", "opencv-contrib-python-headless", "onnxruntime", "av", "pyarrow")
OTHER_OPENCVS: Final = ("opencv-python", "opencv-python-headless", "opencv-contrib-python")
RUNTIMES: Final = ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Attributes:
        line: For people.
        is_missing: True where Mien does not work as it is installed.
        command: What mends it, or adds what is a choice; "" where nothing is to be done or ``libraries`` say it.
        libraries: The system libraries that are missing.
    """

    line: str
    is_missing: bool = False
    command: str = ""
    libraries: tuple[SystemLibrary, ...] = ()


def _versions() -> Iterator[Finding]:
    yield Finding(f"Mien {VERSION}, Python {platform.python_version()}, {platform.platform()}")
    for name in PACKAGES:
        if name == "onnxruntime":
            yield from _runtimes()
        elif _version(name):
            yield Finding(f"{name} {_version(name)}")
        elif name.startswith("opencv") and any(map(_version, OTHER_OPENCVS)):
            continue  # told below
        else:
            yield Finding(f"{name} is not installed", True, f"{pip_command()} install {name}")
    others = list(filter(_version, OTHER_OPENCVS))
    if others:
        # They share the folder cv2/, so the right one has to be written anew once the others are gone.
        yield Finding(
            f"{' and '.join(others)} took the place of opencv-contrib-python-headless: both own the folder cv2/",
            True,
            f"{pip_command()} uninstall -y {' '.join(others)} && "
            f"{pip_command()} install --force-reinstall --no-deps opencv-contrib-python-headless",
        )


def _runtimes() -> Iterator[Finding]:
    here = list(filter(_version, RUNTIMES))
    if not here:
        yield Finding("onnxruntime is not installed", True, f"{pip_command()} install 'onnxruntime<1.29'")
    elif len(here) == 1:
        yield Finding(f"{here[0]} {_version(here[0])}")
    else:
        kept = here[1]
        yield Finding(
            f"{' and '.join(here)} are installed together, and own the same folder",
            True,
            f"{pip_command()} uninstall -y {' '.join(here)} && {pip_command()} install '{kept}<1.29'",
        )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _networks() -> Iterator[Finding]:
    from mien.inference.catalog import list_detectors, list_models, verify_model
    from mien.vision.weights import FULL_RANGE, find_weights

    for entry in [*list_models(), *list_detectors()]:
        try:
            verify_model(entry)
            yield Finding(f"{entry.name}: {entry.path}")
        except AppError as error:
            yield Finding(str(error), True, f"{pip_command()} install --force-reinstall --no-deps mien")
    if not _version("mediapipe"):
        yield Finding("MediaPipe's face detectors, beside Mien's own", command=mediapipe_command())
        return
    missing = missing_libraries(["mediapipe"])
    if missing:
        yield Finding(f"MediaPipe's face detectors need {_names(missing)}", True, libraries=missing)
    try:
        yield Finding(f"MediaPipe's face detectors: {find_weights(FULL_RANGE)}")
    except AppError:
        yield Finding("MediaPipe's face detectors, beside Mien's own", command="mien models fetch")


def _providers() -> Iterator[Finding]:
    from mien.composition import open_classifier
    from mien.inference.session import PROVIDERS, available_providers
    from mien.settings import Settings

    here = available_providers()
    for name in (name for name in PROVIDERS if name in here):
        try:
            open_classifier(Settings().changed(compute={"provider": name}))
            yield Finding(f"{name}: starts")
        except AppError as error:
            yield Finding(f"{name}: {error}", is_missing=name == "cpu")
    if "cuda" not in here and shutil.which("nvidia-smi"):
        pip = pip_command()
        swap = f"{pip} uninstall -y onnxruntime && {pip} install 'onnxruntime-gpu[cuda,cudnn]<1.29'"
        yield Finding(
            "ONNX Runtime for the NVIDIA card that is here, in place of the one for the CPU", command=swap
        )


def _cameras() -> Iterator[Finding]:
    from mien.capture.camera_list import list_cameras

    cameras = list_cameras()
    for camera in cameras:
        yield Finding(f"camera:{camera.index} {camera.name} {camera.path}")
    if not cameras:
        yield Finding("none; videos and pictures work without one")


def _codecs() -> Iterator[Finding]:
    from mien.sinks.video.encoders import list_encoders

    for encoder in list_encoders():
        if encoder.is_available:
            yield Finding(f"{encoder.name}: {encoder.about}")
        elif encoder.name == "libx264":
            yield Finding("libx264 is missing in this PyAV", True, f"{pip_command()} install --force-reinstall av")


def _extras() -> Iterator[Finding]:
    for extra in EXTRAS.values():
        if extra.is_installed:
            yield Finding(f"{extra.name}: {extra.about}")
        else:
            yield Finding(extra.about, command=extra.command)


def _window() -> Iterator[Finding]:
    from mien.display import require_display
    from mien.installation.window_parts import window_parts

    try:
        require_display()
        yield Finding(os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or "native")
    except AppError:
        yield Finding("no display; all but the window works without one")
    if not EXTRAS["window"].is_installed:
        return
    missing = missing_libraries(window_parts())
    if missing:
        yield Finding(f"the window needs {_names(missing)}", True, libraries=missing)
        return
    from PySide6 import QtCore

    yield Finding(f"Qt {QtCore.qVersion()} on Python {sys.version_info.major}.{sys.version_info.minor}")


def _names(libraries: tuple[SystemLibrary, ...]) -> str:
    """Return libraries with the packages that hold them, for systems of every kind."""
    return "".join(
        f"\n    {each.name}: {each.debian} (Debian, Ubuntu), {each.fedora} (Fedora), {each.homebrew} (Homebrew)"
        for each in libraries
    )


CHECKS: Final[dict[str, Callable[[], Iterator[Finding]]]] = {
    "Versions": _versions,
    "Networks": _networks,
    "Execution providers": _providers,
    "Cameras": _cameras,
    "Encoders": _codecs,
    "Optional parts": _extras,
    "Window": _window,
}
