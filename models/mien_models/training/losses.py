"""Losses as strategies: one for a set alone, one that keeps the priors of several sets out of the logits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import torch
from torch import Tensor

from mien_models.training.batch import Batch

CONCORDANCE_SHARE: Final = 0.5
LEAST_WEIGHT: Final = 1e-6


class Objective(Protocol):
    """What a network's answers to a batch are worth."""

    def __call__(self, answers: Sequence[Tensor], part: Batch, whole: Batch) -> Tensor:
        """Return the loss of a part of a batch, as its share of the whole's mean.

        Args:
            answers: float32 logits (M, L), and where the network has them affect (M, 2) and logits (M, 7) for
                FER2013's labels.
            part: M faces.
            whole: All faces of the step.
        """


def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """Return (N,) cross-entropy of (N, L) logits; rows of the (N, L) target that are 0 count nothing."""
    return -(target * torch.log_softmax(logits, dim=1)).sum(1)


def smoothed(target: Tensor, share: float) -> Tensor:
    """Return (N, L) targets of which a share is spread over all labels; rows of 0 stay so."""
    return (1 - share) * target + share / target.shape[1] * target.sum(1, keepdim=True)


def concordance(predicted: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return Lin's concordance correlation (1989) of each column, weighted by rows.

    Args:
        predicted: (N, D) float32.
        target: (N, D) float32.
        weight: (N,) float32; 0 everywhere gives a concordance of 0.

    Returns:
        (D,) float32 in [-1, 1].
    """
    share = (weight / weight.sum().clamp_min(LEAST_WEIGHT)).unsqueeze(1)
    mean_p, mean_t = (share * predicted).sum(0), (share * target).sum(0)
    off_p, off_t = predicted - mean_p, target - mean_t
    covariance = (share * off_p * off_t).sum(0)
    spread = (share * off_p**2).sum(0) + (share * off_t**2).sum(0) + (mean_p - mean_t) ** 2
    return 2 * covariance / (spread + 1e-6)


def affect_loss(predicted: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return squared error plus a share of (1 - concordance); rows of weight 0 do not count.

    Args:
        predicted: (N, 2) float32 in [-1, 1].
        target: (N, 2) float32.
        weight: (N,) float32.
    """
    total = weight.sum()
    squared = (weight.unsqueeze(1) * (predicted - target) ** 2).sum() / total.clamp_min(LEAST_WEIGHT)
    loss = squared + CONCORDANCE_SHARE * (1.0 - concordance(predicted, target, weight).mean())
    return loss * (total > 0)  # no branch, which would wait for a graphics card in every step


class OneSetLoss:
    """Cross-entropy of the expressions, and where a network answers them, valence and arousal.

    Args:
        class_weights: (L,) float32 of the labels, their mean over faces 1; None counts all alike.
        label_smoothing: Share of the target that is spread over all labels.
        affect_share: Weight of the affect loss beside the expression loss.
    """

    def __init__(
        self, class_weights: Tensor | None, label_smoothing: float = 0.0, affect_share: float = 0.5
    ) -> None:
        self._weights, self._smoothing, self._affect_share = class_weights, label_smoothing, affect_share

    def __call__(self, answers: Sequence[Tensor], part: Batch, whole: Batch) -> Tensor:
        """See `Objective`."""
        target = smoothed(part.expression, self._smoothing)
        if self._weights is not None:
            target = target * self._weights
        loss = cross_entropy(answers[0], target).sum() / len(whole)
        if len(answers) > 1:
            share = self._affect_share * len(part) / len(whole)
            loss = loss + share * affect_loss(answers[1], part.affect, part.affect_weight)
        return loss
