"""mini-xception: separable convolutions with shortcuts and average pooling, 58,423 parameters, for gray faces.

After Arriaga, Valdenegro-Toro and Plöger 2017 (arXiv:1710.07557); the most widespread of all FER2013 networks.
"""

from collections.abc import Mapping
from typing import Any, Final

from mien_networks.keras_on_torch import keras, layers
from mien_networks.shared_facts import fer2013_facts
from mien_networks.spec import ArchitectureSpec, Recipe

SPEC: Final = ArchitectureSpec(
    architecture_id="mini-xception",
    framework="keras",
    facts=fer2013_facts(normalisation="-1-1"),
    recipe=Recipe(),
    fingerprints=frozenset({"c1540c101e2d", "1728763796e3", "41367a311c44"}),
)


def build(config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - Keras has no types
    """Build the network.

    Args:
        config: `label_count`, 7; `side_px`, 64; `stem`, the widths of the first two convolutions, (8, 8);
            `widths` of the four modules.

    Returns:
        A Keras model, (N, side, side, 1) float32 in −1 to 1 → (N, label_count) probabilities.
    """
    side_px = config.get("side_px", 64)
    features = image = keras.Input((side_px, side_px, 1), name="image")
    for width in config.get("stem", (8, 8)):
        features = layers.Conv2D(width, 3, use_bias=False)(features)
        features = layers.Activation("relu")(layers.BatchNormalization()(features))
    for width in config.get("widths", (16, 32, 64, 128)):
        features = _module(features, width)
    features = layers.Conv2D(config.get("label_count", 7), 3, padding="same")(features)
    features = layers.GlobalAveragePooling2D()(features)
    return keras.Model(image, layers.Activation("softmax", name="predictions")(features))


def _module(features: Any, width: int) -> Any:  # noqa: ANN401
    """Two separable convolutions beside a strided 1x1."""
    shortcut = layers.Conv2D(width, 1, strides=2, padding="same", use_bias=False)(features)
    shortcut = layers.BatchNormalization()(shortcut)
    inner = layers.SeparableConv2D(width, 3, padding="same", use_bias=False)(features)
    inner = layers.Activation("relu")(layers.BatchNormalization()(inner))
    inner = layers.SeparableConv2D(width, 3, padding="same", use_bias=False)(inner)
    inner = layers.MaxPooling2D(3, strides=2, padding="same")(layers.BatchNormalization()(inner))
    return layers.Add()([inner, shortcut])
