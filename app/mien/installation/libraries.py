"""The system libraries that Mien loads: which are missing here, and which package holds each."""

import ctypes
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).with_name("libraries.txt")


@dataclass(frozen=True, slots=True)
class SystemLibrary:
    """A shared library that the system has to have.

    Attributes:
        name: As the loader knows it, such as ``libEGL.so.1``.
        part: What loads it: "qt", "xcb" or "mediapipe".
        debian: The package of Debian and Ubuntu.
        fedora: The package of Fedora.
        homebrew: The formula of Homebrew.
    """

    name: str
    part: str
    debian: str
    fedora: str
    homebrew: str


@cache
def system_libraries() -> tuple[SystemLibrary, ...]:
    """Return the libraries that Mien loads on Linux and no package brings."""
    lines = _TABLE.read_text("utf-8").splitlines()
    return tuple(SystemLibrary(*line.split()) for line in lines if line and not line.startswith("#"))


def can_be_loaded(name: str) -> bool:
    """Whether the loader finds a library, and all that it needs."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing_libraries(
    parts: Iterable[str], is_here: Callable[[str], bool] = can_be_loaded
) -> tuple[SystemLibrary, ...]:
    """Return the libraries that some parts need and this system lacks; none but on Linux.

    Args:
        parts: As in ``SystemLibrary.part``.
        is_here: Whether a library of this name can be loaded.
    """
    if sys.platform != "linux":
        return ()
    wanted = set(parts)
    return tuple(each for each in system_libraries() if each.part in wanted and not is_here(each.name))
