"""A TensorFlow.js graph as data: its nodes in order and its arrays. Nothing of it is run by TensorFlow."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mien.errors import AppError

MAX_BYTES: Final = 1 << 28
"""Of the weights, all of which are read."""

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Node:
    """One operation.

    Attributes:
        name: Names its result.
        kind: TensorFlow's name of the operation, such as "Conv2D".
        inputs: Names of nodes and arrays.
        strides: (down, across) of a convolution, (1, 1) elsewhere.
        padding: "SAME" or "VALID" of a convolution, empty elsewhere.
        fused: What a fused convolution does behind itself, such as ("BiasAdd", "Relu").
    """

    name: str
    kind: str
    inputs: tuple[str, ...]
    strides: tuple[int, int]
    padding: str
    fused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """A network.

    Attributes:
        nodes: Without constants, each after its inputs.
        arrays: The constants, shaped as in TensorFlow, float32 or int32.
    """

    nodes: tuple[Node, ...]
    arrays: dict[str, Array]


def read_graph(path: Path) -> Graph:
    """Read `model.json` and the one file of weights that it names beside itself.

    Raises:
        AppError: It is no such graph, or its weights are not as long as it says.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        arrays = _arrays(content["weightsManifest"], path.parent)
        nodes = [_node(entry) for entry in content["modelTopology"]["node"] if entry["op"] != "Const"]
        return Graph(_in_order(nodes, set(arrays)), arrays)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AppError(f"{path}: not a readable TensorFlow.js graph ({error}); fetch it again") from error


def _arrays(groups: list[dict[str, Any]], folder: Path) -> dict[str, Array]:
    arrays: dict[str, Array] = {}
    for group in groups:
        files = [folder / Path(name).name for name in group["paths"]]
        if sum(file.stat().st_size for file in files) > MAX_BYTES:
            raise ValueError("more weights than any network of this kind has")
        raw = b"".join(file.read_bytes() for file in files)
        start = 0
        for entry in group["weights"]:
            stored = np.dtype(entry.get("quantization", {}).get("dtype", entry["dtype"])).newbyteorder("<")
            count = int(np.prod(entry["shape"], dtype=np.int64))
            values = np.frombuffer(raw, stored, count, start).reshape(entry["shape"])
            start += values.nbytes
            arrays[entry["name"]] = values.astype(np.float32 if stored.kind == "f" else np.int32)
        if start != len(raw):
            raise ValueError(f"{len(raw)} bytes of weights, the manifest says {start}")
    return arrays


def _node(entry: dict[str, Any]) -> Node:
    attributes = entry.get("attr", {})
    strides = attributes.get("strides", {}).get("list", {}).get("i", [1, 1, 1, 1])
    fused = attributes.get("fused_ops", {}).get("list", {}).get("s", [])
    return Node(
        name=entry["name"],
        kind=entry["op"],
        inputs=tuple(name.split(":")[0] for name in entry.get("input", [])),
        strides=(int(strides[1]), int(strides[2])),
        padding=_text(attributes["padding"]["s"]) if "padding" in attributes else "",
        fused=tuple(map(_text, fused)),
    )


def _text(coded: str) -> str:
    return base64.b64decode(coded).decode("ascii")


def _in_order(nodes: list[Node], known: set[str]) -> tuple[Node, ...]:
    """Return the nodes, each after those whose results it takes."""
    waiting, ordered = list(nodes), []
    while waiting:
        ready = [node for node in waiting if all(name in known for name in node.inputs)]
        if not ready:
            raise ValueError(f"{waiting[0].name} takes what no node gives")
        ordered += ready
        known |= {node.name for node in ready}
        waiting = [node for node in waiting if node.name not in known]
    return tuple(ordered)
