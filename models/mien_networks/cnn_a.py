"""cnn-a: eight 3x3 convolutions in four stages and three dense layers, for gray 48x48 faces.

Normalisation stands after the ReLU, and the first convolution of all is not padded, as in the project that trained
it.
"""

from collections.abc import Mapping
from typing import Any, Final

from mien_networks.keras_on_torch import keras, layers
from mien_networks.shared_facts import fer2013_facts
from mien_networks.spec import ArchitectureSpec, Recipe

SPEC: Final = ArchitectureSpec(
    architecture_id="cnn-a",
    framework="keras",
    facts=fer2013_facts(),
    recipe=Recipe(),
    fingerprints=frozenset({"607d42de24a4"}),
)


def build(config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - Keras has no types
    """Build the network.

    Args:
        config: `label_count`, 7; `widths` of the stages; `dense`, the neurons of the dense layers; `dropout`.

    Returns:
        A Keras model, (N, 48, 48, 1) float32 in 0 to 1 → (N, label_count) probabilities. 5,102,791 parameters.
    """
    dropout = config.get("dropout", 0.3)
    model = keras.Sequential([keras.Input((48, 48, 1), name="image")])
    for stage, width in enumerate(config.get("widths", (64, 128, 256, 512))):
        for first in (True, False):
            padding = "valid" if stage == 0 and first else "same"
            model.add(layers.Conv2D(width, 3, activation="relu", padding=padding))
            model.add(layers.BatchNormalization())
        model.add(layers.MaxPooling2D(3, strides=2))
        model.add(layers.Dropout(dropout))
    model.add(layers.Flatten())
    for neurons in config.get("dense", (512, 256, 64)):
        model.add(layers.Dense(neurons, activation="relu"))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(config.get("label_count", 7), activation="softmax"))
    return model
