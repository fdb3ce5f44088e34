"""cnn-b: pairs of 3x3 convolutions of rising width, average pooling and two dense layers, for gray 48x48 faces."""

from collections.abc import Mapping
from typing import Any, Final

from mien_networks.keras_on_torch import keras, layers
from mien_networks.shared_facts import fer2013_facts
from mien_networks.spec import ArchitectureSpec, Recipe

SPEC: Final = ArchitectureSpec(
    architecture_id="cnn-b",
    framework="keras",
    # The project's own script prints labels in alphabetical order, which is wrong for three of them.
    facts=fer2013_facts(),
    recipe=Recipe(),
    fingerprints=frozenset({"de8e2048a247"}),
)


def build(config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - Keras has no types
    """Build the network.

    Args:
        config: `label_count`, 7; `widths` of the pairs; `pooled`, the widths after which the map is halved.

    Returns:
        A Keras model, (N, 48, 48, 1) float32 in 0 to 1 → (N, label_count) probabilities. 1,446,199 parameters.
    """
    pooled = set(config.get("pooled", (32, 128, 256)))
    model = keras.Sequential([keras.Input((48, 48, 1), name="image")])
    for width in config.get("widths", (16, 32, 64, 128, 256)):
        model.add(layers.Conv2D(width, 3, padding="same", activation="relu"))
        model.add(layers.Conv2D(width, 3, padding="same", activation="relu"))
        model.add(layers.BatchNormalization())
        if width in pooled:
            model.add(layers.MaxPooling2D(3, strides=2))
        model.add(layers.Dropout(0.2))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(512, activation="relu"))
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(256, activation="relu"))
    model.add(layers.BatchNormalization())
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(config.get("label_count", 7), activation="softmax"))
    return model
