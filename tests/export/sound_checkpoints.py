"""Sound checkpoints of several forms, for `fuzz_checkpoints.py` to damage."""

import json
import os
from pathlib import Path

import keras
import numpy as np
import onnx
import safetensors.torch
import torch

from mien_networks.registry import build

OLD_LAYERS = [
    {
        "class_name": "Conv2D",
        "config": {
            "filters": 4,
            "kernel_size": [3, 3],
            "activation": "relu",
            "batch_input_shape": [None, 16, 16, 1],
        },
    },
    {"class_name": "BatchNormalization", "config": {"axis": -1, "epsilon": 0.001}},
    {"class_name": "GlobalAveragePooling2D", "config": {"name": "pool"}},
    {"class_name": "Dense", "config": {"units": 7, "activation": "softmax"}},
]
"""The same network as Keras 2.0 described it."""


def write_sound(made: Path) -> Path:
    """Write sound checkpoints of several forms."""
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((16, 16, 1)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(7, activation="softmax"),
        ]
    )
    model.save(made / "a.keras")
    model.save(made / "a.h5")
    (made / "a.json").write_text(model.to_json())
    model.save_weights(made / "a.weights.h5")
    (made / "old.json").write_text(json.dumps({"class_name": "Sequential", "config": OLD_LAYERS}))
    options = {"side_px": 32, "blocks": 2}
    shape = {"name": "image", "size_wh": [32, 32], "layout": "NCHW", "colour": "GRAY"}
    state = {f"net.{key}": value for key, value in build("mobilenet", **options).state_dict().items()}
    safetensors.torch.save_file(state, made / "a.safetensors")
    write_onnx(made / "a.onnx")
    told = {"config": options, "architecture": "mobilenet", "labels": list("abcdefgh"), "input": shape}
    torch.save({"model": build("mobilenet", **options).state_dict(), **told}, made / "a.pt")
    return made


def write_onnx(path: Path) -> None:
    """Write a network of convolution, pool, product and a loop of two turns, described by nothing."""
    helper, kind = onnx.helper, onnx.TensorProto
    chance = np.random.default_rng(0)
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["still"]), helper.make_node("Mul", ["in", "half"], ["out"])],
        "body",
        [
            helper.make_tensor_value_info("turn", kind.INT64, []),
            helper.make_tensor_value_info("go", kind.BOOL, []),
            helper.make_tensor_value_info("in", kind.FLOAT, ["n", 7]),
        ],
        [
            helper.make_tensor_value_info("still", kind.BOOL, []),
            helper.make_tensor_value_info("out", kind.FLOAT, ["n", 7]),
        ],
    )
    weights = {
        "k": chance.normal(size=(4, 1, 3, 3)).astype(np.float32),
        "w": chance.normal(size=(4, 7)).astype(np.float32),
        "half": np.float32(0.5),
        "turns": np.int64(2),
        "true": np.bool_(True),
        "wide": np.array([1, 7], np.int64),
    }
    nodes = [
        helper.make_node("Conv", ["image", "k"], ["c"], kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("MaxPool", ["r"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("GlobalAveragePool", ["p"], ["g"]),
        helper.make_node("Flatten", ["g"], ["f"]),
        helper.make_node("MatMul", ["f", "w"], ["m"]),
        helper.make_node("ConstantOfShape", ["wide"], ["zeros"]),
        helper.make_node("Add", ["m", "zeros"], ["a"]),
        helper.make_node("Loop", ["turns", "true", "a"], ["y"], body=body),
    ]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("image", kind.FLOAT, ["n", 1, 16, 16])],
        [helper.make_tensor_value_info("y", kind.FLOAT, ["n", 7])],
        [onnx.numpy_helper.from_array(np.asarray(value), key) for key, value in weights.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)


def make_sound(folder: Path) -> None:
    """Let a child write them: a process whose frameworks have computed already cannot fork soundly."""
    child = os.fork()
    if child == 0:
        write_sound(folder)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
