"""The commands that bring packages to this installation, however it was made."""

import platform
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from mien.installation.libraries import SystemLibrary

Packager = Literal["debian", "fedora", "homebrew"]

MEDIAPIPE: Final = "mediapipe==0.10.33"
"""The newest release that makes no DNS look-up when a detector is made."""

_PACKAGERS: Final[dict[str, Packager]] = {"apt-get": "debian", "dnf": "fedora", "brew": "homebrew"}
_LINES: Final[dict[Packager, str]] = {
    "debian": "sudo apt-get install -y --no-install-recommends",
    "fedora": "sudo dnf install -y",
    "homebrew": "brew install",
}


@dataclass(frozen=True, slots=True)
class Here:
    """What is known of this machine's installation.

    Attributes:
        prefix: The folder of the environment.
        python: The interpreter.
        has_pip: Whether that environment holds pip.
        is_root: Whether commands need no sudo.
        wants_user: Whether pip is told by PIP_USER to install for this user, outside of environments.
        find: Tells the path of a program, or None.
    """

    prefix: Path
    python: str
    has_pip: bool
    is_root: bool
    wants_user: bool = False
    find: Callable[[str], str | None] = shutil.which


def look_here() -> Here:
    """Return what is known of this installation."""
    import os

    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    wants_user = os.environ.get("PIP_USER", "").lower() in ("1", "true", "yes", "on", "y", "t")
    return Here(Path(sys.prefix), sys.executable, find_spec("pip") is not None, is_root, wants_user)


def extra_command(name: str, here: Here | None = None) -> str:
    """Return the command that adds an extra to the Mien that is installed; its own version stays.

    Args:
        name: Such as "lsl".
        here: What is known of this installation; found out by default.
    """
    return f"{pip_command(here)} install {_quoted(f'mien[{name}]')}"


def pip_command(here: Here | None = None) -> str:
    """Return how pip is called for the environment in which Mien is: what "install …" and "uninstall …" follow."""
    here = here or look_here()
    if "pipx" in here.prefix.parts:
        return "pipx runpip mien"
    if here.has_pip:
        # Otherwise pip would put packages beside the environment, or refuse to.
        prefix = "PIP_USER=0 " if here.wants_user and sys.platform != "win32" else ""
        return f"{prefix}{_quoted(here.python)} -m pip"
    return f"VIRTUAL_ENV={_quoted(str(here.prefix))} uv pip"


def mediapipe_command(here: Here | None = None) -> str:
    """Return the command that installs MediaPipe without the OpenCV that it asks for, owner of the same folder."""
    return f"{pip_command(here)} install --no-deps {MEDIAPIPE}"


def libraries_command(libraries: Iterable[SystemLibrary], here: Here | None = None) -> str:
    """Return the command that installs system libraries, or "" where no package manager that we know is here.

    Args:
        libraries: What is missing.
        here: What is known of this installation; found out by default.
    """
    here = here or look_here()
    for program, packager in _PACKAGERS.items():
        if here.find(program) is not None:
            line = _LINES[packager].removeprefix("sudo " if here.is_root else "")
            return f"{line} {' '.join(packages_of(libraries, packager))}"
    return ""


def packages_of(libraries: Iterable[SystemLibrary], packager: Packager) -> list[str]:
    """Return the packages that hold libraries, each once, in the order of the libraries."""
    return list(dict.fromkeys(getattr(library, packager) for library in libraries))


def _quoted(text: str) -> str:
    if platform.system() == "Windows":
        return f'"{text}"' if set(text) & set(" []<>&") else text
    return shlex.quote(text)
