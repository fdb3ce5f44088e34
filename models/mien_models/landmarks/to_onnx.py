"""MediaPipe's two networks of a face as one ONNX network: crops in, landmarks, presence and blendshapes out.

The first network's pictures are (N, H, W, C) in TensorFlow Lite and (N, C, H, W) here. The second one, a mixer of
rows and columns, keeps its axes: its convolutions with a kernel of one are products with a matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from mien.core.landmarks import BLENDSHAPE_POINTS
from mien.errors import AppError
from mien_models.landmarks.tflite_graph import Array, Operation, TfliteGraph

OPSET: Final = 17
SIDE_PX: Final = 256


def to_onnx(landmarks: TfliteGraph, blendshapes: TfliteGraph) -> onnx.ModelProto:
    """Join ``face_landmarks_detector.tflite`` and ``face_blendshapes.tflite``.

    Args:
        landmarks: The first.
        blendshapes: The second.

    Returns:
        ``faces`` (N, 3, 256, 256) float32 RGB, 0 to 1, to ``landmarks`` (N, 478, 3) in pixels of the crop,
        ``presence`` (N,) and ``blendshapes`` (N, 52), 0 to 1.

    Raises:
        AppError: A network is not the one that is expected here.
    """
    writer = _Writer()
    points, presence = _Pictures(landmarks, writer).run("faces")
    flat = writer.emit("Reshape", [points, writer.array("points/shape", np.array([-1, 478, 3]))], "landmarks")
    score = writer.emit("Sigmoid", [presence])
    writer.emit("Reshape", [score, writer.array("presence/shape", np.array([-1]))], "presence")
    plane = writer.array("blendshapes/plane", np.array([0, 1]))
    chosen = writer.emit("Gather", [flat, writer.array("blendshapes/points", np.array(BLENDSHAPE_POINTS))], axis=1)
    writer.emit(
        "Identity",
        [_Mixer(blendshapes, writer).run(writer.emit("Gather", [chosen, plane], axis=2))],
        "blendshapes",
    )
    return writer.model()


class _Writer:
    """Gathers nodes and arrays."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._arrays: dict[str, onnx.TensorProto] = {}

    def emit(self, kind: str, inputs: Sequence[str], result: str = "", **attributes: Any) -> str:  # noqa: ANN401
        result = result or f"t{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [result], **attributes))
        return result

    def array(self, name: str, values: Array) -> str:
        """Store an array, once; as float16 where that loses nothing, with a cast that ONNX Runtime folds."""
        halved = values.astype(np.float16)
        is_half = values.dtype == np.float32 and values.size > 1 and bool((halved == values).all())
        if name not in self._arrays:
            kind = np.float16 if is_half else values.dtype
            self._arrays[name] = numpy_helper.from_array(np.ascontiguousarray(values, dtype=kind), name)
            if is_half:
                self._nodes.append(helper.make_node("Cast", [name], [f"{name}/32"], to=TensorProto.FLOAT))
        return f"{name}/32" if is_half else name

    def model(self) -> onnx.ModelProto:
        entry = helper.make_tensor_value_info("faces", TensorProto.FLOAT, ["N", 3, SIDE_PX, SIDE_PX])
        shapes: dict[str, list[str | int]] = {
            "landmarks": ["N", 478, 3],
            "presence": ["N"],
            "blendshapes": ["N", 52],
        }
        results = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
        body = helper.make_graph(self._nodes, "face-landmarks", [entry], results, list(self._arrays.values()))
        model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        onnx.checker.check_model(model)
        return model


class _Pictures:
    """The convolutions that find the points."""

    def __init__(self, graph: TfliteGraph, writer: _Writer) -> None:
        self._graph, self._writer = graph, writer
        self._results: dict[int, str] = {}

    def run(self, entry: str) -> tuple[str, str]:
        """Return the names of the points and of the logit of presence."""
        handlers: dict[str, Callable[[Operation], str]] = {
            "CONV_2D": self._convolution,
            "DEPTHWISE_CONV_2D": self._convolution,
            "PRELU": self._prelu,
            "ADD": lambda each: self._writer.emit("Add", [self._results[number] for number in each.inputs]),
            "MAX_POOL_2D": lambda each: self._writer.emit(
                "MaxPool", [self._results[each.inputs[0]]], kernel_shape=[2, 2], strides=list(each.strides)
            ),
            "PAD": self._pad,
            "LOGISTIC": lambda each: self._results[each.inputs[0]],
            "RESHAPE": lambda each: self._results[each.inputs[0]],
        }
        self._results[self._graph.inputs[0]] = entry
        for each in self._graph.operations:
            if each.kind not in handlers:
                raise AppError(f"the landmark network: {each.kind} is not expected there")
            self._results[each.output] = handlers[each.kind](each)
        points, presence = self._graph.outputs[:2]
        return self._results[points], self._results[presence]

    def _convolution(self, each: Operation) -> str:
        source, kernel, bias = each.inputs
        weights, groups = self._graph.arrays[kernel], 1
        if each.kind == "DEPTHWISE_CONV_2D":
            groups = weights.shape[3]
            weights = weights.transpose(3, 0, 1, 2)  # (1, h, w, channels) to (channels, 1, h, w)
        else:
            weights = weights.transpose(0, 3, 1, 2)
        return self._writer.emit(
            "Conv",
            [
                self._results[source],
                self._writer.array(f"l{kernel}", weights),
                self._writer.array(f"l{bias}", self._graph.arrays[bias]),
            ],
            strides=list(each.strides),
            group=groups,
            auto_pad="SAME_UPPER" if each.is_same else "VALID",
        )

    def _prelu(self, each: Operation) -> str:
        """Bend negative values by two scalings of channels: three times as fast as ONNX Runtime's PRelu."""
        source, slope = self._results[each.inputs[0]], self._graph.arrays[each.inputs[1]].reshape(-1, 1, 1, 1)
        positive = self._writer.emit("Relu", [source])
        parts = []
        for value, name, factors in ((positive, "positive", 1.0 - slope), (source, "all", slope)):
            weights = self._writer.array(f"l{each.inputs[1]}/{name}", factors)
            parts.append(self._writer.emit("Conv", [value, weights], group=len(slope)))
        return self._writer.emit("Add", parts)

    def _pad(self, each: Operation) -> str:
        room = self._graph.arrays[each.inputs[1]][[0, 3, 1, 2]].T.reshape(-1).astype(np.int64)
        return self._writer.emit(
            "Pad", [self._results[each.inputs[0]], self._writer.array(f"l{each.inputs[1]}", room)]
        )


