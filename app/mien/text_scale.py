"""How large the window's texts are, asked before Qt is loaded: it scales all it draws by one factor."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, MutableMapping
from shutil import which
from typing import Final

FACTOR: Final = "QT_SCALE_FACTOR"
"""Where Qt looks for the factor, besides that of the screen."""
LEAST: Final = 0.8
MOST: Final = 2.25
"""What Windows lets people choose at most; GNOME stops at 3."""
_TIMEOUT_S: Final = 2.0


def scale_texts(percent: int, environment: MutableMapping[str, str] = os.environ) -> float:
    """Make Qt draw all texts, and what belongs to them, larger or smaller; call it before Qt is loaded.

    A factor that was set already, by who started the program, is multiplied.

    Args:
        percent: What the user chose; 0 is as the system has it.
        environment: Of this process.

    Returns:
        The factor of the texts.
    """
    factor = percent / 100 if percent else system_scale(environment)
    if factor != 1.0:
        environment[FACTOR] = f"{factor * _number(environment.get(FACTOR, '')):.4g}"
    return factor


def system_scale(
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    ask_windows: Callable[[], float] | None = None,
    ask_gnome: Callable[[], float] | None = None,
) -> float:
    """Return how large the desktop wants texts, beside what Qt takes from it by itself.

    Qt follows the scale of each screen, and on X11 the desktop's size of texts. It follows neither the size of
    texts in Windows' settings for accessibility nor GNOME's on Wayland.

    Args:
        environment: Of this process.
        platform: As ``sys.platform``.
        ask_windows: Returns Windows' factor.
        ask_gnome: Returns GNOME's factor.
    """
    factor = 1.0
    if platform == "win32":
        factor = (ask_windows or _of_windows)()
    elif platform == "linux" and environment.get("WAYLAND_DISPLAY") and not environment.get("QT_QPA_PLATFORM"):
        factor = (ask_gnome or _of_gnome)()
    return min(max(factor, LEAST), MOST)


def _number(text: str) -> float:
    try:
        return float(text) or 1.0
    except ValueError:
        return 1.0


def _of_windows() -> float:
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, r"Software\Microsoft\Accessibility") as key:
                value, _ = winreg.QueryValueEx(key, "TextScaleFactor")
        except OSError:  # nobody ever moved the slider
            return 1.0
        return _number(str(value)) / 100
    return 1.0


def _of_gnome() -> float:
    program = which("gsettings")
    if program is None:
        return 1.0
    question = [program, "get", "org.gnome.desktop.interface", "text-scaling-factor"]
    try:
        answer = subprocess.run(question, capture_output=True, text=True, timeout=_TIMEOUT_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return 1.0
    return _number(answer.stdout.strip())
