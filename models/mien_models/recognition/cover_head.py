"""Adds a second answer to the descriptor: what lies over the eyes and over the mouth.

One linear layer on the last feature map (128 channels of 4x4), fitted on faces over which covers were painted; all
other layers stay as they are.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

ANSWER: Final = "condition"
NUMBERS: Final = 3
"""Eyes covered, mouth covered, upside down."""


def feature_name(network: onnx.ModelProto) -> str:
    """Return the name of the last feature map, (N, 128, 4, 4)."""
    by_output = {name: node for node in network.graph.node for name in node.output}
    flatten = next(node for node in network.graph.node if node.op_type == "Flatten")
    name: str = by_output[flatten.input[0]].input[0]
    return name


def with_head(
    network: onnx.ModelProto, weights: NDArray[np.float32], offset: NDArray[np.float32]
) -> onnx.ModelProto:
    """Return the network with the answer `condition` (N, 3), chances from 0 to 1.

    Args:
        network: As of `to_onnx`.
        weights: (features, 3).
        offset: (3,).
    """
    extended = onnx.ModelProto()
    extended.CopyFrom(network)
    graph = extended.graph
    graph.initializer.extend(
        [
            numpy_helper.from_array(weights.astype(np.float32), "cover/weights"),
            numpy_helper.from_array(offset.astype(np.float32), "cover/offset"),
        ]
    )
    graph.node.extend(
        [
            helper.make_node("Flatten", [feature_name(network)], ["cover/features"], axis=1),
            helper.make_node("MatMul", ["cover/features", "cover/weights"], ["cover/products"]),
            helper.make_node("Add", ["cover/products", "cover/offset"], ["cover/scores"]),
            helper.make_node("Sigmoid", ["cover/scores"], [ANSWER]),
        ]
    )
    graph.output.append(helper.make_tensor_value_info(ANSWER, TensorProto.FLOAT, ["N", NUMBERS]))
    onnx.checker.check_model(extended)
    return extended
