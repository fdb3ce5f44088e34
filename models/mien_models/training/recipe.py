"""What is known of an architecture before it is trained: its labels, its pictures, and figures to begin with."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from mien.core.emotion import EXPRESSIONS
from mien.inference.manifest import InputSpec
from mien_export.facts import input_spec
from mien_export.specs import SPECS
from mien_models.data import DataError

Framework = Literal["torch", "keras", "transformers"]

SETS: Final = {
    6: frozenset(EXPRESSIONS) - {"contempt", "disgust"},
    7: frozenset(EXPRESSIONS) - {"contempt"},
    8: frozenset(EXPRESSIONS),
}
"""The expressions of networks with so many classes."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Figures that a run begins with where nothing else is said.

    Attributes:
        framework: That the network is built with.
        batch_size: Faces a step.
        rate: Highest learning rate.
        optimiser: Adam with decoupled weight decay, or stochastic gradient descent with Nesterov momentum.
        weight_decay: Of matrices and filters.
        classes: How many expressions the published network tells apart.
        affect: Whether the network answers valence and arousal: "never", only when it is "asked", as "usual"
            unless it is asked not to, or "always".
    """

    framework: Framework
    batch_size: int = 64
    rate: float = 1e-3
    optimiser: Literal["adamw", "sgd"] = "adamw"
    weight_decay: float = 1e-4
    classes: int = 7
    affect: Literal["never", "asked", "usual", "always"] = "asked"


_FINE_TUNING: Final = Recipe("transformers", batch_size=32, rate=5e-5, weight_decay=0.01, affect="never")
_TWO_HEADS: Final = Recipe("torch", batch_size=32, rate=5e-4, classes=8, affect="usual")

_OWN: Final = Recipe("torch", batch_size=128, classes=8, affect="always")

RECIPES: Final[dict[str, Recipe]] = {
    "cnn-a": Recipe("keras"),
    "cnn-b": Recipe("keras"),
    "cnn-c": Recipe("keras"),
    "cnn-c-inception": Recipe("keras"),
    "vit-tiny-a": Recipe("keras"),
    "mini-xception": Recipe("keras"),
    "vgg19": Recipe("keras", batch_size=32, rate=1e-4, classes=6),
    "resnet18-va": _TWO_HEADS,
    "efficientnet-b0-va": _TWO_HEADS,
    "emotiefflib-mtl": _TWO_HEADS,
    "mien-net": _OWN,
    "mobilenet": _OWN,
    "efficientnet-lite0": _OWN,
    "vit-base": _FINE_TUNING,
    "convnext-tiny": _FINE_TUNING,
    "convnextv2-tiny": _FINE_TUNING,
}
"""By architecture. The rates are the usual ones of each kind, not tuned here."""


def recipe_of(architecture_id: str) -> Recipe:
    """Return the figures of an architecture.

    Raises:
        DataError: It is unknown.
    """
    if architecture_id not in RECIPES:
        raise DataError(f"--architecture {architecture_id}: unknown; known are {', '.join(RECIPES)}")
    return RECIPES[architecture_id]


def labels_for(architecture_id: str, classes: int) -> tuple[str, ...]:
    """Return the labels in the architecture's own order; those it did not have come last."""
    known = SPECS[spec_id(architecture_id)].facts.labels or ()
    wanted = SETS[classes]
    kept = tuple(label for label in known if label in wanted)
    return kept + tuple(label for label in EXPRESSIONS if label in wanted and label not in kept)


def input_for(architecture_id: str, size_wh: tuple[int, int] | None) -> InputSpec:
    """Return how the architecture wants its faces, as its export spec says; `size_wh` is the built network's."""
    facts = SPECS[spec_id(architecture_id)].facts
    return input_spec(replace(facts, size_wh=size_wh or facts.size_wh), architecture_id)


def spec_id(architecture_id: str) -> str:
    """Return under which id the export specs hold the facts: a variant shares those of its family."""
    return "cnn-c" if architecture_id == "cnn-c-inception" else architecture_id
