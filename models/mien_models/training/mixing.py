"""Mixup: each face with a little of another, targets in the same shares (Zhang et al. 2018, arXiv:1710.09412)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from mien_models.training.losses import Targets


def mixed_up(
    images: Tensor, targets: Targets, alpha: float, chance: np.random.Generator
) -> tuple[Tensor, Targets]:
    """Return a batch in which every face has some of another one of the batch, at most half.

    Args:
        images: (N, 1, H, W) float32, range 0-1.
        targets: Of these N faces.
        alpha: Of the symmetric beta distribution that a share for each face is drawn from; 0 changes nothing.
        chance: The only source of chance.

    Returns:
        Images and targets of the same shapes. Where only one of two faces has a rating of affect or a label of
        FER2013, that one stands, with the weight that its share gives it.
    """
    if alpha <= 0.0:
        return images, targets
    count = len(images)
    drawn = chance.beta(alpha, alpha, count).astype(np.float32)
    own = torch.from_numpy(np.maximum(drawn, 1.0 - drawn)).to(images.device).unsqueeze(1)
    partner = torch.from_numpy(chance.permutation(count)).to(images.device)

    def blend(values: Tensor) -> Tensor:
        return own * values + (1.0 - own) * values[partner]

    weight = targets.affect_weight.unsqueeze(1)
    blended_weight = blend(weight)
    affect = blend(targets.affect * weight) / blended_weight.clamp_min(1e-6)
    return blend(images.flatten(1)).view_as(images), Targets(
        expression=blend(targets.expression),
        affect=affect,
        affect_weight=blended_weight.squeeze(1),
        fer2013=blend(targets.fer2013),
    )
