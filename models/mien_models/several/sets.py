"""The sets of a run: their targets, their priors, and which of their faces come in a step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien_models.data.errors import DataError
from mien_models.data.faces import LabelledFaces, Split
from mien_models.data.packed import load_packed
from mien_models.several.config import SetConfig

FLOOR: Final = 1e-4
"""Least share of a class that a set knows at all, so that its logarithm stays sane."""

NEVER: Final = -1e4
"""Logarithm of the prior of a class that a set does not know."""

Floats = NDArray[np.float32]


def draw_weights(expression: Floats) -> Floats:
    """Return (N,) weights by which faces are drawn: the square root of the rarity of their class."""
    top = expression.argmax(axis=1)
    count = np.bincount(top, minlength=expression.shape[1])
    weight = 1.0 / np.sqrt(count[top])
    return np.asarray(weight / weight.sum(), np.float32)


def smoothed(expression: Floats, share: float) -> Floats:
    """Return targets of which `share` is spread over the classes that occur."""
    known = (expression.sum(axis=0) > 0).astype(np.float32)
    return np.asarray((1 - share) * expression + share * known / known.sum(), np.float32)


def log_prior(targets: Floats, weight: Floats) -> Floats:
    """Return the logarithm of the mean target as drawn; `NEVER` for classes that do not occur."""
    share = (targets * weight[:, None]).sum(axis=0) / weight.sum()
    return np.where(share > 0, np.log(np.maximum(share, FLOOR)), NEVER).astype(np.float32)


@dataclass(slots=True, eq=False)
class TrainingSet:
    """The training part of one set.

    Attributes:
        name: Of the set.
        config: How it is used.
        faces: With targets as people gave them, the teacher's share mixed in; affect likewise.
        targets: (N, 8) what is learned at present.
        weight: (N,) by which faces are drawn.
        log_prior: (8,) of the targets as drawn.
        label_log_prior: (7,) of FER2013's labels as drawn; zeros where the set has none.
        taught_affect: (N, 2) what the teacher says of valence and arousal; None without a teacher of it.
    """

    name: str
    config: SetConfig
    faces: LabelledFaces
    targets: Floats
    weight: Floats
    log_prior: Floats
    label_log_prior: Floats
    taught_affect: Floats | None = None

    def draw(self, chance: np.random.Generator) -> NDArray[np.int64]:
        """Return the rows of one step."""
        places = np.searchsorted(np.cumsum(self.weight), chance.random(self.config.per_step) * self.weight.sum())
        return np.asarray(np.minimum(places, len(self.faces) - 1), np.int64)

    def mix_in(self, own: Floats) -> None:
        """Take (N, 8) answers of the run itself into the targets."""
        share = self.config.own_share
        self.targets = (
            (1 - share) * smoothed(self.faces.soft_targets(), self.config.smoothing) + share * own
        ).astype(np.float32)


def training_set(name: str, config: SetConfig, teacher_answers: Floats | None = None) -> TrainingSet:
    """Load the training part of a set.

    Args:
        name: Of the set.
        config: Where it is and how it is used.
        teacher_answers: (N, 8) for all faces of the file, or (N, 10) with valence and arousal; or None.
    """
    packed = load_packed(Path(config.file))
    rows = packed.split == Split.TRAIN
    faces = packed.take(rows)
    if not len(faces):
        raise DataError(f"{config.file}: holds no face to learn from; pack the set again")
    expression = faces.soft_targets()
    taught = None
    if teacher_answers is not None:
        own, share = 1 - config.teacher_share, config.teacher_share
        expression = (own * expression + share * teacher_answers[rows, :8]).astype(np.float32)
        faces = replace(faces, targets=expression)
        if config.teacher_affect and teacher_answers.shape[1] > 8:
            taught = teacher_answers[rows, 8:].astype(np.float32)
            faces = replace(faces, affect=(own * faces.affect + share * taught).astype(np.float32))
    weight = draw_weights(expression)
    targets = smoothed(expression, config.smoothing)
    labelled = faces.fer2013_targets().sum(axis=1) > 0
    labels = log_prior(faces.fer2013_targets(), weight * labelled) if labelled.any() else np.zeros(7, np.float32)
    return TrainingSet(name, config, faces, targets, weight, log_prior(targets, weight), labels, taught)


def held_out(config: SetConfig) -> LabelledFaces:
    """Load the part of a set that is kept out, to choose by."""
    return load_packed(Path(config.file)).of(Split.VAL)


def class_means(sets: list[TrainingSet]) -> Floats:
    """Return (8, 2) mean valence and arousal of each expression over rated faces; 0 where none was rated."""
    rated = [part.faces for part in sets if part.config.rated > 0]
    means = np.zeros((8, 2), np.float32)
    if not rated:
        return means
    # The set with the most faces is the one that real people were rated in.
    faces = max(rated, key=len)
    top, known = faces.soft_targets().argmax(axis=1), np.isfinite(faces.affect).all(axis=1)
    for label in range(8):
        rows = (top == label) & known
        if rows.any():
            means[label] = faces.affect[rows].mean(axis=0)
    return means
