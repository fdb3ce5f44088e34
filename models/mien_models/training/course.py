"""How a run goes: its length, its rate, its precision. One description for every kind of run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Optimiser = Literal["adamw", "sgd"]


@dataclass(frozen=True, slots=True)
class Course:
    """How a run goes.

    Attributes:
        epochs: Length, when neither steps nor minutes are given.
        steps: Length in steps; 0 leaves it to `epochs`.
        minutes: Length in minutes of training, as `training_clock` counts them; 0 leaves it to the others.
        steps_an_epoch: After how many steps the network is judged and saved; 0 is one pass over the faces, or
            `minutes_an_epoch` if that is over first.
        by_wall: Whether minutes are of the wall's clock, with judging and saving in them.
        minutes_an_epoch: The same in minutes of training; 0 is a tenth of `minutes`.
        rate: Highest learning rate; it rises and falls once.
        warm_up: Share of the run until the highest.
        optimiser: Adam with decoupled weight decay (arXiv:1711.05101), or stochastic gradient descent with
            Nesterov momentum.
        weight_decay: Of matrices and filters.
        clip_norm: Of the gradient.
        average_decay: Of the running average of the weights, which is then what is judged and kept; 0 has none.
        micro_batch: Faces that go through the network at once, the gradient summed over a step; 0 takes all.
        patience: Epochs without a lower loss on the held-out faces until the run ends; 0 never ends it.
        seed: Of everything random.
        threads: Of torch.
        precision: Of the products inside the network, as `mien_models.training.device` names them.
    """

    epochs: int = 30
    steps: int = 0
    minutes: float = 0.0
    by_wall: bool = False
    steps_an_epoch: int = 0
    minutes_an_epoch: float = 0.0
    rate: float = 1e-3
    warm_up: float = 0.1
    optimiser: Optimiser = "adamw"
    weight_decay: float = 1e-4
    clip_norm: float = 5.0
    average_decay: float = 0.0
    micro_batch: int = 0
    patience: int = 0
    seed: int = 0
    threads: int = 2
    precision: str = "auto"
