"""The learning rate over a run, and the running average of the weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.optim.swa_utils import get_ema_multi_avg_fn

START_SHARE: Final = 0.04
END_SHARE: Final = 0.001


def one_cycle(progress: float, peak: float, warm_up: float) -> float:
    """Return the learning rate: a linear rise to `peak`, then half a cosine down.

    After Smith 2018, arXiv:1803.09820.

    Args:
        progress: Share of the run that is done, 0 to 1; beyond is clamped.
        peak: Highest rate.
        warm_up: Share of the run until the peak.
    """
    progress = min(max(progress, 0.0), 1.0)
    if progress < warm_up:
        return peak * (START_SHARE + (1 - START_SHARE) * progress / warm_up)
    falling = (progress - warm_up) / max(1e-9, 1.0 - warm_up)
    return peak * (END_SHARE + (1 - END_SHARE) * 0.5 * (1 + math.cos(math.pi * falling)))


@dataclass(slots=True)
class Budget:
    """How long a run is: in steps, or in seconds of training when `seconds` is positive.

    Attributes:
        total_steps: Length in steps.
        seconds: Length in seconds of training, over all resumptions; 0 counts steps.
        steps_done: So far.
        seconds_done: So far.
    """

    total_steps: int
    seconds: float = 0.0
    steps_done: int = 0
    seconds_done: float = 0.0

    @property
    def progress(self) -> float:
        """Share that is done, 0 to 1."""
        done = self.seconds_done / self.seconds if self.seconds > 0 else self.steps_done / self.total_steps
        return min(1.0, done)

    @property
    def seconds_left(self) -> float:
        """Seconds of training until the end; by steps, as long as those so far took."""
        if self.seconds > 0:
            return max(0.0, self.seconds - self.seconds_done)
        return self.seconds_done / max(1, self.steps_done) * max(0, self.total_steps - self.steps_done)


class WeightAverage:
    """Exponential moving average of a network's weights and statistics.

    The decay rises with the number of updates, (1 + t) / (10 + t) at first, so that the first weights are soon
    forgotten.

    Args:
        tensors: By name, as they stand.
        decay: Of the average, once it has settled.
    """

    def __init__(self, tensors: Mapping[str, Tensor], decay: float) -> None:
        self.decay = decay
        self.updates = 0
        self.state = {key: value.detach().clone() for key, value in tensors.items()}

    @torch.no_grad()
    def update(self, tensors: Mapping[str, Tensor]) -> None:
        """Move the average towards the present weights."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        moving = [key for key, value in tensors.items() if value.dtype.is_floating_point]
        for key in tensors.keys() - set(moving):
            self.state[key].copy_(tensors[key])
        # All at once: for a graphics card, hundreds of small calls take longer than the network.
        blend = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
        blend([self.state[key] for key in moving], [tensors[key] for key in moving], None)
