"""cnn-c with an inception module in place of each convolution.

The modules after Szegedy et al. 2015 (arXiv:1409.4842): convolutions of 1, 3 and 5 pixels and a pooling, side by
side.
The published project names such a variant without its figures; the widths here are ours, near cnn-c's.
"""

from collections.abc import Mapping
from typing import Any, Final

from mien_networks.cnn_c import SPEC as CNN_C
from mien_networks.keras_on_torch import keras, layers
from mien_networks.spec import ArchitectureSpec, Recipe

SPEC: Final = ArchitectureSpec(
    architecture_id="cnn-c-inception",
    framework="keras",
    facts=CNN_C.facts,
    recipe=Recipe(),
)


def build(config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - Keras has no types
    """Build the network.

    Args:
        config: `label_count`, 7; `stages`, 4; `kernels` of each, 256, a multiple of 16; `dense_layers`, 2;
            `neurons` of each, 512; `dropout`, 0.2.

    Returns:
        A Keras model, (N, 48, 48, 1) float32 in 0 to 1 → (N, label_count) probabilities.
    """
    stages, dense_layers = config.get("stages", 4), config.get("dense_layers", 2)
    if config.get("kernels", 256) % 16:
        raise ValueError(f"cnn-c-inception: {config['kernels']} kernels; a multiple of 16 is needed")
    dropout = config.get("dropout", 0.2)
    features = image = keras.Input((48, 48, 1), name="image")
    for _ in range(stages):
        features = layers.MaxPooling2D(2)(_inception(features, config.get("kernels", 256)))
        features = layers.Dropout(dropout)(features)
    features = layers.Flatten()(features)
    for _ in range(dense_layers):
        features = layers.Dropout(dropout)(layers.Dense(config.get("neurons", 512), activation="relu")(features))
    return keras.Model(image, layers.Dense(config.get("label_count", 7), activation="softmax")(features))


def _inception(features: Any, kernels: int) -> Any:  # noqa: ANN401
    """Half of the kernels see 3 pixels, a quarter 1, an eighth 5, and an eighth what pooling leaves."""

    def convolution(count: int, side: int, given: Any) -> Any:  # noqa: ANN401
        return layers.Conv2D(count, side, padding="same", activation="relu")(given)

    return layers.Concatenate()(
        [
            convolution(kernels // 4, 1, features),
            convolution(kernels // 2, 3, convolution(kernels // 4, 1, features)),
            convolution(kernels // 8, 5, convolution(kernels // 16, 1, features)),
            convolution(kernels // 8, 1, layers.MaxPooling2D(3, strides=1, padding="same")(features)),
        ]
    )
