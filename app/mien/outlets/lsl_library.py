"""Loads pylsl and its native library, quiet and told to stay on this machine."""

import ctypes
import os
import time
from pathlib import Path
from types import ModuleType
from typing import Final

from mien.errors import OutletError
from mien.installation.extras import EXTRAS

_LOCAL_ONLY: Final = """
[multicast]
ResolveScope = machine
ListenAddress = 127.0.0.1
[ports]
IPv6 = disable
[log]
level = -3
"""
"""liblsl's own settings: announce and look for streams on this machine alone, print nothing but fatal errors."""

_CONFIG_FILES: Final = ("lsl_api.cfg", "~/lsl_api/lsl_api.cfg", "/etc/lsl_api/lsl_api.cfg")
_CLOCK_READINGS: Final = 5


def load_pylsl() -> ModuleType:
    """Return pylsl.

    Where the user has no settings for LSL of their own, streams are found on this machine alone.

    Raises:
        OutletError: It is not installed, or its native library cannot be loaded.
    """
    try:
        import pylsl
        from pylsl.lib import lib
    except ModuleNotFoundError as error:
        command = EXTRAS["lsl"].command
        raise OutletError(f"Lab Streaming Layer: pylsl is not installed; install it with `{command}`") from error
    except (OSError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise OutletError(f"Lab Streaming Layer: liblsl cannot be loaded ({reason}); install liblsl") from error
    if not has_own_settings():
        configure = lib.lsl_set_config_content
        configure.argtypes, configure.restype = [ctypes.c_char_p], None
        configure(_LOCAL_ONLY.encode())
    assert isinstance(pylsl, ModuleType)
    return pylsl


def has_own_settings() -> bool:
    """Whether the user has told LSL how to behave, in one of the places where liblsl looks."""
    named = os.environ.get("LSLAPICFG")
    return bool(named) or any(Path(name).expanduser().is_file() for name in _CONFIG_FILES)


def clock_offset_s(pylsl: ModuleType) -> float:
    """Return LSL's clock minus that of ``time.monotonic()``, seconds: the quickest of a few comparisons."""
    best = (float("inf"), 0.0)
    for _ in range(_CLOCK_READINGS):
        before_s = time.monotonic()
        lsl_s = pylsl.local_clock()
        after_s = time.monotonic()
        best = min(best, (after_s - before_s, lsl_s - (before_s + after_s) / 2))
    return best[1]
