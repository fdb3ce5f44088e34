"""A Keras model rebuilt from its JSON, or from its architecture's spec, with the weights of a file.

Keras' own `load_model` is not used: it cannot read the zips of Keras 2, and would trust the file more than we do.
"""

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mien.errors import ExportError, UnsupportedCheckpoint
from mien_export.loaders.keras_config import (
    check_config,
    import_own_layers,
    unknown_layers,
)
from mien_export.loaders.keras_legacy import in_second_version, is_of_second_version
from mien_export.network import TorchNetwork
from mien_export.request import ExportRequest
from mien_networks.facts import Facts
from mien_networks.frameworks import quiet, require
from mien_networks.keras_weights import Shapes, WeightGroup, assign, fingerprint, match, model_groups
from mien_networks.reasons import listed, reason_of
from mien_networks.registry import build, names_of, spec_of, specs_of
from mien_networks.spec import ArchitectureSpec

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class KerasContent:
    """What a Keras file holds, whatever its layout.

    Attributes:
        weights: By layer, in the order of the layers' making.
        config: The model's JSON; None where the file holds weights alone.
        keras_version: That wrote it, or empty.
        said: What Mien's own training wrote beside it.
    """

    weights: list[WeightGroup]
    config: Any = None
    keras_version: str = ""
    said: Facts = field(default_factory=Facts)


def load_content(content: KerasContent, request: ExportRequest) -> TorchNetwork:
    """Build the model. Raises as `mien_export.loaders.load` says."""
    keras = require("keras")
    origin = str(request.checkpoint)
    if not content.weights:
        raise ExportError(f"{origin}: holds no weights; save the model again")
    spec = _spec_of(content, request)
    with quiet(), keras.device("meta"):
        # First without memory behind it: a graph may claim any size, and the file must have weights for it.
        match(_build(content, spec, request), content.weights, origin)
    with quiet(), keras.device("cpu"):
        model = _build(content, spec, request)
        assign(model, content.weights, origin)
    facts = (spec.facts if spec else Facts()).overridden_by(_facts_of(model, content, spec))
    facts = facts.overridden_by(content.said)
    return TorchNetwork(_as_torch(model), facts, {"keras": str(keras.__version__)})


def _spec_of(content: KerasContent, request: ExportRequest) -> ArchitectureSpec | None:
    """Return the spec that the user names, or the one whose layers have exactly these shapes."""
    if request.architecture_id is not None:
        return spec_of(request.architecture_id)
    return spec_by_shapes(content.weights)


def spec_by_shapes(weights: list[WeightGroup]) -> ArchitectureSpec | None:
    """Return the spec whose layers have exactly these shapes."""
    found = fingerprint(group.shapes for group in weights)
    return next((spec for spec in specs_of("keras") if found in spec.fingerprints), None)


def _build(content: KerasContent, spec: ArchitectureSpec | None, request: ExportRequest) -> Any:  # noqa: ANN401
    """Build from the file's own graph where it has one that Keras knows, otherwise from the spec."""
    origin, labels = str(request.checkpoint), request.facts.labels
    if content.config is not None:
        custom = unknown_layers(content.config)
        if not custom:
            check_config(content.config, origin, request.trust)
            return _from_config(content, origin, request.trust)
        if spec is None:
            raise UnsupportedCheckpoint(
                f"{origin}: has layers of its own ({listed(custom)}), whose code is not in the file; name the "
                f"network with --architecture ({_known()})"
            )
    if spec is None:
        raise UnsupportedCheckpoint(
            f"{origin}: weights without their architecture; name it with --architecture ({_known()}), or put the "
            "model's JSON beside it, under the same name"
        )
    return build(spec.architecture_id, **spec.config, **({"label_count": len(labels)} if labels else {}))


def _known() -> str:
    return ", ".join(names_of("keras"))


def _from_config(content: KerasContent, origin: str, trust: bool) -> Any:  # noqa: ANN401
    keras = require("keras")
    # Keras reads the JSON of its second version only on this way, which `load_model` takes for `.h5` files.
    from keras.src.legacy.saving.saving_utils import model_from_config

    try:
        import_own_layers(content.config)
        if trust:
            keras.config.enable_unsafe_deserialization()
        # A copy: Keras takes the parts out as it builds them, and this is built twice.
        config = copy.deepcopy({key: value for key, value in content.config.items() if key != "compile_config"})
        if is_of_second_version(config, content.keras_version):
            model = model_from_config(in_second_version(config))
        elif "module" in config:
            model = keras.saving.deserialize_keras_object(config, safe_mode=not trust)
        else:
            model = model_from_config(config)
        if not model.built:
            raise ExportError(
                f"{origin}: was saved before it knew its input's size; call it once and save it again"
            )
        return model
    except ExportError:
        raise
    except Exception as error:  # Keras raises whatever a wrong config leads it to
        reason = reason_of(error)
        raise UnsupportedCheckpoint(
            f"{origin}: Keras cannot rebuild it ({reason}); save it again as .keras"
        ) from error


def _facts_of(model: Any, content: KerasContent, spec: ArchitectureSpec | None) -> Facts:  # noqa: ANN401
    """Read the input's size, layout and colour off the model."""
    shape = tuple(model.input_shape)
    if len(shape) != 4:
        raise UnsupportedCheckpoint(
            f"its input has shape {shape}; Mien reads networks that take one picture a face"
        )
    is_first = shape[1] in (1, 3) and shape[3] not in (1, 3)
    channels, height, width = (shape[1], shape[2], shape[3]) if is_first else (shape[3], shape[1], shape[2])
    record = {"architecture": spec.architecture_id if spec else str(model.name)}
    if content.keras_version:
        record["keras_version"] = content.keras_version
    return Facts(
        size_wh=(width, height) if width and height else None,
        layout="NCHW" if is_first else "NHWC",
        colour="GRAY" if channels == 1 else None,
        provenance=record,
    )


def shapes_of(model: Any) -> list[Shapes]:  # noqa: ANN401
    """Return the shapes of a built model's layers, as `fingerprint` takes them."""
    return [tuple(tuple(variable.shape) for variable in group) for group in model_groups(model).values()]


def _as_torch(model: Any) -> "nn.Module":  # noqa: ANN401
    """Wrap a Keras model, which is a torch module on this backend, so that it answers as in use and on the CPU."""
    import keras
    from torch import nn

    class KerasModule(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, image: "Tensor") -> "Tensor | tuple[Tensor, ...]":
            with keras.device("cpu"):
                answer = self.model(image, training=False)
            if isinstance(answer, dict):
                answer = tuple(answer.values())
            return tuple(answer) if isinstance(answer, list) else answer

    return KerasModule()
