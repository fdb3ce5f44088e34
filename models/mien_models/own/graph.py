"""The graph of a shipped network: its features, and the same network with another last layer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from mien.errors import AppError, ModelError
from mien.inference.manifest import METADATA_KEY, Manifest
from mien.installation.extras import EXTRAS
from mien_models.own.fit import LastLayer

if TYPE_CHECKING:
    from onnx import ModelProto

AT_ONCE: Final = 32


def load_graph(path: Path) -> ModelProto:
    """Return the graph of an ONNX file.

    Raises:
        AppError: The package onnx is not installed.
    """
    return _onnx().load(path, load_external_data=False)  # type: ignore[no-any-return]


def features_of(model: ModelProto, output: str, batch: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what enters the layer that computes an output.

    Args:
        model: The network.
        output: The output's name in the graph.
        batch: (N, …) float32, as the manifest says.

    Returns:
        (N, D) float32.

    Raises:
        ModelError: The output does not come from one fully connected layer.
    """
    import onnxruntime as ort

    onnx = _onnx()
    name = _last_layer(model, output).input[0]
    opened = type(model)()
    opened.CopyFrom(model)
    del opened.graph.output[:]
    opened.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    session = ort.InferenceSession(opened.SerializeToString(), providers=["CPUExecutionProvider"])
    entry = session.get_inputs()[0].name
    parts = [session.run(None, {entry: batch[at : at + AT_ONCE]})[0] for at in range(0, len(batch), AT_ONCE)]
    return np.concatenate(parts).astype(np.float32)


def with_last_layer(model: ModelProto, output: str, layer: LastLayer, manifest: Manifest) -> ModelProto:
    """Return the network with another last layer and another manifest; outputs that it does not name are left out.

    Args:
        model: The network.
        output: The output that the layer computes.
        layer: The new one.
        manifest: Says what the new network is.
    """
    onnx = _onnx()
    made = type(model)()
    made.CopyFrom(model)
    node = _last_layer(made, output)
    tensors = {"own.weight": layer.weight.T, "own.bias": layer.bias}
    for name, value in tensors.items():
        made.graph.initializer.append(onnx.numpy_helper.from_array(value.astype(np.float32), name))
    node.input[:] = [node.input[0], *tensors]
    del node.attribute[:]
    named = [manifest.outputs.expression.name]
    named += [manifest.outputs.affect.name] if manifest.outputs.affect is not None else []
    kept = [each for each in made.graph.output if each.name in named]
    del made.graph.output[:]
    made.graph.output.extend(kept)
    for each in made.graph.output:
        if each.name == output:
            each.type.tensor_type.shape.dim[1].dim_value = len(layer.bias)
    del made.graph.value_info[:]
    _drop_unused(made.graph)
    del made.metadata_props[:]
    made.metadata_props.add(key=METADATA_KEY, value=manifest.to_json())
    onnx.checker.check_model(made)
    return made


def _last_layer(model: ModelProto, output: str) -> Any:  # noqa: ANN401 - onnx' own type
    found = [node for node in model.graph.node if output in node.output]
    if len(found) != 1 or found[0].op_type != "Gemm" or len(found[0].input) != 3:
        raise ModelError(f"{output}: does not come from one fully connected layer; begin with mien-m or mien-s")
    return found[0]


def _drop_unused(graph: Any) -> None:  # noqa: ANN401 - onnx' own type
    """Drop the nodes and weights that lead to no output any more."""
    needed = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if needed & set(node.output):
            kept.append(node)
            needed |= set(node.input)
    kept = [type(node).FromString(node.SerializeToString()) for node in reversed(kept)]
    weights = [
        type(each).FromString(each.SerializeToString()) for each in graph.initializer if each.name in needed
    ]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(kept)
    graph.initializer.extend(weights)


def _onnx() -> Any:  # noqa: ANN401 - a module without types
    try:
        import onnx
    except ImportError as error:
        raise AppError(f"This needs the package onnx; install it with `{EXTRAS['own'].command}`") from error
    return onnx
