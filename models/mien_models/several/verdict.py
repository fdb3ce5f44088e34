"""How good the weights are at present, on the parts of all sets that are kept out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from mien_models.several.packing import RIM_PX, PackedFaces
from mien_models.several.priors import EVERYDAY

BATCH: Final = 32

EVERYDAY_SHARES: Final = np.array(EVERYDAY)


Answers = tuple[NDArray[np.float64], ...]


def answers(network: nn.Module, pixels: NDArray[np.uint8], mirrored: bool = False) -> Answers:
    """Return the network's answers to the middle of (N, 96, 96) faces, each (N, …)."""
    network.eval()
    parts: list[list[NDArray[np.float64]]] = []
    with torch.inference_mode():
        for start in range(0, len(pixels), BATCH):
            core = pixels[start : start + BATCH, RIM_PX:-RIM_PX, RIM_PX:-RIM_PX]
            images = torch.from_numpy(np.ascontiguousarray(core)).unsqueeze(1).float().div_(255.0)
            images = images.contiguous(memory_format=torch.channels_last)
            said = network(images)
            if mirrored:
                said = tuple((a + b) / 2 for a, b in zip(said, network(images.flip(3)), strict=True))
            parts.append([answer.double().numpy() for answer in said])
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def softmax(logits: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return (N, C) probabilities."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)


def calibration_error(probabilities: NDArray[np.float64], truth: NDArray[np.int64], bins: int = 15) -> float:
    """Return the expected calibration error over equal bins of confidence."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    inside = [place == number for number in set(place.tolist())]
    return float(sum(abs(confidence[here].mean() - right[here].mean()) * here.mean() for here in inside))


def ccc(first: NDArray[np.floating[Any]], second: NDArray[np.floating[Any]]) -> float:
    """Return Lin's concordance correlation."""
    covariance = float(np.mean((first - first.mean()) * (second - second.mean())))
    return 2 * covariance / float(first.var() + second.var() + (first.mean() - second.mean()) ** 2)


def verdict(network: nn.Module, sets: Mapping[str, PackedFaces]) -> dict[str, float]:
    """Return figures by name, in percent but for those of calibration and affect."""
    figures: dict[str, float] = {}
    for name, faces in sets.items():
        logits, affect, _ = answers(network, faces.pixels)
        truth = faces.expression.argmax(axis=1)
        known = faces.expression.sum(axis=0) > 0
        masked = np.where(known, logits, -1e4)
        balanced = softmax(masked)
        top = balanced.argmax(axis=1)
        recall = [float((top[truth == label] == label).mean()) for label in np.unique(truth)]
        everyday = softmax(masked + np.log(EVERYDAY_SHARES))
        figures |= {
            f"{name}_accuracy": 100 * float((top == truth).mean()),
            f"{name}_recall": 100 * float(np.mean(recall)),
            f"{name}_everyday": 100 * float((everyday.argmax(axis=1) == truth).mean()),
            f"{name}_ece": calibration_error(balanced, truth),
        }
        if name in ("ratedweb", "diffusionfer"):
            figures[f"{name}_valence"] = ccc(affect[:, 0], faces.affect[:, 0])
            figures[f"{name}_arousal"] = ccc(affect[:, 1], faces.affect[:, 1])
            figures[f"{name}_spread"] = float(affect[:, 1].std() / faces.affect[:, 1].std())
        if name == "fer":
            own = np.log(faces.expression.mean(axis=0))
            figures["fer_own_prior"] = 100 * float((softmax(logits + own).argmax(axis=1) == truth).mean())
    return {name: round(value, 4) for name, value in figures.items()}
