"""Whether there is a display, asked before Qt is loaded: Qt ends the process where there is none."""

import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mien.errors import AppError

_TIMEOUT_S: Final = 3.0
_X11_DISPLAY: Final = re.compile(r"(?P<host>[^:/]*|.*/[^:]*):(?P<number>\d{1,5})(\.\d+)?")


def require_display(environment: Mapping[str, str] = os.environ) -> None:
    """Check that a window can be shown.

    Raises:
        AppError: There is no display, or none that answers.
    """
    if sys.platform in ("win32", "darwin"):
        return
    wanted = [name.partition(":")[0] for name in environment.get("QT_QPA_PLATFORM", "").split(";") if name]
    if any(name not in ("xcb", "wayland", "wayland-egl") for name in wanted):
        return  # offscreen, a frame buffer, VNC: they need no server
    wayland, x11 = environment.get("WAYLAND_DISPLAY", ""), environment.get("DISPLAY", "")
    if not wayland and not x11:
        raise AppError(
            "No display: the window needs a desktop (DISPLAY is not set); without one use mien annotate"
        )
    if (wayland and _answers(_wayland_socket(wayland, environment))) or (x11 and _x11_answers(x11)):
        return
    names = (("WAYLAND_DISPLAY", wayland), ("DISPLAY", x11))
    named = " or ".join(f"{name}={value}" for name, value in names if value)
    raise AppError(f"No display answers at {named}; log in to a desktop, or use mien annotate without one")


def _wayland_socket(name: str, environment: Mapping[str, str]) -> str:
    return str(Path(environment.get("XDG_RUNTIME_DIR", "")) / name)


def _x11_answers(display: str) -> bool:
    match = _X11_DISPLAY.fullmatch(display)
    if match is None:
        return False
    host, number = match["host"], int(match["number"])
    if "/" in host:  # the socket of XQuartz
        return _answers(display)
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return _answers(path) or _answers(f"\0{path}")
    try:
        with socket.create_connection((host, 6000 + number), _TIMEOUT_S):
            return True
    except (OSError, OverflowError):
        return False


def _answers(path: str) -> bool:
    """Whether somebody listens at a socket of this machine."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(_TIMEOUT_S)
        try:
            client.connect(path)
        except (OSError, ValueError):
            return False
    return True
