"""What is known of an architecture, beside how it is built: one spec in the file of each.

A spec says what the published code of a project does, so that a bare file of weights can be exported with nothing
but its architecture's id, and trained again as its project trained it. Whatever the checkpoint or the user says
overrides it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mien_networks.facts import Facts

Framework = Literal["torch", "keras", "transformers", "onnx"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Figures that a run begins with where nothing else is said; the rates are the usual ones, not tuned here.

    Attributes:
        batch_size: Faces a step.
        rate: Highest learning rate.
        optimiser: Adam with decoupled weight decay, or stochastic gradient descent with Nesterov momentum.
        weight_decay: Of matrices and filters.
        classes: How many expressions the published network tells apart.
        affect: Whether the network answers valence and arousal: "never", only when it is "asked", as "usual"
            unless it is asked not to, or "always".
        backbone_ends: Name of the last layer of what was trained before by others, where the network has layers
            with weights after it that learn together; None leaves it to the kind of layers.
    """

    batch_size: int = 64
    rate: float = 1e-3
    optimiser: Literal["adamw", "sgd"] = "adamw"
    weight_decay: float = 1e-4
    classes: int = 7
    affect: Literal["never", "asked", "usual", "always"] = "asked"
    backbone_ends: str | None = None


@dataclass(frozen=True, slots=True)
class ArchitectureSpec:
    """One architecture.

    Attributes:
        architecture_id: As the registry and `--architecture` call it.
        framework: That its checkpoints are written with.
        facts: What its published code does with labels, pictures and outputs.
        recipe: How it is trained; None where it is not.
        config: Options for building it.
        marker: Part of a key that only its state_dict has; None where nothing tells it apart.
        fingerprints: Of Keras weights, by `keras_weights.fingerprint`; sizes of the same network.
    """

    architecture_id: str
    framework: Framework
    facts: Facts
    recipe: Recipe | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    marker: str | None = None
    fingerprints: frozenset[str] = frozenset()
