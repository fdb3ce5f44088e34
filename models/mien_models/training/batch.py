"""What a network is shown in one step, and what it is to answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Protocol, Self

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Batch:
    """N faces of one or several sets, L labels of the network.

    Attributes:
        images: (N, C, H, W) or (N, H, W, C) float32, as the network's input says.
        expression: (N, L) float32 distributions; rows of 0 count for nothing.
        log_prior: (N, L) of the face's set, added to the logits while they are learned; 0 adds nothing.
        fer2013: (N, 7) float32 labels of FER2013, rows of 0 where there are none.
        label_log_prior: (N, 7) of these labels.
        affect: (N, 2) float32 [valence, arousal]; 0 where unknown.
        affect_weight: (N,) float32, 0 where affect is unknown.
        rated: (N,) bool: valence and arousal are a person's.
    """

    images: Tensor
    expression: Tensor
    log_prior: Tensor
    fer2013: Tensor
    label_log_prior: Tensor
    affect: Tensor
    affect_weight: Tensor
    rated: Tensor

    def __len__(self) -> int:
        return len(self.images)

    def on(self, device: torch.device) -> Self:
        """Return the batch on a device."""
        return type(self)(*(getattr(self, field.name).to(device, non_blocking=True) for field in fields(self)))

    def parts(self, size: int) -> Iterator[Self]:
        """Yield the batch in parts of at most `size` faces; as a whole where it is 0."""
        for start in range(0, len(self), size or len(self)):
            stop = start + (size or len(self))
            yield type(self)(*(getattr(self, field.name)[start:stop] for field in fields(self)))


class Feed(Protocol):
    """Where a run's batches come from."""

    @property
    def steps_a_pass(self) -> int:
        """Steps until each face was shown once; 0 where faces are drawn for ever."""

    def batch(self, step: int) -> Batch:
        """Return the batch of a step, where the network is; the same one whenever it is asked for."""
