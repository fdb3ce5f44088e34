"""Weights stored small: half the bytes as float16, a quarter as int8 with a scale for each output channel.

Only the file shrinks. The nodes that widen the weights again have constant inputs, so that ONNX Runtime works them
out once, when it opens the file, and then runs the same float32 kernels at the same speed. Quantised activations
(`activations`, 300 faces to calibrate) were measured too: a third faster, but 2.9 points of accuracy lost with
MienNet on FER+ PublicTest, where int8 weights alone lose nothing; so they want a calibration set to be named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from mien.core.arrays import Floats
from mien.errors import ExportError, ParityError
from mien.inference.manifest import OutputsSpec
from mien_export.network import Answer
from mien_export.parity import ask_onnx, open_onnx
from mien_networks.frameworks import require

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

WeightForm = Literal["float32", "float16", "int8"]

MIN_VALUES: Final = 256
"""Smaller arrays, biases mostly, stay as they are: they take no room, and errors in them touch every pixel."""
HALF_LIMIT: Final = 60_000.0
"""Near the largest float16, 65,504; an array that goes beyond stays float32."""
MIN_AGREEMENT: Final = 0.9
"""A file whose top label differs on more of the face crops than this leaves is not written."""


@dataclass(frozen=True, slots=True)
class WeightLoss:
    """What storing the weights small costs, against the same network with float32 weights.

    Attributes:
        form: How they are stored.
        max_abs_diff: Largest difference over all outputs and face crops.
        top_label_agreement: Fraction of the face crops whose most probable label is the same.
        faces: How many crops.
        calibrated_with: How many faces the activations' ranges come from; 0 where only weights are stored small.
        accuracy: On the labelled faces that were not calibrated with, before and after; None where there are none.
        labelled: How many those are.
    """

    form: WeightForm
    max_abs_diff: float
    top_label_agreement: float
    faces: int
    calibrated_with: int = 0
    accuracy: tuple[float, float] | None = None
    labelled: int = 0

    def as_provenance(self) -> dict[str, Any]:
        """Return plain values for the manifest."""
        stored = {"float16": "float16", "int8": "int8 with a scale for each output channel"}[self.form]
        calibrated = {"calibrated_with": self.calibrated_with} if self.calibrated_with else {}
        before, after = self.accuracy or (0.0, 0.0)
        judged = {"accuracy_before": before, "accuracy_after": after, "labelled_faces": self.labelled}
        return {
            "stored_as": f"{stored}, and activations" if calibrated else stored,
            **calibrated,
            **(judged if self.accuracy is not None else {}),
            "max_abs_diff": float(f"{self.max_abs_diff:.3g}"),
            "top_label_agreement": self.top_label_agreement,
            "face_crops": self.faces,
        }


def shrink_weights(path: Path, form: WeightForm) -> None:
    """Store the weights of convolutions and matrix products in another form, in place.

    Args:
        path: An ONNX file without external data.
        form: "float16" or "int8"; "float32" changes nothing.

    Raises:
        ExportError: It has no weights that could be stored in another form.
    """
    if form == "float32":
        return
    onnx = require("onnx")
    model = onnx.load(path, load_external_data=False)
    axes = dict(_channel_axes(model))
    initializers, widening = [], []
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor) if tensor.name in axes else None
        stored = None if values is None else _stored(tensor.name, values, axes[tensor.name], form)
        arrays, nodes = ([tensor], []) if stored is None else stored
        initializers += arrays
        widening += nodes
    if not widening:
        raise ExportError(
            f"the network has no float32 weights that could be stored as {form}: they are small already; leave "
            "--quantise out"
        )
    nodes = [*widening, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(initializers)
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def measure_loss(path: Path, shrunk: Path, form: WeightForm, outputs: OutputsSpec, faces: Floats) -> WeightLoss:
    """Compare a network with the same one whose weights are stored small.

    Args:
        path: With float32 weights.
        shrunk: With small ones.
        form: Of those.
        outputs: Names of the outputs.
        faces: (N, …) float32, real face crops as the network wants them.

    Raises:
        ParityError: The answers are not finite, or name another expression too often.
    """
    before, after = (ask_onnx(open_onnx(file), faces, outputs) for file in (path, shrunk))
    difference = max(
        float(np.abs(after.named(outputs)[name] - values).max()) for name, values in before.named(outputs).items()
    )
    same = float((_top(before) == _top(after)).mean())
    if not np.isfinite(difference) or same < MIN_AGREEMENT:
        raise ParityError(
            f"with {form} weights the network names the same expression in only {same:.0%} of the face crops; "
            "nothing was written, leave the option away"
        )
    return WeightLoss(form, difference, same, len(faces))


def _top(answer: Answer) -> np.ndarray[Any, np.dtype[np.intp]]:
    return np.asarray(answer.expression.argmax(axis=1))


def _channel_axes(model: "ModelProto") -> Iterator[tuple[str, int]]:
    """Yield the weights of convolutions and matrix products with the axis that counts their output channels."""
    found: dict[str, set[int | None]] = {}
    for node in model.graph.node:
        for place, name in enumerate(node.input):
            # Any other use of the same array makes it unsafe to touch.
            found.setdefault(name, set()).add(_channel_axis(node) if place == 1 else None)
    for tensor in model.graph.initializer:
        axes = found.get(tensor.name, set())
        axis = next(iter(axes), None)
        if len(axes) == 1 and axis is not None:
            yield tensor.name, axis % len(tensor.dims)


def _channel_axis(node: "NodeProto") -> int | None:
    if node.op_type == "Conv":
        return 0
    if node.op_type == "MatMul":
        return -1
    if node.op_type == "Gemm":
        return 0 if any(entry.name == "transB" and entry.i for entry in node.attribute) else 1
    return None


def _stored(name: str, values: Floats, axis: int, form: WeightForm) -> tuple[list[Any], list[Any]] | None:
    """Return the arrays and the nodes that stand for `values`, or None where they stay as they are."""
    onnx = require("onnx")
    if values.dtype != np.float32 or values.size < MIN_VALUES or float(np.abs(values).max()) > HALF_LIMIT:
        return None
    helper, from_array = onnx.helper, onnx.numpy_helper.from_array
    small = f"{name}.{form}"
    if form == "float16":
        node = helper.make_node("Cast", [small], [name], to=onnx.TensorProto.FLOAT)
        return [from_array(values.astype(np.float16), small)], [node]
    others = tuple(index for index in range(values.ndim) if index != axis)
    scale = np.abs(values).max(axis=others, keepdims=True) / np.float32(127.0)
    scale = np.where(scale > 0, scale, np.float32(1.0)).astype(np.float32)
    whole = np.rint(values / scale).astype(np.int8)
    nodes = [
        helper.make_node("Cast", [small], [f"{name}.wide"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}.wide", f"{name}.scale"], [name]),
    ]
    return [from_array(whole, small), from_array(scale, f"{name}.scale")], nodes
