"""Faces that go with the real ones into every batch: few, so that they add to them and do not drown them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator

from mien.vision.crops import crop_face
from mien_models.data.open import open_faces
from mien_models.training.faces import FaceSet
from mien_models.training.synthetic import INPUT, largest_face
from mien_models.training.targets import LABELS

BORDER_PX: Final = 16
"""Put around a close crop before the face is looked for: detectors miss faces that fill the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Companions:
    """A set of which some faces are drawn for each batch, with repetition.

    Attributes:
        faces: The set.
        per_batch: How many are drawn.
        weight: (N,) float32: how likely each is drawn, in proportion.
    """

    faces: FaceSet
    per_batch: int
    weight: NDArray[np.float32]

    def draw(self, generator: Generator) -> FaceSet:
        """Return the faces for one batch; `generator` lies on the processor."""
        weight = torch.from_numpy(self.weight)
        rows = torch.multinomial(weight, self.per_batch, replacement=True, generator=generator)
        return self.faces.take(rows.numpy())


def evenly(faces: FaceSet, per_batch: int) -> Companions:
    """Return companions that are drawn alike."""
    return Companions(faces, per_batch, np.ones(len(faces), np.float32))


def balanced(faces: FaceSet, per_batch: int) -> Companions:
    """Return companions of which each expression is drawn by the square root of how often it occurs.

    Alike, nine of ten muxspace faces would be neutral or happy; by class, 21 fearful ones would come back in every
    other batch.
    """
    top = faces.expression.argmax(axis=1)
    count = np.bincount(top, minlength=len(LABELS)).astype(np.float32)
    return Companions(faces, per_batch, (1.0 / np.sqrt(count[top])).astype(np.float32))


def load_web_faces(path: Path, detector_path: Path) -> FaceSet:
    """Load pictures of faces with one expression each (muxspace), cut out anew like the FER2013 crops.

    Valence and arousal count for nothing in them. Pictures without a found face are left out.

    Args:
        path: What `mien_models.data.open_faces` opens.
        detector_path: YuNet, `face_detection_yunet_2023mar.onnx`.
    """
    detector = cv2.FaceDetectorYN.create(str(detector_path), "", (224, 224), 0.6)
    source = open_faces(path)
    crops, rows = [], []
    for row in range(len(source)):
        picture = source.pictures[row]
        colour = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR) if picture.ndim == 2 else picture
        framed = np.pad(np.asarray(colour, np.uint8), ((BORDER_PX,) * 2, (BORDER_PX,) * 2, (0, 0)), mode="edge")
        face = largest_face(detector, framed)
        if face is not None and source.expression[row] >= 0:
            crops.append(crop_face(framed, face, INPUT)[:, :, 0])
            rows.append(row)
    expression = np.eye(len(LABELS), dtype=np.float32)[source.expression[rows]]
    nothing = np.zeros((len(rows), 2), np.float32)
    return FaceSet(np.stack(crops), expression, nothing, nothing[:, 0].copy())
