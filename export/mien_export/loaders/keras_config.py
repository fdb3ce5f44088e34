"""What a Keras model's JSON would run, before Keras is given it.

Keras builds whatever the JSON names. Most layers compute; a few run code from the file (Lambda), unpickle it
(TorchModuleWrapper), load another program (TFSMLayer) or read files of the machine (lookup layers). So only layers
that are known to compute are let through, and nothing from outside Keras.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final

from mien.errors import ExportError, UnsupportedCheckpoint
from mien_networks.reasons import MAX_NAME, shortened

MODELS: Final = frozenset({"Model", "Functional", "Sequential"})

LAYERS: Final = frozenset(
    """
    InputLayer Activation Add Average AveragePooling1D AveragePooling2D BatchNormalization CenterCrop Concatenate
    Conv1D Conv2D Cropping2D Dense DepthwiseConv2D Dot Dropout ELU Embedding Flatten GaussianDropout GaussianNoise
    GlobalAveragePooling1D GlobalAveragePooling2D GlobalMaxPooling1D GlobalMaxPooling2D GroupNormalization
    LayerNormalization LeakyReLU MaxPooling1D MaxPooling2D Maximum Minimum MultiHeadAttention Multiply
    Normalization PReLU Permute RandomBrightness RandomContrast RandomCrop RandomFlip RandomRotation
    RandomTranslation RandomZoom ReLU
    RepeatVector Rescaling Reshape Resizing SeparableConv2D Softmax SpatialDropout1D SpatialDropout2D Subtract
    UpSampling2D ZeroPadding2D
    """.split()  # noqa: SIM905 - sixty names
)

CODE_LAYERS: Final = frozenset({"Lambda", "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"})
FILE_LAYERS: Final = frozenset({"TorchModuleWrapper", "JaxLayer", "FlaxLayer", "TFSMLayer"})
OWN_LAYERS: Final = {"PositionEmbedding": "mien_networks.vit_tiny_a"}
"""Layers of Mien's own, and the module that registers each with Keras."""

KERAS_ROOTS: Final = frozenset({"keras", "tensorflow", "tf_keras", "src", "api", "python", "_tf_keras"})
KERAS_PARTS: Final = frozenset(
    {"activations", "constraints", "dtype_policies", "engine", "initializers", "layers", "losses", "metrics"}
    | {"mixed_precision", "models", "optimizers", "regularizers"}
)
"""The parts of Keras that hold what a model is made of; others download, unpickle and read files."""

MAX_DEPTH: Final = 200


def layers_of(config: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Yield every layer of a model's JSON, nested models' too."""
    inner = config.get("config") if isinstance(config, dict) else None
    layers = inner.get("layers", []) if isinstance(inner, dict) else inner
    for layer in layers if isinstance(layers, list) else []:
        if isinstance(layer, dict):
            yield layer
            if str(layer.get("class_name")) in MODELS:
                yield from layers_of(layer)


def unknown_layers(config: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Return the names of custom layers, which only a spec of the architecture can rebuild."""
    foreign = [layer for layer in layers_of(config) if not _is_own(layer)]
    named = {str(layer.get("class_name")).rpartition(">")[2] for layer in foreign}
    return sorted(named - LAYERS - MODELS - CODE_LAYERS - FILE_LAYERS)


def import_own_layers(config: Any) -> None:  # noqa: ANN401 - JSON
    """Import the modules that make the layers of Mien's own known to Keras, where the model has any."""
    for layer in layers_of(config):
        if _is_own(layer):
            import_module(OWN_LAYERS[str(layer["class_name"])])


def _is_own(layer: Mapping[str, Any]) -> bool:
    name = str(layer.get("class_name"))
    return layer.get("registered_name") == f"mien>{name}" and layer.get("module") == OWN_LAYERS.get(name)


def check_config(config: Any, origin: str, trust: bool) -> None:  # noqa: ANN401 - JSON
    """Refuse a model whose JSON would run code or reach outside Keras.

    Raises:
        ExportError: It is no model.
        UnsupportedCheckpoint: It would, and trust was not given.
    """
    is_model = isinstance(config, dict) and str(config.get("class_name")) in MODELS
    if not is_model or not isinstance(config.get("config"), dict | list):
        raise ExportError(
            f"{origin}: its JSON describes no Keras model that Mien can rebuild; save it again as .keras"
        )
    for layer in layers_of(config):
        name = str(layer.get("class_name"))
        if name in CODE_LAYERS | FILE_LAYERS and not trust:
            raise UnsupportedCheckpoint(
                f"{origin}: its layer {name} runs code from inside the file, and such code can do anything; "
                "rebuild it without, or give --trust if you know where the file comes from"
            )
    if not trust:
        # Losses, metrics and optimisers are for training, and are never built.
        _check_modules(config["config"], origin, 0)


def _check_modules(node: Any, origin: str, depth: int) -> None:  # noqa: ANN401 - JSON
    """Look at every object the JSON names, at any depth: `module` is what Keras imports from."""
    if depth > MAX_DEPTH:
        raise ExportError(f"{origin}: its JSON is nested too deeply; that is no network")
    if isinstance(node, dict):
        module, name = node.get("module"), str(node.get("class_name", ""))
        if isinstance(module, str) and not _is_part_of_keras(module) and not _is_own(node):
            raise UnsupportedCheckpoint(
                f"{origin}: names {shortened(f'{module}.{name}', MAX_NAME)}, which is no part of a Keras model; "
                "refused"
            )
        if (
            name in ("__lambda__", "__bytes__", "function")
            or "get_file" in name
            or name in CODE_LAYERS | FILE_LAYERS
        ):
            raise UnsupportedCheckpoint(
                f"{origin}: its JSON holds code ({shortened(name, MAX_NAME)}), which can do anything; refused "
                "without --trust"
            )
        for value in node.values():
            _check_modules(value, origin, depth + 1)
    elif isinstance(node, list):
        for value in node:
            _check_modules(value, origin, depth + 1)


def _is_part_of_keras(module: str) -> bool:
    root, *parts = module.split(".")
    inner = [part for part in parts if part not in KERAS_ROOTS]
    return root in KERAS_ROOTS and (not inner or inner[0] in KERAS_PARTS)
