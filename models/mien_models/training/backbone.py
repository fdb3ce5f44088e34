"""Published weights to begin with: a file of PyTorch or TensorFlow.js, or one that a package carries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from mien.errors import AppError

PACKAGE: Final = "package:"

MAX_BYTES: Final = 1 << 30
"""Of the weights of a TensorFlow.js graph, all of which are read."""


def backbone_file(source: str) -> Path:
    """Return the file that `source` names.

    Args:
        source: A path, or "package:NAME", for the one `.pth` file within that package. The package is not run.

    Raises:
        FileNotFoundError: There is no such file, no such package, or it holds more than one.
    """
    if not source.startswith(PACKAGE):
        path = Path(source)
        if not path.is_file():
            raise FileNotFoundError(f"{path}: no such file of weights")
        return path
    name = source.removeprefix(PACKAGE)
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"{name}: not installed; pip install {name} brings the weights to begin with")
    found = sorted(path for folder in spec.submodule_search_locations for path in Path(folder).rglob("*.pth"))
    if len(found) != 1:
        raise FileNotFoundError(f"{name}: holds {len(found)} files of weights, expected one")
    return found[0]


def read_backbone(source: str) -> Mapping[str, Tensor]:
    """Read weights without running code from a file as of `backbone_file`.

    Of a checkpoint of this room, the network's weights; of a TensorFlow.js graph, its arrays.
    """
    path = backbone_file(source)
    if path.suffix == ".json":
        return read_graph_weights(path)
    content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    weights: Mapping[str, Tensor] = content["model"] if "architecture" in content else content
    return weights


def read_graph_weights(path: Path) -> dict[str, Tensor]:
    """Read the floating-point weights of a TensorFlow.js graph.

    Args:
        path: `model.json`; its `weightsManifest` lists files beside it, and in which order they hold the arrays.

    Returns:
        By name, float32, shaped as in TensorFlow. Whole numbers, which only steer the graph, are left out.

    Raises:
        AppError: The manifest is not one, or the files are not as long as it says.
    """
    try:
        groups = json.loads(path.read_text(encoding="utf-8"))["weightsManifest"]
        weights: dict[str, Tensor] = {}
        for group in groups:
            raw = b"".join(_beside(path, name).read_bytes() for name in group["paths"])
            start = 0
            for entry in group["weights"]:
                dtype = np.dtype(entry.get("quantization", {}).get("dtype", entry["dtype"]))
                count = int(np.prod(entry["shape"], dtype=np.int64))
                values = np.frombuffer(raw, dtype.newbyteorder("<"), count, start).reshape(entry["shape"])
                start += values.nbytes
                if dtype.kind == "f":
                    weights[entry["name"]] = torch.from_numpy(values.astype(np.float32))
            if start != len(raw):
                raise ValueError(f"{len(raw)} bytes of weights, the manifest says {start}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AppError(f"{path}: not a readable TensorFlow.js graph ({error}); fetch it again") from error
    return weights


def _beside(path: Path, name: str) -> Path:
    """Return the file `name` in the folder of `path`.

    Raises:
        ValueError: It lies elsewhere, or is too large.
    """
    file = path.parent / Path(name).name
    if Path(name).name != name:
        raise ValueError(f"{name} lies outside the folder")
    if file.stat().st_size > MAX_BYTES:
        raise ValueError(f"{name} is larger than {MAX_BYTES} bytes")
    return file
