"""What a finished network says of the faces that another one learns from (Hinton et al. 2015, arXiv:1503.02531).

It is asked once, before training; that costs nothing in the loop.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from mien.inference.session import OnnxSession
from mien_models.data.aligned import RIM_PX
from mien_models.data.faces import LabelledFaces
from mien_models.data.packed import pixels_of
from mien_models.evaluation.calibration import softmax
from mien_models.evaluation.network import JudgedNetwork
from mien_models.several.refit import logits_of
from mien_models.several.sets import draw_weights, log_prior

BATCH: Final = 256
OLD_PX: Final = 48
"""A side of the faces that networks without priors take."""


def teacher_says(teacher: Path, faces: LabelledFaces) -> NDArray[np.float32]:
    """Return (N, 8) what a teacher says of stored faces, by the prior of their set.

    A network that offers priors has none in its logits, so that the set's own is put in. An older one, which
    learned from FER2013 alone, holds that of FER+.
    """
    manifest = OnnxSession(teacher, provider="cpu").manifest.outputs.expression
    if not manifest.priors:
        return mirrored_probabilities(teacher, shrunk(pixels_of(faces)))
    logits = logits_of(teacher, pixels_of(faces)) / manifest.temperature
    expression = faces.soft_targets()
    prior = log_prior(expression, draw_weights(expression))
    return softmax(logits + prior).astype(np.float32)


def mirrored_probabilities(path: Path, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return (N, 8) what a network says of (N, h, w) faces, averaged with what it says of their mirror images."""
    network = JudgedNetwork(path, threads=torch.get_num_threads())
    parts = []
    for start in range(0, len(pixels), BATCH):
        batch = pixels[start : start + BATCH]
        views = (batch, np.ascontiguousarray(batch[:, :, ::-1]))
        parts.append(np.mean([network.ask(view).probabilities for view in views], axis=0))
    return np.concatenate(parts).astype(np.float32)


def shrunk(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return (N, 48, 48) of (N, S, S) stored faces."""
    core = pixels[:, RIM_PX:-RIM_PX, RIM_PX:-RIM_PX]
    return np.stack([cv2.resize(face, (OLD_PX, OLD_PX), interpolation=cv2.INTER_AREA) for face in core])
