"""One step's faces, changed as cameras and detectors change them, with what they are to be answered with."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor
from torch.nn import functional

from mien_models.data.aligned import FACE_PX, STORED_PX
from mien_models.data.packed import pixels_of
from mien_models.several.sets import TrainingSet
from mien_models.training.augmentation import AugmentationConfig, compress, erase, relight, roughen, soften
from mien_models.training.batch import Batch

CLASS_MEAN_WEIGHT: Final = 0.03
"""Of valence and arousal that only follow from the label, against a rating by a person."""

SMALL_CHANCE: Final = 0.25
SMALL_PX: Final = (20, 28, 36, 48, 60)
"""How small some faces become before they are enlarged again."""


def cut_out(stored: Tensor, config: AugmentationConfig, generator: Generator) -> Tensor:
    """Mirror, turn, scale and shift faces, and cut away the rim. (N, 1, S, S) stored ones → (N, 1, F, F)."""
    count = len(stored)

    def uniform(bound: float, size: int = count) -> Tensor:
        return (torch.rand(size, generator=generator) * 2 - 1) * bound

    angle = torch.deg2rad(uniform(config.rotation_deg))
    zoom = torch.exp(uniform(config.scale))
    mirror = torch.where(uniform(1.0) < 0, -1.0, 1.0)
    shift = 2 * uniform(config.shift, 2 * count).view(count, 2)
    cos, sin = torch.cos(angle) * zoom, torch.sin(angle) * zoom
    matrix = torch.stack(
        [torch.stack([cos * mirror, -sin, shift[:, 0]], 1), torch.stack([sin * mirror, cos, shift[:, 1]], 1)], 1
    )
    size = [count, 1, FACE_PX, FACE_PX]
    grid = functional.affine_grid(matrix * (FACE_PX / STORED_PX), size, align_corners=False)
    return functional.grid_sample(stored, grid, padding_mode="border", align_corners=False)


def make_small(images: Tensor, generator: Generator) -> Tensor:
    """Shrink some faces, as far cameras do, and enlarge them again."""
    chosen = torch.nonzero(torch.rand(len(images), generator=generator) < SMALL_CHANCE).flatten()
    sizes = torch.randint(len(SMALL_PX), (len(chosen),), generator=generator)
    for number, side in enumerate(SMALL_PX):
        rows = chosen[sizes == number]
        if len(rows):
            small = functional.interpolate(images[rows], (side, side), mode="area")
            images[rows] = functional.interpolate(small, images.shape[-2:], mode="bilinear", align_corners=False)
    return images


def make_unreadable(images: Tensor, generator: Generator) -> Tensor:
    """Turn faces into what no expression can be read from: shuffled tiles, a patch of skin, a cover."""
    changed = images.clone()
    for row in range(len(images)):
        way = int(torch.randint(3, (1,), generator=generator))
        if way == 0:
            side = FACE_PX // 4
            tiles = changed[row, 0].view(4, side, 4, side).transpose(1, 2).reshape(16, side, side)
            tiles = tiles[torch.randperm(16, generator=generator)]
            tiles = tiles.view(4, 4, side, side).transpose(1, 2)
            changed[row, 0] = tiles.reshape(FACE_PX, FACE_PX)
        elif way == 1:
            top, left = torch.randint(FACE_PX - 16, (2,), generator=generator).tolist()
            patch = images[row : row + 1, :, top : top + 16, left : left + 16]
            changed[row] = functional.interpolate(patch, (FACE_PX, FACE_PX), mode="bilinear")[0]
        else:
            gray = torch.rand(1, generator=generator)
            cover = gray + 0.05 * torch.randn(FACE_PX, FACE_PX, generator=generator)
            top = int(torch.randint(FACE_PX // 4, (1,), generator=generator))
            changed[row, 0, top:] = cover[top:]
    return changed.clamp(0.0, 1.0)


def mixing(count: int, chance_of_one: float, chance: np.random.Generator) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return (N,) with which other face of the set each is mixed, and (N,) float32 what remains of itself."""
    share = np.where(chance.random(count) < chance_of_one, 0.5 + 0.5 * chance.random(count), 1.0)
    return chance.permutation(count), share.astype(np.float32)


