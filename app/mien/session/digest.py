"""The sha256 of a file, which says years later whether it is still the same."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

_CHUNK_BYTES: Final = 1 << 20


def sha256_of(path: Path, go_on: Callable[[], bool] = lambda: True) -> str:
    """Return the sha256 of a file as 64 hexadecimal digits, or an empty text where ``go_on`` said False.

    Args:
        path: The file.
        go_on: Asked before each megabyte.

    Raises:
        OSError: It cannot be read.
    """
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            if not go_on():
                return ""
            digest.update(chunk)
    return digest.hexdigest()
