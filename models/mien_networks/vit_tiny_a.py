"""vit-tiny-a: a vision transformer of 24,455 parameters over 144 patches of a gray 48x48 face.

After Dosovitskiy et al. 2021 (arXiv:2010.11929), with the normalisation after each residual sum, not before it.
"""

from collections.abc import Mapping
from typing import Any, Final

from mien_networks.keras_on_torch import keras, layers
from mien_networks.shared_facts import fer2013_facts
from mien_networks.spec import ArchitectureSpec, Recipe


@keras.saving.register_keras_serializable(package="mien")
class PositionEmbedding(layers.Layer):  # type: ignore[misc]
    """Adds a learned vector to each token. (N, T, D) → the same."""

    def build(self, input_shape: tuple[int | None, int, int]) -> None:
        """Make one vector for each of T tokens."""
        self.embeddings = self.add_weight(shape=input_shape[1:], initializer="uniform", name="embeddings")

    def call(self, tokens: Any) -> Any:  # noqa: ANN401 - a tensor of Keras' backend
        """Add them."""
        return tokens + self.embeddings


SPEC: Final = ArchitectureSpec(
    architecture_id="vit-tiny-a",
    framework="keras",
    facts=fer2013_facts(),
    recipe=Recipe(),
    fingerprints=frozenset({"257e88490695"}),
)


def build(config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - Keras has no types
    """Build the network.

    Args:
        config: `label_count`, 7; `patch_px`, 4; `width`, 16; `depth`, 4; `heads`, 4; `hidden`, 32; `dropout`, 0.5.

    Returns:
        A Keras model, (N, 48, 48, 1) float32 in 0 to 1 → (N, label_count) probabilities.
    """
    width, patch_px = config.get("width", 16), config.get("patch_px", 4)
    side = 48 // patch_px
    image = keras.Input((48, 48, 1), name="image")
    # A patch's pixels, row by row, as one token: what `tf.image.extract_patches` makes.
    rows = layers.Reshape((side, patch_px, side, patch_px))(image)
    tokens = layers.Reshape((side * side, patch_px * patch_px))(layers.Permute((1, 3, 2, 4))(rows))
    tokens = PositionEmbedding(name="position_embedding")(layers.Dense(width, name="projection")(tokens))
    for _ in range(config.get("depth", 4)):
        tokens = _block(tokens, width, config.get("heads", 4), config.get("hidden", 32))
    features = layers.Dropout(config.get("dropout", 0.5))(layers.GlobalAveragePooling1D()(tokens))
    return keras.Model(image, layers.Dense(config.get("label_count", 7), activation="softmax")(features))


def _block(tokens: Any, width: int, heads: int, hidden: int) -> Any:  # noqa: ANN401
    attended = layers.MultiHeadAttention(heads, width)(tokens, tokens)
    tokens = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([tokens, attended]))
    inner = layers.Dense(hidden, activation="gelu")(tokens)
    return layers.LayerNormalization(epsilon=1e-6)(layers.Add()([tokens, layers.Dense(width)(inner)]))
