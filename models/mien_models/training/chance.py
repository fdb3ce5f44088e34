"""The chance of one step: the same whenever the step is asked for, drawn where the pictures lie."""

from __future__ import annotations

import numpy as np
import torch
from torch import Generator, Tensor

SEED_STRIDE = 1_000_003


class Chance:
    """Random numbers of one step.

    How many pictures something happens to is drawn on the processor, which picture and how strongly on the device:
    so shapes are known without waiting for a graphics card.

    Args:
        seed: Of the run.
        step: Of the run.
        device: Where the pictures lie.
    """

    def __init__(self, seed: int, step: int = 0, device: torch.device | None = None) -> None:
        self.device = torch.device("cpu") if device is None else device
        self.host = np.random.default_rng([seed, step])
        self.generator = Generator(self.device).manual_seed(seed * SEED_STRIDE + step)

    def uniform(self, count: int, low: float, high: float) -> Tensor:
        """Return (count,) float32 in low to high."""
        return torch.rand(count, generator=self.generator, device=self.device) * (high - low) + low

    def normal(self, *shape: int) -> Tensor:
        """Return float32 of a normal distribution."""
        return torch.randn(shape, generator=self.generator, device=self.device)

    def order(self, count: int) -> Tensor:
        """Return (count,) int64, the numbers below `count` shuffled."""
        return self.uniform(count, 0.0, 1.0).argsort()

    def some(self, count: int, share: float) -> Tensor:
        """Return (M,) int64, which of `count` pictures something with this chance happens to."""
        return self.order(count)[: int(self.host.binomial(count, share))]

    def kinds(self, count: int, kinds: int) -> list[int]:
        """Return how many of `count` pictures are of each of so many equally likely kinds."""
        return [int(number) for number in self.host.multinomial(count, [1 / kinds] * kinds)]
