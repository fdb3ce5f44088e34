"""Mien: reads facial expressions in real time, on your own machine.

From Python: ``from mien import analyse, annotate, read``.
"""

import os
from typing import TYPE_CHECKING, Any

from mien.version import VERSION as __version__

if TYPE_CHECKING:
    from mien.api.analysis import analyse as analyse
    from mien.api.annotation import annotate as annotate
    from mien.api.live import read as read
    from mien.api.readings import Readings as Readings
    from mien.errors import AppError as AppError

# ONNX Runtime 1.29 and later report to their makers on Linux and macOS unless this is set before they are loaded;
# their disable_telemetry_events() comes too late (measured: a look-up all the same). See docs/decisions/0006.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__all__ = ["AppError", "Readings", "__version__", "analyse", "annotate", "read"]

_PLACES = {
    "AppError": "mien.errors",
    "Readings": "mien.api.readings",
    "analyse": "mien.api.analysis",
    "annotate": "mien.api.annotation",
    "read": "mien.api.live",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever has that name
    """Import what the package offers when it is asked for, so that ``mien --help`` does not wait for it."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)
