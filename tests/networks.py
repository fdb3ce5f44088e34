"""Small ONNX networks with known answers, for tests."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from mien.inference.manifest import METADATA_KEY, SCHEMA

LABELS = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"]


def manifest_of(**changes: Any) -> dict[str, Any]:
    """Return the manifest that fits ``write_network``'s default graph."""
    manifest: dict[str, Any] = {
        "schema": SCHEMA,
        "name": "test-net",
        "labels": LABELS,
        "input": {"name": "image", "size_wh": [16, 16], "layout": "NCHW", "colour": "GRAY"},
        "outputs": {
            "expression": {"name": "logits", "kind": "logits", "temperature": 1.0},
            "affect": {"name": "affect", "order": ["valence", "arousal"], "range": [-1, 1]},
        },
        "provenance": {"licence": "MIT", "trained_on": "nothing"},
    }
    manifest.update(changes)
    return manifest


def write_network(
    path: Path,
    manifest: dict[str, Any] | str | None,
    *,
    shape: tuple[int, ...] = (1, 16, 16),
    logits: list[float] | None = None,
    affect: tuple[float, float] = (0.5, -0.25),
    fer2013: list[float] | None = None,
) -> Path:
    """Write a network: ``logits`` plus the mean of the picture at index 1, ``affect`` and ``fer2013``."""
    values = np.zeros(len(LABELS), np.float32) if logits is None else np.asarray(logits, np.float32)
    at_one = np.zeros_like(values)
    at_one[1] = 1.0
    axes = np.arange(1, len(shape) + 1, dtype=np.int64)
    nodes = [
        helper.make_node("ReduceMean", ["image", "axes"], ["mean"], keepdims=0),
        helper.make_node("Unsqueeze", ["mean", "one"], ["column"]),
        helper.make_node("Mul", ["column", "at_one"], ["bright"]),
        helper.make_node("Add", ["bright", "values"], ["logits"]),
        helper.make_node("Mul", ["column", "nought"], ["nothing"]),
        helper.make_node("Add", ["nothing", "va"], ["affect"]),
    ]
    constants = {
        "axes": axes,
        "one": np.array([1], np.int64),
        "at_one": at_one[None],
        "values": values[None],
        "nought": np.zeros((1, 2), np.float32),
        "va": np.array([affect], np.float32),
    }
    outputs = [
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(values)]),
        helper.make_tensor_value_info("affect", TensorProto.FLOAT, ["batch", 2]),
    ]
    if fer2013 is not None:
        nodes += [
            helper.make_node("Mul", ["column", "zeros"], ["none"]),
            helper.make_node("Add", ["none", "labels"], ["fer2013_logits"]),
        ]
        constants |= {"zeros": np.zeros((1, 7), np.float32), "labels": np.array([fer2013], np.float32)}
        outputs.append(helper.make_tensor_value_info("fer2013_logits", TensorProto.FLOAT, ["batch", len(fer2013)]))
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", *shape])],
        outputs,
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    if manifest is not None:
        import json

        text = manifest if isinstance(manifest, str) else json.dumps(manifest)
        helper.set_model_props(model, {METADATA_KEY: text})
    onnx.save(model, path)
    return path
