"""Judging a network on the faces kept out, and the checkpoint that the export step reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import torch
from torch import Tensor, nn

from mien_models.architectures import build
from mien_models.evaluation.calibration import fit_temperature
from mien_models.training.config import TrainingConfig
from mien_models.training.faces import FaceSet
from mien_models.training.losses import agreement, concordance, expression_loss
from mien_models.training.synthetic import INPUT
from mien_models.training.targets import LABELS

BATCH: Final = 256


@dataclass(frozen=True, slots=True)
class Verdict:
    """Figures on the faces kept out of Training (soft targets; agreement is with the top of the target).

    Attributes:
        loss: Cross-entropy against the target distributions at the fitted temperature: what the checkpoint is
            chosen by.
        agreement: Share of faces whose top label is the top of the target.
        ccc_valence: Concordance with the votes' expected position.
        ccc_arousal: The same.
        temperature: Divides the logits for the best cross-entropy with the label that most people chose, where
            votes are known: what a user would call right.
        fer2013: Share of faces that the head for FER2013 labels as FER2013 does; nan without such a head.
        fer2013_temperature: For that head.
    """

    loss: float
    agreement: float
    ccc_valence: float
    ccc_arousal: float
    temperature: float
    fer2013: float = float("nan")
    fer2013_temperature: float = 1.0

    def as_dict(self) -> dict[str, float]:
        """Return rounded figures under their names."""
        return {f"held_out_{key}": round(value, 4) for key, value in asdict(self).items() if value == value}


def judge(
    config: TrainingConfig, weights: Mapping[str, Tensor], faces: FaceSet, device: torch.device | None = None
) -> Verdict:
    """Run a network with `weights` over `faces`, without augmentation, in full precision."""
    network = build(config.architecture, **config.network)
    network.load_state_dict(dict(weights))
    return judge_answers(answers_to(network, faces, device), faces)


def answers_to(network: nn.Module, faces: FaceSet, device: torch.device | None = None) -> tuple[Tensor, ...]:
    """Return all that a network answers to faces, on the processor: logits (N, 8), affect (N, 2), and so on."""
    network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    network.eval()
    batches: list[tuple[Tensor, ...]] = []
    with torch.inference_mode():
        for start in range(0, len(faces), BATCH):
            pixels = torch.from_numpy(faces.pixels[start : start + BATCH]).to(device)
            images = pixels.float().div_(255.0).unsqueeze(1)
            parts = network(images.contiguous(memory_format=torch.channels_last))
            batches.append(tuple(part.cpu() for part in parts))
    return tuple(torch.cat(parts) for parts in zip(*batches, strict=True))


def judge_answers(answers: Sequence[Tensor], faces: FaceSet) -> Verdict:
    """Hold answers as of `answers_to` against the targets."""
    logits, affect = answers[:2]
    target = torch.from_numpy(faces.expression)
    sharpness = temperature = fit_temperature(logits.numpy(), faces.expression)
    if faces.plurality is not None and (voted := faces.plurality >= 0).any():
        chosen = np.eye(len(LABELS), dtype=np.float32)[faces.plurality[voted]]
        temperature = fit_temperature(logits.numpy()[voted], chosen)
    fer2013, fer2013_temperature = _judge_fer2013(answers[2] if len(answers) > 2 else None, faces)
    ccc = concordance(affect, torch.from_numpy(faces.affect), torch.from_numpy(faces.affect_weight))
    return Verdict(
        loss=float(expression_loss(logits / sharpness, target)),
        agreement=agreement(logits, target),
        ccc_valence=float(ccc[0]),
        ccc_arousal=float(ccc[1]),
        temperature=temperature,
        fer2013=fer2013,
        fer2013_temperature=fer2013_temperature,
    )


def _judge_fer2013(logits: Tensor | None, faces: FaceSet) -> tuple[float, float]:
    target = faces.fer2013_targets()
    known = target.sum(axis=1) > 0
    if logits is None or not known.any():
        return float("nan"), 1.0
    right, chosen = target[known], logits.numpy()[known]
    return float((chosen.argmax(axis=1) == right.argmax(axis=1)).mean()), fit_temperature(chosen, right)


def save_atomically(state: Mapping[str, Any], path: Path) -> None:
    """Write a checkpoint so that a killed run never leaves half a file."""
    part = path.with_name(f"{path.name}.part")
    torch.save(dict(state), part)
    part.replace(path)


def trained_on(config: TrainingConfig) -> str:
    """Return the sources of a network, for people who ask where its weights come from."""
    sources = ["FER2013 Training with FER+ votes"]
    if config.data.synthetic:
        sources.append("DiffusionFER train (CC0, synthetic)")
    if config.data.web:
        sources.append(f"{Path(config.data.web).name} (one label a face)")
    if config.start_from_backbone:
        sources.append(f"begun from the weights {Path(config.start_from_backbone.removeprefix('package:')).stem}")
    if config.teacher.file:
        sources.append(f"taught by {Path(config.teacher.file).stem}")
    return "; ".join(sources)


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
    network = {key: value.cpu().contiguous().clone() for key, value in weights.items()}
    provenance = {
        "name": config.name,
        "licence": "MIT",
        "trained_on": trained_on(config),
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
        "fer2013_temperature": verdict.fer2013_temperature,
        "provenance": provenance,
    }
    save_atomically(state, path)
