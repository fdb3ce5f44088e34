"""A TensorFlow.js graph as an ONNX network: the few operations that MobileFaceNet is made of.

TensorFlow's pictures are (N, H, W, C), ONNX Runtime's convolutions want (N, C, H, W): the picture is turned once,
everything up to the last convolution stays turned, and arrays are turned to fit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from mien.errors import AppError
from mien_models.recognition.tensorflow_graph import Array, Graph, Node

OPSET: Final = 17
INPUT: Final = "faces"
OUTPUT: Final = "descriptors"
_SAME_ELEMENTWISE: Final = {
    "Add": "Add",
    "AddV2": "Add",
    "Sub": "Sub",
    "Mul": "Mul",
    "Maximum": "Max",
    "Minimum": "Min",
    "Abs": "Abs",
    "Relu": "Relu",
}


def to_onnx(graph: Graph, size_px: int, *, half: bool) -> onnx.ModelProto:
    """Translate a network with one picture as input and one vector as output.

    Args:
        graph: What to translate.
        size_px: Side of the square picture.
        half: Keep the weights as float16, cast when the network is opened: half the file.

    Returns:
        The network: `faces` (N, size, size, 3) float32 to `descriptors` (N, numbers) float32.

    Raises:
        AppError: It has an operation that is not among the few.
    """
    return _Translation(graph, half).run(size_px)


class _Translation:
    def __init__(self, graph: Graph, half: bool) -> None:
        self._graph = graph
        self._half = half
        self._nodes: list[onnx.NodeProto] = []
        self._arrays: dict[str, onnx.TensorProto] = {}
        self._results: dict[str, str] = {}
        self._is_picture: dict[str, bool] = {}
        self._handlers: dict[str, Callable[[Node], str]] = {
            "Conv2D": self._convolution,
            "_FusedConv2D": self._convolution,
            "DepthwiseConv2dNative": self._convolution,
            "FusedDepthwiseConv2dNative": self._convolution,
            "Pad": self._pad,
            "Reshape": self._flatten,
            "Squeeze": self._flatten,
            "MatMul": self._matmul,
            "Square": self._square,
            "Sum": self._sum,
            "Rsqrt": self._rsqrt,
        }

    def run(self, size_px: int) -> onnx.ModelProto:
        for node in self._graph.nodes:
            if node.kind == "Placeholder":
                self._keep(node, self._emit("Transpose", [INPUT], perm=[0, 3, 1, 2]), is_picture=True)
            elif node.kind in _SAME_ELEMENTWISE:
                self._elementwise(node)
            elif node.kind in self._handlers:
                self._keep(node, self._handlers[node.kind](node), self._stays_picture(node))
            else:
                raise AppError(f"{node.name}: {node.kind} is not among the operations that are translated")
        self._nodes.append(helper.make_node("Identity", [self._results[self._graph.nodes[-1].name]], [OUTPUT]))
        entry = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["N", size_px, size_px, 3])
        answer = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["N", None])
        body = helper.make_graph(self._nodes, "descriptor", [entry], [answer], list(self._arrays.values()))
        model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        onnx.checker.check_model(model)
        return model

    def _keep(self, node: Node, result: str, is_picture: bool) -> None:
        self._results[node.name], self._is_picture[node.name] = result, is_picture

    def _stays_picture(self, node: Node) -> bool:
        return node.kind not in ("Reshape", "Squeeze", "MatMul") and self._is_picture[self._first(node)]

    def _first(self, node: Node) -> str:
        return next(name for name in node.inputs if name in self._results)

    def _elementwise(self, node: Node) -> None:
        is_picture = self._is_picture[self._first(node)]
        inputs = [
            self._results[name]
            if name in self._results
            else self._array(name, _beside_picture(self._graph.arrays[name], is_picture))
            for name in node.inputs
        ]
        self._keep(node, self._emit(_SAME_ELEMENTWISE[node.kind], inputs), is_picture)

    def _convolution(self, node: Node) -> str:
        weights = self._graph.arrays[node.inputs[1]]
        groups = 1
        if "epthwise" in node.kind:
            # (h, w, channels, multiplier) to (channels * multiplier, 1, h, w)
            groups = weights.shape[2]
            weights = weights.reshape(*weights.shape[:2], 1, -1)
        inputs = [self._results[node.inputs[0]], self._array(node.inputs[1], weights.transpose(3, 2, 0, 1))]
        if "BiasAdd" in node.fused:
            inputs.append(self._array(node.inputs[2], self._graph.arrays[node.inputs[2]]))
        result = self._emit(
            "Conv",
            inputs,
            strides=list(node.strides),
            group=groups,
            auto_pad="SAME_UPPER" if node.padding == "SAME" else "VALID",
        )
        unknown = set(node.fused) - {"BiasAdd", "Relu"}
        if unknown:
            raise AppError(f"{node.name}: {', '.join(sorted(unknown))} behind a convolution is not translated")
        return self._emit("Relu", [result]) if "Relu" in node.fused else result

    def _pad(self, node: Node) -> str:
        room = self._graph.arrays[node.inputs[1]][[0, 3, 1, 2]].T.reshape(-1).astype(np.int64)
        return self._emit("Pad", [self._results[node.inputs[0]], self._array(node.inputs[1], room)])

    def _flatten(self, node: Node) -> str:
        turned = self._emit("Transpose", [self._results[node.inputs[0]]], perm=[0, 2, 3, 1])
        return self._emit("Flatten", [turned], axis=1)

    def _matmul(self, node: Node) -> str:
        weights = self._array(node.inputs[1], self._graph.arrays[node.inputs[1]])
        return self._emit("MatMul", [self._results[node.inputs[0]], weights])

    def _square(self, node: Node) -> str:
        value = self._results[node.inputs[0]]
        return self._emit("Mul", [value, value])

    def _sum(self, node: Node) -> str:
        axes = self._array(f"{node.name}/axes", np.array([1], np.int64))
        return self._emit("ReduceSum", [self._results[node.inputs[0]], axes], keepdims=1)

    def _rsqrt(self, node: Node) -> str:
        return self._emit("Reciprocal", [self._emit("Sqrt", [self._results[node.inputs[0]]])])

    def _emit(self, kind: str, inputs: list[str], **attributes: Any) -> str:  # noqa: ANN401 - onnx has many types
        result = f"t{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [result], **attributes))
        return result

    def _array(self, name: str, values: Array) -> str:
        """Store an array; large ones as float16 with a cast, which ONNX Runtime folds."""
        key = f"{name}:{'x'.join(map(str, values.shape))}"
        if key in self._arrays:
            return f"{key}/32" if self._is_half(values) else key
        stored = np.ascontiguousarray(values.astype(np.float16) if self._is_half(values) else values)
        self._arrays[key] = numpy_helper.from_array(stored, key)
        if not self._is_half(values):
            return key
        self._nodes.append(helper.make_node("Cast", [key], [f"{key}/32"], to=TensorProto.FLOAT))
        return f"{key}/32"

    def _is_half(self, values: Array) -> bool:
        return self._half and values.dtype == np.float32 and values.size > 1


def _beside_picture(values: Array, is_picture: bool) -> Array:
    """Shape an array so that it meets a turned picture channel by channel."""
    return values.reshape(-1, 1, 1) if is_picture and values.ndim == 1 else values
