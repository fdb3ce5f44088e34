"""The loss of a step: every set's own prior is added to the logits, so that the logits themselves hold none.

Logit adjustment after Menon et al. 2021 (arXiv:2007.07314).
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from mien_models.several.batches import Step
from mien_models.several.config import SeveralConfig
from mien_models.training.losses import concordance

MEMORY: Final = 96
"""Rated faces of the last steps that the concordance is computed over, with those at hand."""

FER2013_SMOOTHING: Final = 0.1


def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """Return (N,) cross-entropy; rows of the target that are 0 count nothing."""
    return -(target * torch.log_softmax(logits, dim=1)).sum(1)


class SeveralLoss:
    """Adds up what the answers to a part of a step are worth.

    Args:
        config: Weights.
    """

    def __init__(self, config: SeveralConfig) -> None:
        self.config = config
        self._said = torch.zeros(0, 2)
        self._rated = torch.zeros(0, 2)

    def __call__(self, answers: tuple[Tensor, ...], part: Step, step_size: int, rated_in_step: int) -> Tensor:
        """Return the loss of a part, as its share of the step's mean.

        Args:
            answers: Logits (M, 8), affect (M, 2) and logits for FER2013's labels (M, 7).
            part: M faces.
            step_size: Faces of the whole step.
            rated_in_step: Rated ones among them.
        """
        logits, affect, fer2013 = answers
        loss = cross_entropy(logits + part.log_prior, part.expression).sum()
        labelled = part.fer2013.sum(1, keepdim=True)
        soft = (1 - FER2013_SMOOTHING) * part.fer2013 + FER2013_SMOOTHING / 7 * labelled
        loss = loss + self.config.fer2013_share * cross_entropy(fer2013, soft).sum()
        loss = loss + self.config.label_share * cross_entropy(logits[:, :7] + part.label_log_prior, soft).sum()
        off = ((affect - part.affect) ** 2).sum(1)
        loss = loss + self.config.affect_share * (part.affect_weight * off).sum()
        if bool(part.rated.any()):
            missing = 1.0 - self._concordance(affect[part.rated], part.affect[part.rated])
            loss = loss + self.config.concordance_share * step_size / rated_in_step * missing.sum()
        return loss / step_size

    def _concordance(self, said: Tensor, rated: Tensor) -> Tensor:
        """Return (2,) the concordance over the faces at hand and the last ones.

        Only the faces at hand have a gradient, and each one moves the value little the more are remembered: it is
        multiplied by the number of faces, so that each weighs as in a squared error that is summed.
        """
        everything = torch.cat([said, self._said]), torch.cat([rated, self._rated])
        value = concordance(*everything, torch.ones(len(everything[0])))
        agreement = value * len(everything[0]) - (value * (len(everything[0]) - 1)).detach()
        self._said, self._rated = everything[0][:MEMORY].detach(), everything[1][:MEMORY]
        return agreement
