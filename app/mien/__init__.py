"""Mien: reads facial expressions in real time, on your own machine.

From Python: ``from mien import Session, analyse, annotate, read``.
"""

import os
from typing import TYPE_CHECKING, Any

from mien.version import VERSION as __version__

if TYPE_CHECKING:
    from mien.api.analysis import analyse as analyse
    from mien.api.annotation import annotate as annotate
    from mien.api.live import LiveResults as LiveResults
    from mien.api.live import read as read
    from mien.api.readings import Readings as Readings
    from mien.api.session import Session as Session
    from mien.errors import AppError as AppError
    from mien.runs.progress import Progress as Progress
    from mien.runs.set_summary import SetSummary as SetSummary
    from mien.runs.summary import Summary as Summary

# ONNX Runtime 1.29 and later report to their makers on Linux and macOS unless this is set before they are loaded;
# their disable_telemetry_events() comes too late (measured: a look-up all the same). See docs/decisions/0006.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

_PLACES = {
    "AppError": "mien.errors",
    "LiveResults": "mien.api.live",
    "Progress": "mien.runs.progress",
    "Readings": "mien.api.readings",
    "Session": "mien.api.session",
    "SetSummary": "mien.runs.set_summary",
    "Summary": "mien.runs.summary",
    "analyse": "mien.api.analysis",
    "annotate": "mien.api.annotation",
    "read": "mien.api.live",
}

__all__ = [
    "AppError",
    "LiveResults",
    "Progress",
    "Readings",
    "Session",
    "SetSummary",
    "Summary",
    "__version__",
    "analyse",
    "annotate",
    "read",
]


def __dir__() -> list[str]:
    """Return what the package offers."""
    return __all__


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever has that name
    """Import what the package offers when it is asked for, so that ``mien --help`` does not wait for it."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)
