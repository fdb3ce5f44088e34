"""A TensorFlow Lite file as operations and arrays, read with the package ``tflite`` (``pip install tflite``)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mien.errors import AppError

Array = npt.NDArray[Any]

KINDS: Final = {
    0: "ADD",
    2: "CONCATENATION",
    3: "CONV_2D",
    4: "DEPTHWISE_CONV_2D",
    6: "DEQUANTIZE",
    14: "LOGISTIC",
    17: "MAX_POOL_2D",
    18: "MUL",
    22: "RESHAPE",
    34: "PAD",
    39: "TRANSPOSE",
    40: "MEAN",
    41: "SUB",
    42: "DIV",
    45: "STRIDED_SLICE",
    54: "PRELU",
    59: "NEG",
    74: "SUM",
    75: "SQRT",
    76: "RSQRT",
    99: "SQUARED_DIFFERENCE",
}
"""The operations of the two networks, by their numbers in the file format's schema."""

_DTYPES: Final = {0: np.float32, 1: np.float16, 2: np.int32}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        kind: As the file format calls it.
        inputs: Numbers of its tensors, -1 for one that is left out.
        output: Number of the tensor that it makes.
        strides: Down and across, of a convolution or a pooling.
        is_same: Whether its border is padded so that only the stride shrinks the picture.
        is_relu: Whether negative results become 0.
    """

    kind: str
    inputs: tuple[int, ...]
    output: int
    strides: tuple[int, int] = (1, 1)
    is_same: bool = False
    is_relu: bool = False


@dataclass(frozen=True, slots=True)
class TfliteGraph:
    """A network.

    Attributes:
        operations: In the order in which they run.
        arrays: What the file holds, by tensor; float16 as float32.
        inputs: Its entries.
        outputs: Its results.
    """

    operations: tuple[Operation, ...]
    arrays: dict[int, Array]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def read_tflite(path: Path) -> TfliteGraph:
    """Read a network that MediaPipe published.

    Raises:
        AppError: The package is missing, or the file has an operation that is not among the few.
    """
    try:
        import tflite
    except ModuleNotFoundError as error:
        raise AppError("reading a .tflite file needs the package tflite: pip install tflite") from error
    model = tflite.Model.GetRootAsModel(path.read_bytes(), 0)
    graph = model.Subgraphs(0)
    arrays: dict[int, Array] = {}
    for number in range(graph.TensorsLength()):
        tensor = graph.Tensors(number)
        data = model.Buffers(tensor.Buffer()).DataAsNumpy()
        if isinstance(data, np.ndarray) and data.size:
            shape = [tensor.Shape(axis) for axis in range(tensor.ShapeLength())]
            values = np.frombuffer(data.tobytes(), _DTYPES[tensor.Type()]).reshape(shape)
            arrays[number] = values if values.dtype == np.int32 else values.astype(np.float32)
    operations = []
    for number in range(graph.OperatorsLength()):
        operation = _operation(tflite, model, graph.Operators(number), path)
        if operation.kind == "DEQUANTIZE":
            arrays[operation.output] = arrays[operation.inputs[0]]
        else:
            operations.append(operation)
    entries = tuple(graph.Inputs(index) for index in range(graph.InputsLength()))
    results = tuple(graph.Outputs(index) for index in range(graph.OutputsLength()))
    return TfliteGraph(tuple(operations), arrays, entries, results)


def _operation(tflite: Any, model: Any, operator: Any, path: Path) -> Operation:  # noqa: ANN401
    code = model.OperatorCodes(operator.OpcodeIndex())
    number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
    kind = KINDS.get(number)
    if kind is None:
        raise AppError(f"{path.name}: operation {number} is not among those that are translated")
    inputs = tuple(operator.Inputs(index) for index in range(operator.InputsLength()))
    readers = {
        "CONV_2D": tflite.Conv2DOptions,
        "DEPTHWISE_CONV_2D": tflite.DepthwiseConv2DOptions,
        "MAX_POOL_2D": tflite.Pool2DOptions,
    }
    if kind not in readers:
        return Operation(kind, inputs, operator.Outputs(0))
    options, table = readers[kind](), operator.BuiltinOptions()
    options.Init(table.Bytes, table.Pos)
    fused = options.FusedActivationFunction()
    if fused not in (0, 1):
        raise AppError(f"{path.name}: activation {fused} behind {kind} is not translated")
    strides = options.StrideH(), options.StrideW()
    return Operation(kind, inputs, operator.Outputs(0), strides, options.Padding() == 0, fused == 1)
