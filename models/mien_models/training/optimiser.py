"""The optimiser of a run."""

from __future__ import annotations

import torch
from torch import nn

from mien_models.data import DataError
from mien_models.training.course import Course


def new_optimiser(parameters: list[nn.Parameter], course: Course) -> torch.optim.Optimizer:
    """Return the optimiser; weight decay falls on matrices and filters only.

    Raises:
        DataError: Nothing learns.
    """
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": course.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    if not parameters:
        raise DataError("nothing in this network learns; freeze less of it")
    groups = [group for group in groups if group["params"]]
    # One call for all weights: less to launch on a graphics card, and a scaler need not wait for it.
    fused = all(parameter.device.type == "cuda" for parameter in parameters)
    if course.optimiser == "sgd":
        return torch.optim.SGD(groups, lr=course.rate, momentum=0.9, nesterov=True, fused=fused)
    return torch.optim.AdamW(groups, lr=course.rate, fused=fused)
