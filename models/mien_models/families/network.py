"""A network in training, whatever framework it was built with: one interface for the loop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import msgspec
import torch
from torch import Tensor, nn

from mien.inference.manifest import InputSpec


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built.

    Attributes:
        architecture_id: A key of `recipe.RECIPES`.
        labels: In the order of the network's output.
        affect: Whether it answers valence and arousal.
        options: Of the architecture, over its usual ones.
        pretrained: Weights to begin with: a file, or for transformers a folder; None begins at random.
        freeze_backbone: Whether only the head learns.
        seed: Of the first weights.
        device: As torch calls it, or "auto".
    """

    architecture_id: str
    labels: tuple[str, ...]
    affect: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    pretrained: Path | None = None
    freeze_backbone: bool = False
    seed: int = 0
    device: str = "auto"


class TrainableNetwork(Protocol):
    """What the loop needs of a network."""

    @property
    def order(self) -> Order:
        """What it was built from."""

    @property
    def input_spec(self) -> InputSpec:
        """How it wants its faces."""

    @property
    def device(self) -> torch.device:
        """Where it computes."""

    def parameters(self) -> list[nn.Parameter]:
        """Return what learns."""

    def count(self) -> int:
        """Return how many numbers the network has, those that do not learn included."""

    def answer(self, images: Tensor, training: bool) -> tuple[Tensor, Tensor | None]:
        """Read a batch that is normalised and laid out as `input_spec` says.

        Returns:
            (N, labels) logits, and (N, 2) [valence, arousal] or None.
        """

    def state(self) -> list[Tensor]:
        """Return copies of all that changes in training, in an order that building it again keeps."""

    def restore(self, state: Sequence[Tensor]) -> None:
        """Put back what `state` returned."""

    def release(self, folder: Path, record: Mapping[str, Any]) -> Path:
        """Write the checkpoint that `mien export` takes without further options; returns its path."""


def build_network(order: Order, framework: str) -> TrainableNetwork:
    """Build a network with the framework that its architecture needs; the others are not imported."""
    if framework == "keras":
        from mien_models.families.keras_network import KerasNetwork

        return KerasNetwork(order)
    if framework == "transformers":
        from mien_models.families.transformers_network import TransformersNetwork

        return TransformersNetwork(order)
    from mien_models.families.torch_network import TorchNetwork

    return TorchNetwork(order)


def release_facts(network: TrainableNetwork, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every release says of itself, under the names that `mien_export.own_facts` reads."""
    order = network.order
    return {
        "architecture": order.architecture_id,
        "labels": list(order.labels),
        "input": msgspec.to_builtins(network.input_spec),
        "provenance": {"architecture": order.architecture_id, **record},
    }
