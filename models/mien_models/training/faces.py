"""The faces a network is trained on: arrays in memory, loaded once, split without leaks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mien_models.training.targets import (
    FER2013_COUNT,
    FER2013_TO_LABEL,
    affect_targets,
    expression_targets,
    vote_plurality,
)


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    """Faces with soft targets.

    Attributes:
        pixels: (N, 48, 48) uint8 gray.
        expression: (N, 8) float32, rows sum to 1, order of `mien_models.training.targets.LABELS`.
        affect: (N, 2) float32 [valence, arousal] in [-1, 1]; meaningless where the weight is 0.
        affect_weight: (N,) float32, 0 where affect is unknown.
        plurality: (N,) int64, the label that most people chose, -1 where there is none; None where nobody voted.
        fer2013: (N, 7) float32, how FER2013 labels the face, in the order of the first seven of `LABELS`: rows
            sum to 1, or to 0 where there is no label or more than one. None where the faces are not of FER2013.
    """

    pixels: NDArray[np.uint8]
    expression: NDArray[np.float32]
    affect: NDArray[np.float32]
    affect_weight: NDArray[np.float32]
    plurality: NDArray[np.int64] | None = None
    fer2013: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        """Check shapes and types."""
        count = len(self.pixels)
        expected = {
            "pixels": ((count, 48, 48), np.uint8),
            "expression": ((count, 8), np.float32),
            "affect": ((count, 2), np.float32),
            "affect_weight": ((count,), np.float32),
        }
        for name, (shape, dtype) in expected.items():
            value: NDArray[np.generic] = getattr(self, name)
            if value.shape != shape or value.dtype != dtype:
                raise ValueError(
                    f"FaceSet.{name}: expected {shape} {dtype.__name__}, got {value.shape} {value.dtype}"
                )

    def __len__(self) -> int:
        """Return the number of faces."""
        return len(self.pixels)

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> Self:
        """Return the faces of `rows`: indices (M,) or a mask (N,)."""
        plurality = None if self.plurality is None else self.plurality[rows]
        fer2013 = None if self.fer2013 is None else self.fer2013[rows]
        return type(self)(
            self.pixels[rows],
            self.expression[rows],
            self.affect[rows],
            self.affect_weight[rows],
            plurality,
            fer2013,
        )

    def fer2013_targets(self) -> NDArray[np.float32]:
        """Return `fer2013`, or rows of 0."""
        return np.zeros((len(self), FER2013_COUNT), np.float32) if self.fer2013 is None else self.fer2013


def held_out_mask(pixels: NDArray[np.uint8], fraction: float, seed: int) -> NDArray[np.bool_]:
    """Pick faces to keep out of training, with identical pictures always on the same side.

    Args:
        pixels: (N, 48, 48) uint8.
        fraction: Share to keep out.
        seed: Of the random choice.

    Returns:
        (N,) bool: True where kept out.
    """
    flat = np.ascontiguousarray(pixels.reshape(len(pixels), -1))
    _, group = np.unique(flat, axis=0, return_inverse=True)
    group = group.reshape(-1)
    chosen = np.random.default_rng(seed).random(int(group.max()) + 1) < fraction
    mask: NDArray[np.bool_] = chosen[group]
    return mask


def load_fer(path: Path, vote_share: float, held_out: float, seed: int) -> tuple[FaceSet, FaceSet]:
    """Load the Training rows of FER2013 with FER+ votes.

    PublicTest is never touched here: it is kept for the report.

    Args:
        path: `fer2013plus.npz`.
        vote_share: Weight of FER+ votes against the FER2013 label, 0 to 1.
        held_out: Share of Training kept out, for choosing the checkpoint and fitting the temperature.
        seed: Of the choice.

    Returns:
        The faces to train on, and the faces kept out.
    """
    with np.load(path, allow_pickle=False) as archive:
        rows = archive["split"] == 0
        pixels, votes = archive["pixels"][rows], archive["ferplus_votes"][rows]
        label, ambiguous = archive["fer2013_label"][rows], archive["label_ambiguous"][rows]
    expression, worth_it = expression_targets(votes, label, ambiguous, vote_share)
    affect, known = affect_targets(votes)
    faces = FaceSet(
        pixels,
        expression.astype(np.float32),
        affect,
        known.astype(np.float32),
        vote_plurality(votes),
        np.where(
            ambiguous[:, None], np.float32(0), np.eye(FER2013_COUNT, dtype=np.float32)[FER2013_TO_LABEL[label]]
        ),
    )
    out = held_out_mask(pixels, held_out, seed)
    return faces.take(worth_it & ~out), faces.take(worth_it & out)
