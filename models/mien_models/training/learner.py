"""A network in training, whatever framework it was built with: one interface for the loop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import msgspec
import torch
from torch import Tensor, nn

from mien.inference.manifest import InputSpec
from mien_models.data import DataError


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built.

    Attributes:
        architecture_id: A name of the registry.
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


class Learner(Protocol):
    """What a run needs of a network."""

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

    def answer(self, images: Tensor, training: bool) -> tuple[Tensor, ...]:
        """Read a batch that is normalised and laid out as `input_spec` says.

        Returns:
            (N, labels) logits; where it has them (N, 2) [valence, arousal], then (N, 7) logits for the labels of
            FER2013.
        """

    def tensors(self) -> Mapping[str, Tensor]:
        """Return weights and whatever changes in training, by names that building it again keeps; no copies."""

    def release(self, folder: Path, record: Mapping[str, Any]) -> Path:
        """Write the checkpoint that `mien export` takes without further options; returns its path."""


def copied(learner: Learner) -> dict[str, Tensor]:
    """Return copies of a network's tensors."""
    return {name: value.detach().clone() for name, value in learner.tensors().items()}


@torch.no_grad()
def put_back(learner: Learner, tensors: Mapping[str, Tensor]) -> None:
    """Put tensors as of `copied` into a network.

    Raises:
        DataError: They are of another network.
    """
    own = learner.tensors()
    shapes, wanted = ({name: value.shape for name, value in part.items()} for part in (tensors, own))
    if odd := sorted(name for name in own.keys() | tensors.keys() if shapes.get(name) != wanted.get(name)):
        raise DataError(f"the weights are of another network: {', '.join(odd[:4])} differ")
    for name, value in own.items():
        value.copy_(tensors[name])


def parameters_of(learner: Learner) -> int:
    """Return how many numbers a network has, those that do not learn included; counters left out."""
    return sum(value.numel() for value in learner.tensors().values() if value.is_floating_point())


def release_facts(learner: Learner, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every release says of itself, under the names that `mien_export.own_facts` reads."""
    order = learner.order
    return {
        "architecture": order.architecture_id,
        "labels": list(order.labels),
        "input": msgspec.to_builtins(learner.input_spec),
        "provenance": {"architecture": order.architecture_id, **record},
    }