class _Mixer:
    """The network that makes blendshapes of points; its first axis becomes that of the faces."""

    _BINARY: Final = {"ADD": "Add", "SUB": "Sub", "MUL": "Mul", "DIV": "Div"}
    _UNARY: Final = {"NEG": "Neg", "SQRT": "Sqrt", "LOGISTIC": "Sigmoid"}

    def __init__(self, graph: TfliteGraph, writer: _Writer) -> None:
        self._graph, self._writer = graph, writer
        self._results: dict[int, str] = {}

    def run(self, entry: str) -> str:
        """Return the name of the (N, 52) result for (N, 146, 2) points."""
        self._results[self._graph.inputs[0]] = entry
        for each in self._graph.operations:
            self._results[each.output] = self._translate(each)
        shape = self._writer.array("blendshapes/shape", np.array([-1, 52]))
        return self._writer.emit("Reshape", [self._results[self._graph.outputs[0]], shape])

    def _value(self, number: int) -> str:
        if number in self._results:
            return self._results[number]
        return self._writer.array(f"b{number}", self._graph.arrays[number])

    def _translate(self, each: Operation) -> str:
        emit, first = self._writer.emit, self._value(each.inputs[0])
        if each.kind in self._BINARY:
            return emit(self._BINARY[each.kind], [first, self._value(each.inputs[1])])
        if each.kind in self._UNARY:
            return emit(self._UNARY[each.kind], [first])
        match each.kind:
            case "SQUARED_DIFFERENCE":
                difference = emit("Sub", [first, self._value(each.inputs[1])])
                return emit("Mul", [difference, difference])
            case "RSQRT":
                return emit("Reciprocal", [emit("Sqrt", [first])])
            case "MEAN":
                return emit("ReduceMean", [first], axes=self._axes(each), keepdims=1)
            case "SUM":
                axes = self._writer.array(f"b{each.inputs[1]}", np.array(self._axes(each)))
                return emit("ReduceSum", [first, axes], keepdims=1)
            case "TRANSPOSE":
                return emit("Transpose", [first], perm=self._graph.arrays[each.inputs[1]].tolist())
            case "CONV_2D":
                return self._product(each)
            case "CONCATENATION":
                return self._with_token(each)
            case "RESHAPE":
                return self._reshape(each)
            case "STRIDED_SLICE":
                return self._slice(each)
        raise AppError(f"the blendshape network: {each.kind} is not expected there")

    def _axes(self, each: Operation) -> list[int]:
        return [int(axis) for axis in self._graph.arrays[each.inputs[1]].reshape(-1)]

    def _product(self, each: Operation) -> str:
        source, kernel, bias = each.inputs
        weights = self._graph.arrays[kernel]
        matrix = self._writer.array(f"b{kernel}", weights.reshape(len(weights), -1).T)
        result = self._writer.emit("MatMul", [self._value(source), matrix])
        result = self._writer.emit("Add", [result, self._value(bias)])
        return self._writer.emit("Relu", [result]) if each.is_relu else result

    def _with_token(self, each: Operation) -> str:
        token, rest = (self._value(number) for number in each.inputs)
        count = self._writer.emit("Shape", [rest], start=0, end=1)
        ones = self._writer.array("blendshapes/ones", np.array([1, 1, 64]))
        shape = self._writer.emit("Concat", [count, ones], axis=0)
        return self._writer.emit("Concat", [self._writer.emit("Expand", [token, shape]), rest], axis=2)

    def _reshape(self, each: Operation) -> str:
        shape = self._graph.arrays[each.inputs[1]].astype(np.int64).copy()
        shape[0] = -1
        return self._writer.emit(
            "Reshape", [self._value(each.inputs[0]), self._writer.array(f"b{each.output}/shape", shape)]
        )

    def _slice(self, each: Operation) -> str:
        """Cut on the third axis, the only one that is cut there; elsewhere it takes the whole."""
        end = self._graph.arrays[each.inputs[2]]
        if len(end) != 4 or end[2] not in (1, 2):
            return self._value(each.inputs[0])
        bounds = [
            self._writer.array(f"b{each.output}/{name}", np.array([value]))
            for name, value in (("from", 0), ("to", int(end[2])), ("axis", 2))
        ]
        return self._writer.emit("Slice", [self._value(each.inputs[0]), *bounds])
