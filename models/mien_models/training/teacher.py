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

from mien_models.architectures import build
from mien_models.evaluation.calibration import softmax
from mien_models.evaluation.network import JudgedNetwork
from mien_models.training.config import TeacherConfig
from mien_models.training.faces import FaceSet
from mien_models.training.targets import LABELS

BATCH: Final = 256

Faces = NDArray[np.uint8]
Probabilities = NDArray[np.float64]
Ask = Callable[[Faces], tuple[Probabilities, ...]]


def teacher_probabilities(path: Path, pixels: Faces) -> tuple[NDArray[np.float32], ...]:
    """Return what a network says of faces, averaged with what it says of their mirror images.

    Args:
        path: An exported `.onnx` file, asked as the program asks it, or a checkpoint of this room.
        pixels: (N, 48, 48) uint8 gray.

    Returns:
        (N, 8) float32 in the order of `LABELS`, rows sum to 1; and, of a network with a head for the labels of
        FER2013, (N, 7) float32 of these.
    """
    ask = _onnx_network(path) if path.suffix == ".onnx" else _checkpoint(path)
    parts: list[list[Probabilities]] = []
    for start in range(0, len(pixels), BATCH):
        batch = pixels[start : start + BATCH]
        both = zip(ask(batch), ask(np.ascontiguousarray(batch[:, :, ::-1])), strict=True)
        parts.append([0.5 * (said + mirrored) for said, mirrored in both])
    return tuple(np.concatenate(answers).astype(np.float32) for answers in zip(*parts, strict=True))


def distilled(faces: FaceSet, teacher: TeacherConfig) -> FaceSet:
    """Return the faces with the teacher's probabilities mixed into their expression targets.

    Args:
        faces: As loaded. Where they have labels of FER2013, and the teacher a head for these, it has its say there
            as well: a third of those labels are wrong.
        teacher: Its file and its share; the rest is what people said.
    """
    expression, *fer2013 = teacher_probabilities(Path(teacher.file), faces.pixels)
    taught = replace(faces, expression=_mixed(faces.expression, expression, teacher.share))
    if faces.fer2013 is None or not fer2013:
        return taught
    mixed = _mixed(faces.fer2013, fer2013[0], teacher.share)
    mixed[faces.fer2013.sum(axis=1) == 0] = 0.0
    return replace(taught, fer2013=mixed)


def _mixed(people: NDArray[np.float32], teacher: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    return ((1.0 - share) * people + share * teacher).astype(np.float32)


def _onnx_network(path: Path) -> Ask:
    network = JudgedNetwork(path, threads=torch.get_num_threads())

    def ask(batch: Faces) -> tuple[Probabilities, ...]:
        expression = network.ask(batch).probabilities
        return (expression, network.ask_fer2013(batch)) if network.has_fer2013 else (expression,)

    return ask


def _checkpoint(path: Path) -> Ask:
    state = torch.load(path, map_location="cpu", weights_only=True)
    if tuple(state["labels"]) != LABELS:
        raise ValueError(f"{path}: a teacher must know the same labels in the same order")
    network = build(state["architecture"], **state["config"]).eval()
    network.load_state_dict(state["model"])
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    temperatures = (float(state["temperature"]), float(state.get("fer2013_temperature", 1.0)))

    def ask(batch: Faces) -> tuple[Probabilities, ...]:
        with torch.inference_mode():
            images = torch.from_numpy(batch).unsqueeze(1).float() / 255.0
            logits, _, *fer2013 = network(images.contiguous(memory_format=torch.channels_last))
        answers = zip((logits, *fer2013), temperatures, strict=False)
        return tuple(softmax(answer.numpy(), temperature) for answer, temperature in answers)

    return ask
