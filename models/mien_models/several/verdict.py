"""How good the weights are at present, on the parts of all sets that are kept out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mien_models.data.aligned import RIM_PX
from mien_models.data.faces import LabelledFaces
from mien_models.data.packed import pixels_of
from mien_models.evaluation.affect import affect_figures
from mien_models.evaluation.calibration import reliability, softmax
from mien_models.several.priors import EVERYDAY
from mien_models.training.face_store import sent

BATCH: Final = {"cpu": 32}
LARGE_BATCH: Final = 512
"""Faces at once, on a processor and on what fills up later."""

EVERYDAY_SHARES: Final = np.array(EVERYDAY)


Answers = tuple[NDArray[np.float64], ...]


def answers(network: nn.Module, pixels: NDArray[np.uint8], mirrored: bool = False) -> Answers:
    """Return the network's answers to the middle of (N, S, S) stored faces, each (N, …)."""
    network.eval()
    device = next(network.parameters()).device
    parts: list[list[Tensor]] = []
    size = BATCH.get(device.type, LARGE_BATCH)
    with torch.inference_mode():
        for start in range(0, len(pixels), size):
            core = pixels[start : start + size, RIM_PX:-RIM_PX, RIM_PX:-RIM_PX]
            images = sent(np.ascontiguousarray(core), device).unsqueeze(1).float().div_(255.0)
            images = images.contiguous(memory_format=torch.channels_last)
            said = network(images)
            if mirrored:
                said = tuple((a + b) / 2 for a, b in zip(said, network(images.flip(3)), strict=True))
            parts.append([answer.double() for answer in said])
    return tuple(torch.cat(column).cpu().numpy() for column in zip(*parts, strict=True))


def verdict(network: nn.Module, sets: Mapping[str, LabelledFaces]) -> dict[str, float]:
    """Return figures by name, in percent but for those of calibration, affect and the `held_out_` means of all."""
    figures: dict[str, float] = {}
    losses, right = [], []
    for name, faces in sets.items():
        logits, affect, *_ = answers(network, pixels_of(faces))
        target = faces.soft_targets()
        truth, known = target.argmax(axis=1), target.sum(axis=0) > 0
        masked = np.where(known, logits, -1e4)
        balanced = softmax(masked)
        top = balanced.argmax(axis=1)
        recall = [float((top[truth == label] == label).mean()) for label in np.unique(truth)]
        everyday = softmax(masked + np.log(EVERYDAY_SHARES))
        own = np.log(np.maximum(target.mean(axis=0), 1e-4))
        by_own = softmax(masked + own)
        losses.append(-float((target * np.log(np.clip(by_own, 1e-12, 1.0))).sum(axis=1).mean()))
        right.append(float((top == truth).mean()))
        figures |= {
            f"{name}_accuracy": 100 * right[-1],
            f"{name}_recall": 100 * float(np.mean(recall)),
            f"{name}_everyday": 100 * float((everyday.argmax(axis=1) == truth).mean()),
            f"{name}_own_prior": 100 * float((by_own.argmax(axis=1) == truth).mean()),
            f"{name}_ece": reliability(balanced, truth).error,
        }
        rated = np.isfinite(faces.affect).all(axis=1)
        if rated.any():
            valence, arousal = (
                affect_figures(affect[rated, place], faces.affect[rated, place]) for place in (0, 1)
            )
            figures[f"{name}_valence"], figures[f"{name}_arousal"] = valence.ccc, arousal.ccc
    figures |= {"held_out_loss": float(np.mean(losses)), "held_out_accuracy": float(np.mean(right))}
    return {name: round(value, 4) for name, value in figures.items()}
