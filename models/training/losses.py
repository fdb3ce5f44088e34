"""Losses: soft-target cross-entropy for expressions, squared error with concordance for affect."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

CONCORDANCE_SHARE: Final = 0.5


def concordance(predicted: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return Lin's concordance correlation (1989) of each column, weighted by rows.

    Args:
        predicted: (N, D) float32.
        target: (N, D) float32.
        weight: (N,) float32, at least one positive.

    Returns:
        (D,) float32 in [-1, 1].
    """
    share = (weight / weight.sum()).unsqueeze(1)
    mean_p, mean_t = (share * predicted).sum(0), (share * target).sum(0)
    off_p, off_t = predicted - mean_p, target - mean_t
    covariance = (share * off_p * off_t).sum(0)
    spread = (share * off_p**2).sum(0) + (share * off_t**2).sum(0) + (mean_p - mean_t) ** 2
    return 2 * covariance / (spread + 1e-6)


def expression_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Return the mean cross-entropy of (N, 8) logits against (N, 8) target distributions."""
    return -(target * functional.log_softmax(logits, dim=1)).sum(1).mean()


def agreement(logits: Tensor, target: Tensor) -> float:
    """Return the share of (N, 8) logits whose top label is the top of the (N, 8) target."""
    return float((logits.argmax(1) == target.argmax(1)).float().mean())


def affect_loss(predicted: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return squared error plus a share of (1 - concordance); rows of weight 0 do not count.

    Args:
        predicted: (N, 2) float32 in [-1, 1].
        target: (N, 2) float32.
        weight: (N,) float32.
    """
    if not bool((weight > 0).any()):
        return predicted.sum() * 0.0
    squared = (weight.unsqueeze(1) * (predicted - target) ** 2).sum() / weight.sum()
    return squared + CONCORDANCE_SHARE * (1.0 - concordance(predicted, target, weight).mean())


def total_loss(
    logits: Tensor, affect: Tensor, targets: tuple[Tensor, Tensor, Tensor], affect_share: float
) -> Tensor:
    """Add both losses; `targets` are the expression distribution, the affect and its weight."""
    expression, affect_target, weight = targets
    loss = expression_loss(logits, expression) + affect_share * affect_loss(affect, affect_target, weight)
    return torch.as_tensor(loss)
