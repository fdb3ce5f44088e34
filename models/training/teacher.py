"""Distillation: a finished network's probabilities as part of the target (Hinton et al. 2015, arXiv:1503.02531).

The teacher is asked once, before training, about each face and its mirror image; that costs nothing in the loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from models.architectures import build
from models.evaluation.calibration import softmax
from models.evaluation.network import JudgedNetwork
from models.training.config import TeacherConfig
from models.training.faces import FaceSet
from models.training.targets import LABELS

BATCH: Final = 256

Faces = NDArray[np.uint8]
Probabilities = NDArray[np.float64]
Ask = Callable[[Faces], Probabilities]


def teacher_probabilities(path: Path, pixels: Faces) -> NDArray[np.float32]:
    """Return what a network says of faces, averaged with what it says of their mirror images.

    Args:
        path: An exported `.onnx` file, asked as the program asks it, or a checkpoint of this room.
        pixels: (N, 48, 48) uint8 gray.

    Returns:
        (N, 8) float32 in the order of `LABELS`, rows sum to 1.
    """
    ask = _onnx_network(path) if path.suffix == ".onnx" else _checkpoint(path)
    parts = []
    for start in range(0, len(pixels), BATCH):
        batch = pixels[start : start + BATCH]
        parts.append(0.5 * (ask(batch) + ask(np.ascontiguousarray(batch[:, :, ::-1]))))
    return np.concatenate(parts).astype(np.float32)


def distilled(faces: FaceSet, teacher: TeacherConfig) -> FaceSet:
    """Return the faces with the teacher's probabilities mixed into their expression targets.

    Args:
        faces: As loaded.
        teacher: Its file and its share; the rest is what people said.
    """
    said = teacher_probabilities(Path(teacher.file), faces.pixels)
    mixed = (1.0 - teacher.share) * faces.expression + teacher.share * said
    return replace(faces, expression=mixed.astype(np.float32))


def _onnx_network(path: Path) -> Ask:
    network = JudgedNetwork(path, threads=torch.get_num_threads())
    return lambda batch: network.ask(batch).probabilities


def _checkpoint(path: Path) -> Ask:
    state = torch.load(path, map_location="cpu", weights_only=True)
    if tuple(state["labels"]) != LABELS:
        raise ValueError(f"{path}: a teacher must know the same labels in the same order")
    network = build(state["architecture"], **state["config"]).eval()
    network.load_state_dict(state["model"])
    temperature = float(state["temperature"])

    def ask(batch: Faces) -> Probabilities:
        with torch.inference_mode():
            logits, *_ = network(torch.from_numpy(batch).unsqueeze(1).float() / 255.0)
        return softmax(logits.numpy(), temperature)

    return ask
