"""The weights of a network of ours out of its exported file, so that a run can begin where a shipped one ended."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor

from mien.errors import AppError

HALVES: Final = (".float16", ".half")
"""Endings of weights in float16: today's, and that of files that were exported before."""

PREFIXES: Final = ("inner.", "inner.members.0.")
"""Of the weights in a file: of one network, and of the first one of a mean of several."""


def weights_of_file(path: Path, wanted: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights of an `.onnx` file that `mien export` wrote, stored as float32, float16 or int8.

    Args:
        path: The file.
        wanted: The state of a network of the same architecture and size.

    Raises:
        AppError: A weight is missing, or of another shape.
    """
    import onnx
    from onnx import numpy_helper

    stored = {entry.name: numpy_helper.to_array(entry) for entry in onnx.load(path).graph.initializer}
    found: dict[str, Tensor] = {}
    for name, value in wanted.items():
        array = next((_stored(stored, prefix + name) for prefix in PREFIXES if _has(stored, prefix + name)), None)
        if array is None or array.shape != tuple(value.shape):
            shape = "missing" if array is None else f"{array.shape}"
            raise AppError(f"{path}: {name} is {shape}, needed {tuple(value.shape)}; begin with another file")
        found[name] = torch.from_numpy(array.astype(np.float32))
    return found


def _has(stored: Mapping[str, np.ndarray], name: str) -> bool:
    return any(f"{name}{ending}" in stored for ending in ("", *HALVES, ".int8"))


def _stored(stored: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    if f"{name}.int8" in stored:
        return np.asarray(stored[f"{name}.int8"].astype(np.float32) * stored[f"{name}.scale"])
    return next(stored[name + ending] for ending in (*HALVES, "") if name + ending in stored)
