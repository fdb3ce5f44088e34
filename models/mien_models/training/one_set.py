"""Passes over one set of faces: the batches that a network learns from, and those that it is judged by."""

from typing import Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mien.core.arrays import Floats
from mien.core.emotion import EXPRESSIONS
from mien.inference.manifest import InputSpec
from mien_models.data import DataError, LabelledFaces
from mien_models.training.augmentation import AugmentationConfig, change, move
from mien_models.training.batch import Batch
from mien_models.training.chance import Chance
from mien_models.training.face_store import CPU, Rows, as_input, in_size, sent, stored_faces

Balance = Literal["none", "weights", "sampling"]

GEOMETRIC: Final = AugmentationConfig(
    rotation_deg=10.0,
    scale=0.1,
    shift=0.1,
    gamma=0.0,
    contrast=0.0,
    brightness=0.0,
    light=0.0,
    small=0.0,
    blur=0.0,
    noise=0.0,
    compression=0.0,
    erasing=0.0,
)
"""Mirroring, turning, zooming and shifting, as the published projects augment."""

AUGMENTATIONS: Final[dict[str, AugmentationConfig | None]] = {
    "none": None,
    "geometric": GEOMETRIC,
    "full": AugmentationConfig(small=0.0),
}
"""By the name that `--augment` takes."""


def label_indices(faces: LabelledFaces, labels: tuple[str, ...]) -> NDArray[np.int64]:
    """Return (N,) index into `labels`, -1 for faces whose expression is unknown or none of them."""
    place = np.full(len(EXPRESSIONS) + 1, -1, dtype=np.int64)
    for index, label in enumerate(labels):
        place[EXPRESSIONS.index(label)] = index
    return np.asarray(place[faces.expression], dtype=np.int64)


def soft_targets(faces: LabelledFaces, labels: tuple[str, ...]) -> Floats:
    """Return (N, L) float32 distributions over a network's labels; what people said of others is left out."""
    columns = faces.soft_targets()[:, [EXPRESSIONS.index(label) for label in labels]]
    return np.asarray(columns / np.maximum(columns.sum(axis=1, keepdims=True), 1e-6), np.float32)


class OneSet:
    """See `Feed`: batches of one set, the same ones whenever they are asked for by number.

    Args:
        faces: The set; faces whose expression the network does not have are left out.
        labels: Of the network.
        spec: The network's input.
        batch_size: Faces in a batch.
        seed: Of order and augmentation.
        augmentation: Strengths, or None.
        balance: "sampling" shows every expression equally often.
        device: Where the faces are kept, resized and changed.

    Raises:
        DataError: No face is left.
    """

    def __init__(
        self,
        faces: LabelledFaces,
        labels: tuple[str, ...],
        spec: InputSpec,
        batch_size: int,
        seed: int = 0,
        augmentation: AugmentationConfig | None = None,
        balance: Balance = "none",
        device: torch.device = CPU,
    ) -> None:
        indices = label_indices(faces, labels)
        self.faces = faces.take(indices >= 0)
        self.truth = indices[indices >= 0]
        self.targets = soft_targets(self.faces, labels)
        if not len(self.faces):
            raise DataError(f"{faces.name}: no face shows any of {', '.join(labels)}")
        self.label_count = len(labels)
        self._spec, self._size, self._seed, self._balance = spec, min(batch_size, len(self.faces)), seed, balance
        self._augmentation, self._device = augmentation, device
        self._store = stored_faces(self.faces, spec, device)
        affect = self.faces.affect
        known = np.asarray(np.isfinite(affect).all(axis=1))
        fer2013 = self.faces.fer2013_targets()
        columns = (
            self.targets,
            np.zeros_like(self.targets),
            fer2013,
            np.zeros_like(fer2013),
            np.where(known[:, None], affect, 0.0).astype(np.float32),
            known.astype(np.float32),
            known,
        )
        self._columns = tuple(torch.from_numpy(column).to(device) for column in columns)

    @property
    def steps_a_pass(self) -> int:
        """Full batches in one pass over the set."""
        return len(self.faces) // self._size

    def class_weights(self) -> Tensor:
        """Return (C,) float32, faces / (classes with faces x faces of the class): their mean over faces is 1."""
        counts = np.bincount(self.truth, minlength=self.label_count)
        present = (counts > 0).sum()
        return torch.from_numpy((len(self.truth) / (present * np.maximum(counts, 1))).astype(np.float32))

    def batch(self, step: int) -> Batch:
        """Return the batch of a step, counted over all passes; in each pass, each face comes once at most."""
        one_pass, place = divmod(step, self.steps_a_pass)
        chosen = self._order(one_pass)[place * self._size : (place + 1) * self._size]
        rows = sent(chosen, self._device)
        if self._augmentation is None:
            return self._batch(self._plain(chosen, rows), rows)
        chance = Chance(self._seed, step, self._device)
        stored = self._store.take(chosen, rows).float().div_(255.0)
        width, height = self._spec.size_wh
        images = change(move(stored, self._augmentation, chance, (height, width)), self._augmentation, chance)
        return self._batch(images, rows)

    def to_judge(self, start: int) -> Batch:
        """Return the faces from `start` on, in the set's order, as they are."""
        chosen = np.arange(start, min(start + self._size, len(self.faces)))
        rows = sent(chosen, self._device)
        return self._batch(self._plain(chosen, rows), rows)

    def starts(self) -> range:
        """Return where the batches of `to_judge` begin."""
        return range(0, len(self.faces), self._size)

    def _order(self, one_pass: int) -> Rows:
        generator = np.random.default_rng((self._seed, one_pass))
        if self._balance != "sampling":
            return generator.permutation(len(self.faces))
        chance = self.class_weights().numpy().astype(np.float64)[self.truth]
        return generator.choice(len(self.faces), len(self.faces), p=chance / chance.sum())

    def _plain(self, chosen: Rows, rows: Tensor) -> Tensor:
        """Return (N, C, H, W) float32 in 0 to 1, as they are."""
        return in_size(self._store.take(chosen, rows), self._spec)

    def _batch(self, images: Tensor, rows: Tensor) -> Batch:
        return Batch(as_input(images, self._spec), *(column[rows] for column in self._columns))
