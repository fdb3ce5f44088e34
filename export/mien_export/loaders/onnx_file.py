"""Ready-made ONNX files, adopted: described, named, split where two answers share an output, and proven."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mien.core.arrays import Floats
from mien.errors import ExportError, UnsupportedCheckpoint
from mien.inference.manifest import METADATA_KEY, InputSpec, Manifest, OutputsSpec, parse_manifest
from mien_export.network import Answer
from mien_export.parity import quiet_options
from mien_export.request import ExportRequest
from mien_networks.facts import AFFECT_NAME, FER2013_NAME, Facts, Normalisation
from mien_networks.frameworks import require
from mien_networks.hdf5 import MAX_BYTES
from mien_networks.reasons import reason_of
from mien_networks.registry import spec_of

if TYPE_CHECKING:
    from onnx import ModelProto, TensorProto

AFFECT_WIDTH: Final = 2
MAX_OUTPUTS: Final = 3
"""Expressions, valence with arousal, and the answer by FER2013's labels that Mien's own networks have."""


class AdoptedNetwork:
    """A network that is ONNX already.

    Args:
        model: With its data inside.
        facts: What is known of it.
        label_count: How many of its numbers are expressions; the two after them, if any, are valence and arousal.
    """

    def __init__(self, model: "ModelProto", facts: Facts, label_count: int | None) -> None:
        from onnxruntime import InferenceSession

        self._model = model
        self._facts = facts
        self._session = InferenceSession(
            model.SerializeToString(), quiet_options(), providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0]
        width = self._session.get_outputs()[0].shape[-1]
        self._split_at = (
            label_count if isinstance(width, int) and width == (label_count or 0) + AFFECT_WIDTH else None
        )

    @property
    def facts(self) -> Facts:
        """See `LoadedNetwork`."""
        return self._facts

    @property
    def versions(self) -> Mapping[str, str]:
        """See `LoadedNetwork`."""
        return {}

    def answer_exactly(self, batch: Floats) -> Answer | None:
        """None: a file's numbers have the precision that stands in it."""
        return None

    def answer(self, batch: Floats) -> Answer:
        """See `LoadedNetwork`. A file that takes one picture at a time is asked for one at a time."""
        fixed = isinstance(self._input.shape[0], int)
        parts = [batch[i : i + 1] for i in range(len(batch))] if fixed else [batch]
        answers = [self._session.run(None, {self._input.name: part}) for part in parts]
        outputs = [np.concatenate([answer[i] for answer in answers]) for i in range(len(answers[0]))]
        if self._split_at is not None:
            both = outputs[0]
            return Answer(both[:, : self._split_at], np.clip(both[:, self._split_at :], -1.0, 1.0))
        return Answer(*outputs)

    def write_onnx(self, path: Path, spec: InputSpec, outputs: OutputsSpec) -> None:
        """See `LoadedNetwork`."""
        onnx = require("onnx")
        # A prefix before every name of the file makes room for the manifest's own.
        model = onnx.compose.add_prefix(self._model, "inner/")
        graph = model.graph
        names = [output.name for output in graph.output]
        if self._split_at is not None:
            _split(graph, names[0], self._split_at, outputs)
        else:
            wanted = [outputs.expression.name, AFFECT_NAME, FER2013_NAME][: len(names)]
            for value, old, new in zip(graph.output, names, wanted, strict=True):
                graph.node.append(onnx.helper.make_node("Identity", [old], [new]))
                value.name = new
        entry = _entry(graph)
        graph.node.insert(0, onnx.helper.make_node("Identity", [spec.name], [entry.name]))
        entry.name = spec.name
        for value in [entry, *graph.output]:
            value.type.tensor_type.shape.dim[0].dim_param = "batch"
        # Shapes in between may speak of the batch that the file was made with.
        del graph.value_info[:]
        onnx.save(model, path)


def load(request: ExportRequest) -> AdoptedNetwork:
    """Read an ONNX file. Raises as `mien_export.loaders.load` says."""
    onnx = require("onnx")
    path = request.checkpoint
    try:
        model = onnx.load(path, load_external_data=False)
    except Exception as error:  # protobuf raises its own family
        raise ExportError(f"{path}: damaged, or no ONNX file; fetch or save it again") from error
    _bring_in_external_data(model, path)
    base = spec_of(request.architecture_id).facts if request.architecture_id else Facts()
    facts = base.overridden_by(_facts_of(model, str(path))).overridden_by(_described(model, str(path)))
    labels = request.facts.labels or facts.labels
    try:
        return AdoptedNetwork(model, facts, len(labels) if labels else None)
    except Exception as error:  # onnxruntime raises its own family
        reason = reason_of(error)
        raise UnsupportedCheckpoint(f"{path}: ONNX Runtime cannot run it ({reason})") from error


