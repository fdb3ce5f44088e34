"""Files of a run that are whole or not there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from mien_models.data import DataError


def save_atomically(state: Mapping[str, Any], path: Path) -> None:
    """Write a checkpoint so that a killed run never leaves half a file.

    Raises:
        DataError: It cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        torch.save(dict(state), part)
        part.replace(path)
    except (OSError, RuntimeError) as error:  # torch's writer raises RuntimeError where a disk is full
        part.unlink(missing_ok=True)
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
        raise DataError(f"{path}: cannot be written ({reason}); make room, and give the same command") from error


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Read a checkpoint without running code from it.

    Raises:
        DataError: It is none.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises whatever a damaged or hostile pickle leads it to
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
        raise DataError(f"{path}: no checkpoint that can be read ({reason}); take it away") from error
    if not isinstance(content, dict):
        raise DataError(f"{path}: holds a {type(content).__name__}, no checkpoint; take it away")
    return content