def mixed_in(values: Any, others: NDArray[Any], share: Any) -> Any:  # noqa: ANN401 - arrays and tensors alike
    """Return the mean of values and those of `others`, by what remains of themselves."""
    return share * values + (1 - share) * values[others]


class SeveralSets:
    """See `Feed`: so many faces of each set in every step.

    Args:
        sets: The sets.
        class_means: (8, 2) valence and arousal of each expression.
        no_faces: How many unreadable pictures come on top.
        augmentation: Strengths.
        seed: Together with the number of the step it decides everything.
    """

    def __init__(
        self,
        sets: list[TrainingSet],
        class_means: NDArray[np.float32],
        no_faces: int,
        augmentation: AugmentationConfig,
        seed: int,
    ) -> None:
        self.sets, self.class_means, self.no_faces = sets, class_means, no_faces
        self.augmentation, self.seed = augmentation, seed

    @property
    def steps_a_pass(self) -> int:
        """None: faces are drawn for ever."""
        return 0

    def batch(self, step: int) -> Batch:
        """See `Feed`."""
        chance = np.random.default_rng([self.seed, step])
        generator = Generator().manual_seed(self.seed * 1_000_003 + step)
        drawn = [(part, part.draw(chance)) for part in self.sets]
        stored = np.concatenate([pixels_of(part.faces)[rows] for part, rows in drawn])
        images = torch.from_numpy(stored).unsqueeze(1).float().div_(255.0)
        images = cut_out(images, self.augmentation, generator)
        images = relight(images, self.augmentation, generator)
        images = make_small(images, generator)
        for effect in (soften, roughen, compress, erase):
            images = effect(images, self.augmentation, generator)
        blocks, start = [], 0
        for part, rows in drawn:
            targets = self._targets(part, rows)
            if part.config.mixed:
                own, share = mixing(len(rows), part.config.mixed, chance)
                block = slice(start, start + len(rows))
                images[block] = mixed_in(images[block], own, torch.from_numpy(share).view(-1, 1, 1, 1))
                soft = [mixed_in(targets[place], own, share[:, None]) for place in (0, 2, 4)]
                targets = (soft[0], targets[1], soft[1], targets[3], soft[2], *targets[5:])
            blocks.append(targets)
            start += len(rows)
        columns = [np.concatenate(column) for column in zip(*blocks, strict=True)]
        if self.no_faces:
            some = chance.choice(len(images), self.no_faces, replace=False)
            images = torch.cat([images, make_unreadable(images[some], generator)])
            columns = [np.concatenate(pair) for pair in zip(columns, self._nothing(), strict=True)]
        order = torch.randperm(len(images), generator=generator)
        return Batch(images.clamp_(0.0, 1.0)[order], *(torch.from_numpy(column)[order] for column in columns))

    def _targets(self, part: TrainingSet, rows: NDArray[np.int64]) -> tuple[NDArray[Any], ...]:
        count = len(rows)
        expression = part.targets[rows]
        affect = part.faces.affect[rows]
        rated = np.asarray(np.isfinite(affect).all(axis=1) & (part.config.rated > 0))
        from_label = expression @ self.class_means
        return (
            expression,
            np.broadcast_to(part.log_prior, (count, 8)),
            part.faces.fer2013_targets()[rows],
            np.broadcast_to(part.label_log_prior, (count, 7)),
            np.where(rated[:, None], affect, from_label).astype(np.float32),
            np.where(rated, part.config.rated, CLASS_MEAN_WEIGHT).astype(np.float32),
            rated & (part.config.rated >= 1.0),
        )

    def _nothing(self) -> tuple[NDArray[Any], ...]:
        count = self.no_faces
        return (
            np.full((count, 8), 1 / 8, np.float32),
            np.zeros((count, 8), np.float32),
            np.zeros((count, 7), np.float32),
            np.zeros((count, 7), np.float32),
            np.zeros((count, 2), np.float32),
            np.full(count, CLASS_MEAN_WEIGHT, np.float32),
            np.zeros(count, np.bool_),
        )
