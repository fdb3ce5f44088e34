"""Whether all that the window loads is here, asked before Qt is, which ends the process without a library."""

import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec

from mien.errors import AppError
from mien.installation.commands import libraries_command
from mien.installation.extras import EXTRAS
from mien.installation.libraries import can_be_loaded, missing_libraries


def window_parts(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return which parts of ``SystemLibrary.part`` the window loads, by the platform that Qt will choose."""
    platform = environment.get("QT_QPA_PLATFORM", "")
    on_x11 = "xcb" in platform if platform else not environment.get("WAYLAND_DISPLAY")
    return ("qt", "xcb") if on_x11 else ("qt",)


def require_window_parts(
    environment: Mapping[str, str] = os.environ,
    is_installed: Callable[[str], object] = find_spec,
    is_here: Callable[[str], bool] = can_be_loaded,
) -> None:
    """Check that Qt and the libraries that it loads are here.

    Args:
        environment: That of this process.
        is_installed: Tells whether a module is here.
        is_here: Tells whether a system library can be loaded.

    Raises:
        AppError: Something is missing; the text holds the command that brings it.
    """
    extra = EXTRAS["window"]
    if not is_installed(extra.module):
        raise AppError(f"The window needs PySide6, which is not installed; install it with `{extra.command}`")
    missing = missing_libraries(window_parts(environment), is_here)
    if not missing:
        return
    names = ", ".join(library.name for library in missing)
    command = libraries_command(missing)
    remedy = f"install them with `{command}`" if command else "`mien doctor` names the packages that hold them"
    raise AppError(f"The window needs system libraries that are missing here ({names}); {remedy}")
