"""The JSON of Keras 2, written as Keras 3 can still read it.

Keras 2.0 to 2.2 wrote a Sequential model as a bare list of layers, and gave its first layer a `batch_input_shape`
instead of an InputLayer before it; Keras 2.13 to 2.15 added keys of Keras 3 whose meaning is another.
"""

from typing import Any, Final

from mien_export.loaders.keras_config import layers_of

DROPPED_KEYS: Final = frozenset({"module", "registered_name", "build_config"})
TRAINING_SUFFIXES: Final = ("_initializer", "_regularizer", "_constraint")
"""Of what matters in training alone; the weights come from the file, and some of these are gone from Keras 3."""


def is_of_second_version(config: Any, keras_version: str) -> bool:  # noqa: ANN401 - JSON
    """Return whether Keras 1 or 2 wrote the JSON; told by a key where the version is not said."""
    if keras_version:
        return not keras_version.startswith("3")
    if isinstance(config.get("config"), list):
        return True
    settings = [layer.get("config") for layer in layers_of(config)]
    return any(isinstance(said, dict) and "batch_input_shape" in said for said in settings)


def in_second_version(node: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON of any Keras 2 as versions 2.3 to 2.12 wrote it, without what only training needs."""
    if isinstance(node, list):
        return [in_second_version(value) for value in node]
    if not isinstance(node, dict):
        return node
    if "class_name" not in node:
        return {key: in_second_version(value) for key, value in node.items() if not _is_for_training(key)}
    kept = {key: in_second_version(value) for key, value in node.items() if key not in DROPPED_KEYS}
    return _with_input_layer(kept) if kept["class_name"] == "Sequential" else kept


def _is_for_training(key: str) -> bool:
    return key.endswith(TRAINING_SUFFIXES)


def _with_input_layer(model: dict[str, Any]) -> dict[str, Any]:
    """Return a Sequential model as a dict whose first layer is an InputLayer, where its input is known at all."""
    inner = model.get("config")
    inner = {"name": None, "layers": inner} if isinstance(inner, list) else inner
    layers = inner.get("layers") if isinstance(inner, dict) else None
    if not isinstance(layers, list):
        return model
    shape = _input_shape(layers)
    layers = [_without_shape(layer) for layer in layers]
    if shape is not None:
        layers.insert(0, {"class_name": "InputLayer", "config": {"batch_input_shape": [None, *shape[1:]]}})
    return {**model, "config": {**(inner or {}), "layers": layers}}


def _input_shape(layers: list[Any]) -> list[Any] | None:
    """Return the `batch_input_shape` of the first layer, or of a model in its place; None for an InputLayer."""
    first = layers[0] if layers else None
    settings = first.get("config") if isinstance(first, dict) else None
    if not isinstance(first, dict) or not isinstance(settings, dict) or first.get("class_name") == "InputLayer":
        return None
    shape = settings.get("batch_input_shape")
    if shape is None and isinstance(inner := settings.get("layers"), list) and inner:
        described = inner[0].get("config") if isinstance(inner[0], dict) else None
        shape = described.get("batch_input_shape") if isinstance(described, dict) else None
    return shape if isinstance(shape, list) and len(shape) > 1 else None


def _without_shape(layer: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a layer that is no input without the shape of its input, which Keras 3 takes for a mistake."""
    settings = layer.get("config") if isinstance(layer, dict) else None
    if not isinstance(settings, dict) or layer.get("class_name") == "InputLayer":
        return layer
    return {**layer, "config": {key: value for key, value in settings.items() if key != "batch_input_shape"}}
