"""What a run begins with where nothing else is said: the architecture's labels, its pictures, its recipe."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mien.core.emotion import EXPRESSIONS
from mien.inference.manifest import InputSpec
from mien_models.data import DataError
from mien_networks.facts import input_spec
from mien_networks.reasons import reason_of
from mien_networks.registry import build, spec_of
from mien_networks.spec import Recipe

SETS: Final = {
    6: frozenset(EXPRESSIONS) - {"contempt", "disgust"},
    7: frozenset(EXPRESSIONS) - {"contempt"},
    8: frozenset(EXPRESSIONS),
}
"""The expressions of networks with so many classes."""


def recipe_of(architecture_id: str) -> Recipe:
    """Return how an architecture is trained.

    Raises:
        DataError: It is not.
        ExportError: It is unknown.
    """
    recipe = spec_of(architecture_id).recipe
    if recipe is None:
        raise DataError(f"--architecture {architecture_id}: is not trained here; name another one")
    return recipe


def build_with(architecture_id: str, options: Mapping[str, Any]) -> Any:  # noqa: ANN401 - Keras has no types
    """Return an untrained network with options that a person wrote.

    Raises:
        DataError: It cannot be built with them.
    """
    try:
        return build(architecture_id, **options)
    except (
        TypeError,
        ValueError,
        RuntimeError,
        AttributeError,
    ) as error:  # what frameworks raise of a wrong option
        raise DataError(f"{architecture_id}: cannot be built with --set ({reason_of(error)})") from error


def labels_for(architecture_id: str, classes: int) -> tuple[str, ...]:
    """Return the labels in the architecture's own order; those it did not have come last."""
    known = spec_of(architecture_id).facts.labels or ()
    wanted = SETS[classes]
    kept = tuple(label for label in known if label in wanted)
    return kept + tuple(label for label in EXPRESSIONS if label in wanted and label not in kept)


def input_for(architecture_id: str, size_wh: tuple[int, int] | None) -> InputSpec:
    """Return how the architecture wants its faces, as its spec says; `size_wh` is the built network's."""
    facts = spec_of(architecture_id).facts
    return input_spec(replace(facts, size_wh=size_wh or facts.size_wh), architecture_id)
