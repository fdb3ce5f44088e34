"""Losses: soft-target cross-entropy for expressions, squared error with concordance for affect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from torch import Tensor
from torch.nn import functional

CONCORDANCE_SHARE: Final = 0.5

LABEL_SMOOTHING: Final = 0.1
"""For the labels of FER2013, of which about a third are wrong by the votes of FER+."""


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


def fer2013_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Return the mean cross-entropy of (N, 7) logits against (N, 7) distributions; rows of 0 do not count."""
    known = target.sum(1) > 0
    if not bool(known.any()):
        return logits.sum() * 0.0
    return functional.cross_entropy(logits[known], target[known], label_smoothing=LABEL_SMOOTHING)


@dataclass(frozen=True, slots=True)
class Targets:
    """What a batch of N faces should be answered with.

    Attributes:
        expression: (N, 8) float32 distributions.
        affect: (N, 2) float32.
        affect_weight: (N,) float32, 0 where affect is unknown.
        fer2013: (N, 7) float32 distributions, rows of 0 where unknown.
    """

    expression: Tensor
    affect: Tensor
    affect_weight: Tensor
    fer2013: Tensor


def total_loss(answers: Sequence[Tensor], targets: Targets, affect_share: float, fer2013_share: float) -> Tensor:
    """Add the losses of a network's answers: logits, affect and, where it has that head, the logits of FER2013."""
    logits, affect = answers[0].float(), answers[1].float()
    loss = expression_loss(logits, targets.expression)
    loss = loss + affect_share * affect_loss(affect, targets.affect, targets.affect_weight)
    if len(answers) > 2:
        loss = loss + fer2013_share * fer2013_loss(answers[2].float(), targets.fer2013)
    return loss
