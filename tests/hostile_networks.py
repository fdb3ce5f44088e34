"""What a stranger may put into a network of `tests.networks`: a loop without end, and gigabytes."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def add_endless_loop(model: onnx.ModelProto) -> None:
    """Put a loop whose condition is always true, 2^62 times, before the answer."""
    graph = model.graph
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go_on"], ["still"]),
            helper.make_node("Mul", ["carried", "one_float"], ["again"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("carried", TensorProto.FLOAT, ["batch", 8]),
        ],
        [
            helper.make_tensor_value_info("still", TensorProto.BOOL, []),
            helper.make_tensor_value_info("again", TensorProto.FLOAT, ["batch", 8]),
        ],
    )
    last = next(node for node in graph.node if node.output[0] == "logits")
    last.output[0] = "before"
    graph.node.append(helper.make_node("Loop", ["turns", "true", "before"], ["logits"], body=body))
    for name, value in (("turns", np.int64(2**62)), ("true", np.bool_(True)), ("one_float", np.float32(1))):
        graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))


def add_gigabytes(model: onnx.ModelProto) -> None:
    """Let the answer depend on a constant of 16 GB that a few bytes describe."""
    graph = model.graph
    last = next(node for node in graph.node if node.output[0] == "logits")
    last.output[0] = "before"
    graph.node.extend(
        [
            helper.make_node("ConstantOfShape", ["wide"], ["huge"]),
            helper.make_node("ReduceMean", ["huge"], ["middle"], keepdims=0),
            helper.make_node("Add", ["before", "middle"], ["logits"]),
        ]
    )
    graph.initializer.append(numpy_helper.from_array(np.array([4_000_000_000], np.int64), "wide"))
