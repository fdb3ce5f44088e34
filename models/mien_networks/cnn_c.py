"""cnn-c: a family of plain convolution stages and dense layers for gray 48x48 faces; one member was published."""

from collections.abc import Mapping
from typing import Any, Final

from mien_networks.keras_on_torch import keras, layers
from mien_networks.shared_facts import fer2013_facts
from mien_networks.spec import ArchitectureSpec, Recipe

SPEC: Final = ArchitectureSpec(
    architecture_id="cnn-c",
    framework="keras",
    facts=fer2013_facts(labels=("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")),
    recipe=Recipe(),
    fingerprints=frozenset({"f5b5006bc44f"}),
)


def build(config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - Keras has no types
    """Build a member of the family.

    Args:
        config: `label_count`, 7; `stages`, 4, each a convolution and a pooling; `kernels` of each, 256;
            `dense_layers`, 2, before the last; `neurons` of each, 512; `dropout`, 0.2.

    Returns:
        A Keras model, (N, 48, 48, 1) float32 in 0 to 1 → (N, label_count) probabilities. 3,219,207 parameters as
        published.
    """
    stages, dense_layers = config.get("stages", 4), config.get("dense_layers", 2)
    dropout = config.get("dropout", 0.2)
    model = keras.Sequential([keras.Input((48, 48, 1), name="image")])
    for stage in range(stages):
        model.add(layers.Conv2D(config.get("kernels", 256), 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D(2))
        if stage < stages - 1:
            model.add(layers.Dropout(dropout))
    model.add(layers.Flatten())
    model.add(layers.Dropout(dropout))
    for layer in range(dense_layers):
        model.add(layers.Dense(config.get("neurons", 512), activation="relu"))
        if layer < dense_layers - 1:
            model.add(layers.Dropout(dropout))
    model.add(layers.Dense(config.get("label_count", 7), activation="softmax"))
    return model
