"""All that readings depend on beside the source, as one digest, for whoever keeps readings."""

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG
from typing import Final

import msgspec

from mien.inference.catalog import DEFAULT_MODEL, find_model
from mien.places import from_home
from mien.settings import ReadingSettings

FORMAT: Final = 5
"""Raised when the same choices give other readings than in the version before."""


def reading_digest(reading: ReadingSettings) -> str:
    """Return a SHA-256 of all choices that change raw readings, of the networks' and the detector's bytes too.

    Every field of the group counts, a new one as well. A network by name and the same one by file are the same.

    Raises:
        ModelError: There is no such network.
    """
    chosen = msgspec.to_builtins(reading)
    chosen["model"] = file_sha256(find_model(reading.model or DEFAULT_MODEL))
    chosen["compare"] = file_sha256(find_model(reading.compare)) if reading.compare else ""
    chosen["yunet_file"] = file_sha256(from_home(reading.yunet_file)) if reading.detector == "yunet" else ""
    return hashlib.sha256(msgspec.json.encode((FORMAT, chosen), order="sorted")).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, or nothing where it can't be read or is a pipe; reading it says so better."""
    try:
        stat = os.stat(path)
        if not S_ISREG(stat.st_mode):
            return ""
        return _sha256(str(path), stat.st_size, stat.st_mtime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=16)
def _sha256(path: str, size_bytes: int, modified_ns: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
