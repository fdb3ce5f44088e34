"""The loss of a step: every set's own prior is added to the logits, so that the logits themselves hold none.

Logit adjustment after Menon et al. 2021 (arXiv:2007.07314).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

from mien_models.several.config import SeveralConfig
from mien_models.training.batch import Batch
from mien_models.training.losses import concordance, cross_entropy, smoothed

MEMORY: Final = 96
"""Rated faces of the last steps that the concordance is computed over, with those at hand."""

FER2013_SMOOTHING: Final = 0.1


class SeveralLoss:
    """See `Objective`: adds up what the answers to a part of a step are worth.

    Args:
        config: Weights.
    """

    def __init__(self, config: SeveralConfig) -> None:
        self.config = config
        self._said = torch.zeros(0, 2)
        self._rated = torch.zeros(0, 2)
        self._weight = torch.zeros(0)

    def __call__(self, answers: Sequence[Tensor], part: Batch, whole: Batch) -> Tensor:
        """See `Objective`; the network answers affect, and the labels of FER2013 or not."""
        logits, affect, *labels = answers
        loss = cross_entropy(logits + part.log_prior, part.expression).sum()
        soft = smoothed(part.fer2013, FER2013_SMOOTHING)
        for fer2013 in labels:
            loss = loss + self.config.fer2013_share * cross_entropy(fer2013, soft).sum()
        by_label = logits[:, : soft.shape[1]] + part.label_log_prior
        loss = loss + self.config.label_share * cross_entropy(by_label, soft).sum()
        off = ((affect - part.affect) ** 2).sum(1)
        loss = loss + self.config.affect_share * (part.affect_weight * off).sum()
        missing = 1.0 - self._concordance(affect, part.affect, part.rated.float())
        share = self.config.concordance_share * len(whole) / whole.rated.sum().clamp_min(1)
        loss = loss + share * missing.sum() * part.rated.any()
        return loss / len(whole)

    def _concordance(self, said: Tensor, target: Tensor, rated: Tensor) -> Tensor:
        """Return (2,) the concordance over the rated faces at hand and the last ones.

        Only the faces at hand have a gradient, and each one moves the value little the more are remembered: it is
        multiplied by the number of faces, so that each weighs as in a squared error that is summed. Which faces
        are rated is never asked of the device: the others weigh nothing.

        Args:
            said: (M, 2).
            target: (M, 2).
            rated: (M,) 1 or 0.
        """
        said = torch.cat([said, self._said.to(said)])
        target = torch.cat([target, self._rated.to(target)])
        weight = torch.cat([rated, self._weight.to(rated)])
        value = concordance(said, target, weight)
        agreement = value * weight.sum() - (value * (weight.sum() - 1)).detach()
        newest = weight.argsort(descending=True, stable=True)[:MEMORY]
        self._said, self._rated, self._weight = said.detach()[newest], target[newest], weight[newest]
        return agreement
