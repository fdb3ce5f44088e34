"""Judging a network on the faces kept out, and the checkpoint that the export step reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor

from models.architectures import build
from models.evaluation.calibration import fit_temperature
from models.training.config import TrainingConfig
from models.training.faces import FaceSet
from models.training.losses import concordance, expression_loss
from models.training.synthetic import INPUT
from models.training.targets import LABELS


@dataclass(frozen=True, slots=True)
class Verdict:
    """Figures on the faces kept out of Training (soft targets; agreement is with the top of the target).

    Attributes:
        loss: Cross-entropy against the target distributions at the fitted temperature: what the checkpoint is
            chosen by.
        agreement: Share of faces whose top label is the top of the target.
        ccc_valence: Concordance with the votes' expected position.
        ccc_arousal: The same.
        temperature: Divides the logits for the best cross-entropy.
    """

    loss: float
    agreement: float
    ccc_valence: float
    ccc_arousal: float
    temperature: float

    def as_dict(self) -> dict[str, float]:
        """Return rounded figures under their names."""
        return {f"held_out_{key}": round(value, 4) for key, value in asdict(self).items()}


def judge(config: TrainingConfig, weights: Mapping[str, Tensor], faces: FaceSet) -> Verdict:
    """Run a network with `weights` over `faces`, without augmentation."""
    network = build(config.architecture, **config.network)
    network.load_state_dict(dict(weights))
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    network.eval()
    logits, affect = [], []
    with torch.inference_mode():
        for start in range(0, len(faces), 256):
            pixels = torch.from_numpy(faces.pixels[start : start + 256].astype(np.float32) / 255.0).unsqueeze(1)
            parts = network(pixels.contiguous(memory_format=torch.channels_last))
            logits.append(parts[0])
            affect.append(parts[1])
    all_logits, all_affect = torch.cat(logits), torch.cat(affect)
    target = torch.from_numpy(faces.expression)
    temperature = fit_temperature(all_logits.numpy(), faces.expression)
    ccc = concordance(all_affect, torch.from_numpy(faces.affect), torch.from_numpy(faces.affect_weight))
    return Verdict(
        loss=float(expression_loss(all_logits / temperature, target)),
        agreement=float((all_logits.argmax(1) == target.argmax(1)).float().mean()),
        ccc_valence=float(ccc[0]),
        ccc_arousal=float(ccc[1]),
        temperature=temperature,
    )


def save_atomically(state: Mapping[str, Any], path: Path) -> None:
    """Write a checkpoint so that a killed run never leaves half a file."""
    part = path.with_name(f"{path.name}.part")
    torch.save(dict(state), part)
    part.replace(path)


def save_release(
    path: Path,
    config: TrainingConfig,
    weights: Mapping[str, Tensor],
    verdict: Verdict,
    progress: Mapping[str, Any],
) -> None:
    """Write the checkpoint that is exported: averaged weights and all that the manifest needs.

    It loads with `torch.load(path, weights_only=True)`.
    """
    network = {key: value.contiguous().clone() for key, value in weights.items()}
    provenance = {
        "name": config.name,
        "licence": "MIT",
        "trained_on": "FER2013 Training with FER+ votes; DiffusionFER train (CC0, synthetic)",
        "training": config.as_dict(),
        "progress": dict(progress),
    }
    state = {
        "model": network,
        "config": dict(config.network),
        "architecture": config.architecture,
        "labels": list(LABELS),
        "input": msgspec.to_builtins(INPUT),
        "temperature": verdict.temperature,
        "provenance": provenance,
    }
    save_atomically(state, path)
