"""``mien doctor``: what is here, what is missing, and how to get it."""

import os
import platform
import sys
from collections.abc import Callable, Iterator
from importlib import metadata

import click

from mien.errors import AppError
from mien.version import VERSION

PACKAGES = ("numpy", "opencv-contrib-python", "mediapipe", "onnxruntime", "av", "PySide6-Essentials", "pyarrow")
OTHER_OPENCVS = ("opencv-python", "opencv-python-headless", "opencv-contrib-python-headless")


@click.command()
def doctor() -> int:
    """Tell what is here, what is missing, and how to get it. Exit code 1 when something is missing."""
    is_well = True
    for title, look in _CHECKS.items():
        click.secho(title, bold=True)
        try:
            for is_good, line in look():
                is_well &= is_good
                click.echo(f"  {'ok ' if is_good else 'NOT'} {line}")
        except (AppError, ImportError, OSError) as error:
            is_well = False
            click.echo(f"  NOT {error}")
    return 0 if is_well else 1


def _versions() -> Iterator[tuple[bool, str]]:
    yield True, f"Mien {VERSION}, Python {platform.python_version()}, {platform.platform()}"
    for name in PACKAGES:
        try:
            yield True, f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield False, f"{name} is missing; run ./run, or `pip install {name}`"
    for name in filter(_is_installed, OTHER_OPENCVS):
        yield False, f"{name} owns the same cv2/ folder; uninstall it, then reinstall opencv-contrib-python"


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _networks() -> Iterator[tuple[bool, str]]:
    from mien.inference.catalog import list_detectors, list_models, verify_model
    from mien.vision.weights import FULL_RANGE, find_weights

    for entry in [*list_models(), *list_detectors()]:
        try:
            verify_model(entry)
            yield True, f"{entry.name}: {entry.path}"
        except AppError as error:
            yield False, str(error)
    try:
        yield True, f"MediaPipe's face detectors: {find_weights(FULL_RANGE)}"
    except AppError:
        yield True, "MediaPipe's face detectors, a choice beside Mien's own: not fetched (`mien models fetch`)"


def _providers() -> Iterator[tuple[bool, str]]:
    from mien.composition import open_classifier
    from mien.inference.session import PROVIDERS, available_providers
    from mien.settings import Settings

    here = available_providers()
    for name in PROVIDERS:
        if name not in here:
            continue
        try:
            open_classifier(Settings().changed(compute={"provider": name}))
            yield True, f"{name}: starts"
        except AppError as error:
            yield name != "cpu", f"{name}: {error}"
    others = [name for name in PROVIDERS if name not in here]
    yield True, f"not in this ONNX Runtime: {', '.join(others)} (needs another onnxruntime package)"


def _cameras() -> Iterator[tuple[bool, str]]:
    from mien.capture.camera_list import list_cameras

    cameras = list_cameras()
    for camera in cameras:
        yield True, f"camera:{camera.index} {camera.name} {camera.path}"
    if not cameras:
        yield True, "no camera; videos and pictures work without one"


def _codecs() -> Iterator[tuple[bool, str]]:
    from mien.sinks.video.encoders import list_encoders

    for encoder in list_encoders():
        if encoder.is_available:
            yield True, f"{encoder.name}: {encoder.about}"
        elif encoder.name == "libx264":
            yield False, "libx264 is missing in this PyAV; install the `av` wheel from your package index"


def _outlets() -> Iterator[tuple[bool, str]]:
    yield True, "WebSocket: --websocket"
    for name, option, extra in (("pylsl", "--lsl", "lsl"), ("pyvirtualcam", "--virtual-camera", "virtualcam")):
        remedy = "" if _is_installed(name) else f" is not here; `pip install mien[{extra}]`"
        yield True, f"{name} for {option}{remedy}"


def _screen() -> Iterator[tuple[bool, str]]:
    if sys.platform != "linux":
        yield True, "native"
    elif os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY"):
        yield True, os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY", "")
    else:
        yield True, "none; `mien annotate` works without one"
    from PySide6 import QtCore

    yield True, f"Qt {QtCore.qVersion()}"


_CHECKS: dict[str, Callable[[], Iterator[tuple[bool, str]]]] = {
    "Versions": _versions,
    "Networks": _networks,
    "Execution providers": _providers,
    "Cameras": _cameras,
    "Encoders": _codecs,
    "Integrations": _outlets,
    "Screen": _screen,
}
