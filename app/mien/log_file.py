"""The log of Mien's own processes: what failed and where in the program, kept on this machine and never sent."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from mien.errors import printable
from mien.places import log_folder, make_private_folder

MAX_BYTES: Final = 1_000_000
KEPT: Final = 3
"""Older files, ``mien.log.1`` the newest of them."""

_LOGGER: Final = logging.getLogger("mien.log")


class _Quiet(RotatingFileHandler):
    """A handler whose own failures, such as a full disk, end no run and print nothing."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Leave the record out."""


def log_file() -> Path:
    """Return where the log lies."""
    return log_folder() / "mien.log"


def open_log() -> None:
    """Begin to log; in a process of ours alone. Without a place to write nothing is logged, and nothing fails."""
    if _LOGGER.handlers:
        return
    _LOGGER.propagate = False
    try:
        make_private_folder(log_folder())
        handler = _Quiet(
            log_file(),
            maxBytes=MAX_BYTES,
            backupCount=KEPT,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )
    except OSError:
        _LOGGER.addHandler(logging.NullHandler())
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.INFO)


def log_failure(what: str, trace: str = "") -> None:
    """Note what failed; nothing where no log is open.

    Args:
        what: The line that people are told.
        trace: Where in the program, as Python prints it.
    """
    if _LOGGER.handlers:
        _LOGGER.error("%s", printable(f"{what}\n{trace}".rstrip()))