def _bring_in_external_data(model: "ModelProto", path: Path) -> None:
    """Read weights that lie in files beside the model, and only beside it."""
    onnx = require("onnx")
    folder = path.resolve().parent
    claimed = 0
    for tensor in _tensors(model):
        if tensor.data_location != onnx.TensorProto.EXTERNAL:
            continue
        facts = {entry.key: entry.value for entry in tensor.external_data}
        location = Path(facts.get("location", ""))
        beside = (folder / location).resolve()
        if location.is_absolute() or ".." in location.parts or not beside.is_relative_to(folder):
            raise UnsupportedCheckpoint(
                f"{path}: keeps weights in {location}, outside its own folder; refused, as it could name any file"
            )
        if not beside.is_file():
            raise ExportError(
                f"{path}: its weights are in {location}, which is not beside it; fetch that file as well"
            )
        claimed += beside.stat().st_size if "length" not in facts else int(facts["length"])
        if claimed > MAX_BYTES:
            raise ExportError(
                f"{path}: claims more than {MAX_BYTES / 1024**3:.0f} GiB of weights; that is no network"
            )
        onnx.external_data_helper.load_external_data_for_tensor(tensor, str(folder))
        tensor.data_location = onnx.TensorProto.DEFAULT
        del tensor.external_data[:]


def _tensors(model: "ModelProto") -> list["TensorProto"]:
    """Return every stored tensor: initializers, and those inside nodes, of subgraphs and functions too."""
    found: list[TensorProto] = []
    graphs: list[Any] = [model.graph, *model.functions]
    while graphs:
        graph = graphs.pop()
        found.extend(getattr(graph, "initializer", []))
        for sparse in getattr(graph, "sparse_initializer", []):
            found.extend([sparse.values, sparse.indices])
        for attribute in (attribute for node in graph.node for attribute in node.attribute):
            found.extend([*attribute.tensors, *([attribute.t] if attribute.HasField("t") else [])])
            graphs.extend([*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])])
    return found


def _entry(graph: Any) -> Any:  # noqa: ANN401 - protobuf
    """Return the one input that is no weight; old files list weights among the inputs."""
    weights = {tensor.name for tensor in graph.initializer}
    return next(value for value in graph.input if value.name not in weights)


def _facts_of(model: "ModelProto", origin: str) -> Facts:
    """Read size, layout and colour off the input's shape."""
    onnx = require("onnx")
    weights = {tensor.name for tensor in model.graph.initializer}
    entries = [value for value in model.graph.input if value.name not in weights]
    if len(entries) != 1 or not 1 <= len(model.graph.output) <= MAX_OUTPUTS:
        raise UnsupportedCheckpoint(
            f"{origin}: {len(entries)} inputs and {len(model.graph.output)} outputs; Mien runs networks that take "
            "one picture and answer expressions, and valence with arousal"
        )
    kind = entries[0].type.tensor_type
    shape = [dim.dim_value or None for dim in kind.shape.dim]
    if len(shape) != 4 or kind.elem_type != onnx.TensorProto.FLOAT:
        raise UnsupportedCheckpoint(f"{origin}: its input is no batch of float32 pictures (shape {shape})")
    is_last = shape[3] in (1, 3) and shape[1] not in (1, 3)
    channels, height, width = (shape[3], shape[1], shape[2]) if is_last else (shape[1], shape[2], shape[3])
    return Facts(
        size_wh=(width, height) if width and height else None,
        layout="NHWC" if is_last else "NCHW",
        colour="GRAY" if channels == 1 else None,
    )


def _described(model: "ModelProto", origin: str) -> Facts:
    """Return what a manifest in the file says, where there is one."""
    text = next((entry.value for entry in model.metadata_props if entry.key == METADATA_KEY), None)
    return Facts() if text is None else _facts_from(parse_manifest(text, origin))


def _facts_from(manifest: Manifest) -> Facts:
    spec, affect = manifest.input, manifest.outputs.affect
    return Facts(
        name=manifest.name,
        labels=manifest.labels,
        labels_from="checkpoint",
        size_wh=spec.size_wh,
        layout=spec.layout,
        colour=spec.colour,
        normalisation=Normalisation(spec.scale, spec.mean, spec.std),
        crop=spec.crop,
        kind=manifest.outputs.expression.kind,
        temperature=manifest.outputs.expression.temperature,
        priors=manifest.outputs.expression.priors or None,
        learned_prior=manifest.outputs.expression.learned_prior or None,
        certain_from=manifest.outputs.expression.certain_from or None,
        fer2013_temperature=manifest.outputs.fer2013.temperature if manifest.outputs.fer2013 else None,
        affect_order=affect.order if affect else None,
        affect_range=affect.range if affect else None,
        affect_error=affect.error if affect else None,
        provenance=manifest.provenance,
    )


def _split(graph: Any, name: str, at: int, outputs: OutputsSpec) -> None:  # noqa: ANN401 - protobuf
    """Cut one output into expressions and affect, and clip the affect to its range."""
    onnx = require("onnx")
    constants = {"split_at": np.array([at, AFFECT_WIDTH], np.int64), "low": np.float32(-1), "high": np.float32(1)}
    for key, value in constants.items():
        graph.initializer.append(onnx.numpy_helper.from_array(np.asarray(value), f"mien_{key}"))
    graph.node.append(
        onnx.helper.make_node("Split", [name, "mien_split_at"], [outputs.expression.name, "mien_affect"], axis=1)
    )
    graph.node.append(onnx.helper.make_node("Clip", ["mien_affect", "mien_low", "mien_high"], [AFFECT_NAME]))
    del graph.output[:]
    for key, width in ((outputs.expression.name, at), (AFFECT_NAME, AFFECT_WIDTH)):
        graph.output.append(onnx.helper.make_tensor_value_info(key, onnx.TensorProto.FLOAT, ["batch", width]))
