"""vgg19: VGG-19 with its two dense layers, and three more on top, for colour 224x224 faces.

After Simonyan and Zisserman 2015 (arXiv:1409.1556).
"""

from collections.abc import Mapping
from typing import Any, Final

from mien_networks.facts import NORMALISATIONS, Facts
from mien_networks.keras_on_torch import keras, layers
from mien_networks.shared_facts import FER2013_CROP
from mien_networks.spec import ArchitectureSpec, Recipe

SPEC: Final = ArchitectureSpec(
    architecture_id="vgg19",
    framework="keras",
    facts=Facts(
        labels_from="architecture",
        labels=("anger", "fear", "happiness", "neutral", "sadness", "surprise"),
        layout="NHWC",
        colour="BGR",
        normalisation=NORMALISATIONS["0-255"],
        crop=FER2013_CROP,
    ),
    recipe=Recipe(batch_size=32, rate=1e-4, classes=6, backbone_ends="fc2"),
    fingerprints=frozenset({"9bfa076dcc71"}),
)


def build(config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - Keras has no types
    """Build the network.

    Args:
        config: `label_count`, 6; `side_px`, 224; `width` of the narrowest convolutions, 64; `dense`, the neurons
            of VGG's own two layers and of the two after the normalisation.

    Returns:
        A Keras model, (N, side, side, 3) float32 in 0 to 255 → (N, label_count) probabilities.
    """
    width = config.get("width", 64)
    fc1, fc2, dense1, dense2 = config.get("dense", (4096, 4096, 4096, 1024))
    side_px = config.get("side_px", 224)
    model = keras.Sequential([keras.Input((side_px, side_px, 3), name="image")])
    for block, (factor, depth) in enumerate(((1, 2), (2, 2), (4, 4), (8, 4), (8, 4)), start=1):
        for conv in range(1, depth + 1):
            name = f"block{block}_conv{conv}"
            model.add(layers.Conv2D(width * factor, 3, padding="same", activation="relu", name=name))
        model.add(layers.MaxPooling2D(2, strides=2, name=f"block{block}_pool"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(fc1, activation="relu", name="fc1"))
    model.add(layers.Dense(fc2, activation="relu", name="fc2"))
    model.add(layers.BatchNormalization())
    model.add(layers.Dense(dense1, activation="relu"))
    model.add(layers.Dense(dense2, activation="relu"))
    model.add(layers.Dense(config.get("label_count", 6), activation="softmax"))
    return model
