"""One step's faces, changed as cameras and detectors change them, with what they are to be answered with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mien_models.data.aligned import FACE_PX, STORED_PX
from mien_models.data.packed import pixels_of
from mien_models.several.sets import TrainingSet
from mien_models.training.augmentation import AugmentationConfig, change, move, unreadable
from mien_models.training.batch import Batch
from mien_models.training.chance import Chance
from mien_models.training.face_store import CPU, sent

CLASS_MEAN_WEIGHT: Final = 0.03
"""Of valence and arousal that only follow from the label, against a rating by a person."""


def mixing(count: int, chance_of_one: float, chance: Chance) -> tuple[Tensor, Tensor]:
    """Return (N,) with which other face of the set each is mixed, and (N, 1) float32 what remains of itself."""
    share = chance.uniform(count, 0.5, 1.0)
    share = torch.where(chance.uniform(count, 0.0, 1.0) < chance_of_one, share, 1.0)
    return chance.order(count), share.unsqueeze(1)


def mixed_in(values: Tensor, others: Tensor, share: Tensor) -> Tensor:
    """Return the mean of (N, …) values and those of `others`, by what remains of themselves, (N, 1)."""
    share = share.view(-1, *[1] * (values.ndim - 1))
    return share * values + (1 - share) * values[others]


@dataclass(slots=True)
class _OnDevice:
    """A set where the network is."""

    pixels: Tensor
    expression: Tensor
    log_prior: Tensor
    fer2013: Tensor
    label_log_prior: Tensor
    affect: Tensor
    affect_weight: Tensor
    has_affect: Tensor
    is_rated: Tensor


class SeveralSets:
    """See `Feed`: so many faces of each set in every step.

    Args:
        sets: The sets.
        class_means: (8, 2) valence and arousal of each expression.
        no_faces: How many unreadable pictures come on top.
        augmentation: Strengths.
        seed: Together with the number of the step it decides everything.
        device: Where the faces are kept and changed.
    """

    def __init__(
        self,
        sets: list[TrainingSet],
        class_means: NDArray[np.float32],
        no_faces: int,
        augmentation: AugmentationConfig,
        seed: int,
        device: torch.device = CPU,
    ) -> None:
        self.sets, self.no_faces, self.augmentation = sets, no_faces, augmentation
        self.seed, self.device = seed, device
        self.class_means = torch.from_numpy(class_means).to(device)
        self._kept = [self._keep(part) for part in sets]

    def _keep(self, part: TrainingSet) -> _OnDevice:
        affect = part.faces.affect
        is_rated = np.asarray(np.isfinite(affect).all(axis=1) & (part.config.rated > 0))
        has_affect = is_rated | (part.taught_affect is not None)
        if part.taught_affect is not None:
            affect = np.where(is_rated[:, None], affect, part.taught_affect)
        unrated = CLASS_MEAN_WEIGHT if part.taught_affect is None else part.config.teacher_affect
        arrays = (
            pixels_of(part.faces)[:, None],
            part.targets,
            part.log_prior,
            part.faces.fer2013_targets(),
            part.label_log_prior,
            np.where(has_affect[:, None], affect, 0.0).astype(np.float32),
            np.where(is_rated, part.config.rated, unrated).astype(np.float32),
            has_affect,
            is_rated,
        )
        return _OnDevice(*(torch.from_numpy(values).to(self.device) for values in arrays))

    def renew_targets(self) -> None:
        """Take over what the sets' targets have become."""
        for part, kept in zip(self.sets, self._kept, strict=True):
            kept.expression = torch.from_numpy(part.targets).to(self.device)

    @property
    def steps_a_pass(self) -> int:
        """None: faces are drawn for ever."""
        return 0

    def batch(self, step: int) -> Batch:
        """See `Feed`."""
        chance = Chance(self.seed, step, self.device)
        drawn = [sent(part.draw(chance.host), self.device) for part in self.sets]
        stored = torch.cat([kept.pixels[rows] for kept, rows in zip(self._kept, drawn, strict=True)])
        size_hw = (FACE_PX, FACE_PX)
        images = move(stored.float().div_(255.0), self.augmentation, chance, size_hw, FACE_PX / STORED_PX)
        images = change(images, self.augmentation, chance)
        blocks, start = [], 0
        for part, kept, rows in zip(self.sets, self._kept, drawn, strict=True):
            targets = self._targets(part, kept, rows)
            if part.config.mixed:
                others, share = mixing(len(rows), part.config.mixed, chance)
                block = slice(start, start + len(rows))
                images[block] = mixed_in(images[block], others, share)
                soft = [mixed_in(targets[place], others, share) for place in (0, 2, 4)]
                targets = (soft[0], targets[1], soft[1], targets[3], soft[2], *targets[5:])
            blocks.append(targets)
            start += len(rows)
        if self.no_faces:
            images = torch.cat([images, unreadable(images[chance.order(len(images))[: self.no_faces]], chance)])
            blocks.append(self._nothing())
        order = chance.order(len(images))
        return Batch(images[order], *(torch.cat(column)[order] for column in zip(*blocks, strict=True)))

    def _targets(self, part: TrainingSet, kept: _OnDevice, rows: Tensor) -> tuple[Tensor, ...]:
        expression = kept.expression[rows]
        from_label = expression @ self.class_means
        return (
            expression,
            kept.log_prior.expand(len(rows), -1),
            kept.fer2013[rows],
            kept.label_log_prior.expand(len(rows), -1),
            torch.where(kept.has_affect[rows].unsqueeze(1), kept.affect[rows], from_label),
            kept.affect_weight[rows],
            kept.is_rated[rows] & (part.config.rated >= 1.0),
        )

    def _nothing(self) -> tuple[Tensor, ...]:
        def full(value: float, *shape: int) -> Tensor:
            return torch.full((self.no_faces, *shape), value, device=self.device)

        return (
            full(1 / 8, 8),
            full(0.0, 8),
            full(0.0, 7),
            full(0.0, 7),
            full(0.0, 2),
            full(CLASS_MEAN_WEIGHT),
            full(0.0) > 0,
        )
