"""How fast a run is, and how much of what its device can do at best."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from mien_models.training.learner import Learner

SIDES: Final = {"cpu": 512}
LARGE_SIDE: Final = 8192
"""Of the matrices whose product is timed."""

TIMES: Final = 3
PASSES: Final = 3
"""A face costs a training step about three times what it costs to be answered: forward, and back twice."""


def wait_for(device: torch.device) -> None:
    """Wait until a device has done what it was told."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


@cache
def matmul_peak(device: torch.device, precision: torch.dtype) -> float:
    """Return the operations a second of a large matrix product here, the best of a few; measured once."""
    side = SIDES.get(device.type, LARGE_SIDE)
    one = torch.full((side, side), 0.5, device=device, dtype=precision)
    best_s = float("inf")
    for _ in range(1 + TIMES):
        wait_for(device)
        start_s = time.perf_counter()
        one @ one
        wait_for(device)
        best_s = min(best_s, time.perf_counter() - start_s)
    return 2.0 * side**3 / best_s


def flops_a_face(learner: Learner, images: Tensor) -> int:
    """Return the operations of one answer: products of matrices, filters and attention, as torch counts them.

    Args:
        learner: The network.
        images: (1, …) one face as it takes them.
    """
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        learner.answer(images, training=False)
    return int(counter.get_total_flops())


def share_of_peak(faces_a_second: float, flops: int, peak: float) -> float:
    """Return which share of the peak a training at this speed takes."""
    return PASSES * flops * faces_a_second / peak


class Stopwatch:
    """Adds up the seconds of named parts of a step, waiting for the device before and after each.

    Args:
        device: Of the network.
        clock: In seconds.
    """

    def __init__(self, device: torch.device, clock: Callable[[], float]) -> None:
        self._device, self._clock = device, clock
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Time what is done within."""
        wait_for(self._device)
        start_s = self._clock()
        yield
        wait_for(self._device)
        self.seconds[name] = self.seconds.get(name, 0.0) + self._clock() - start_s
