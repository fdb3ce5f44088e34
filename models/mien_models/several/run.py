"""From a TOML file to a network that learned from several sets."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mien.core.emotion import EXPRESSIONS
from mien_models.data import DataError, Split
from mien_models.data.digests import digest_of_faces
from mien_models.data.packed import load_packed, pixels_of
from mien_models.evaluation.calibration import softmax
from mien_models.several.config import SeveralConfig
from mien_models.several.feed import SeveralSets
from mien_models.several.file_weights import weights_of_file
from mien_models.several.losses import SeveralLoss
from mien_models.several.sets import TrainingSet, class_means, held_out, training_set
from mien_models.several.teacher import teacher_says
from mien_models.several.verdict import answers, verdict
from mien_models.training import allow_instructions
from mien_models.training.backbone import read_backbone
from mien_models.training.batch import Feed
from mien_models.training.checkpoint import read_checkpoint, save_atomically
from mien_models.training.history import Row
from mien_models.training.learner import Order, copied
from mien_models.training.torch_learner import TorchLearner
from mien_models.training.trainer import Parts, Trainer
from mien_networks.mobile_net import MobileNet
from mien_networks.registry import build

log = logging.getLogger(__name__)

FIRST_STEPS: Final = 6
"""Whose faces new normalisations measure."""


def train_several(config: SeveralConfig, folder: Path) -> Trainer:
    """Train one network on several sets; a run that was stopped goes on where `folder` says it was.

    Args:
        config: The run.
        folder: Takes `last.pt` to resume from, `average-….pt` of each epoch, `history.csv` and `curves.png`.

    Raises:
        DataError: A set, a weight or an option cannot be used.
    """
    allow_instructions(config.precision)
    trainer = trainer_of(config, folder)
    trainer.run()
    return trainer


def trainer_of(config: SeveralConfig, folder: Path) -> Trainer:
    """Return the trainer of a run."""
    if config.start_from and config.start_from_backbone:
        raise DataError(f"{config.name}: start_from brings the whole network; leave start_from_backbone out")
    folder.mkdir(parents=True, exist_ok=True)
    sets = [
        training_set(name, one, _teacher(config, name, folder) if one.teacher_share else None)
        for name, one in config.sets.items()
    ]
    kept_out = {name: held_out(one) for name, one in config.sets.items()}
    kept_out = {name: faces for name, faces in kept_out.items() if len(faces)}
    if not kept_out:
        raise DataError(
            f"{config.name}: none of its sets has faces kept out to choose by; pack one with --hold-out"
        )
    for part in sets:
        log.info("%s: %d faces, prior %s", part.name, len(part.faces), np.exp(part.log_prior).round(3))
    learner = new_learner(config)
    feed = SeveralSets(sets, class_means(sets), config.no_faces, config.augmentation, config.seed, learner.device)
    if config.start_from:
        begin_with(learner.module, Path(config.start_from), feed)

    def ask() -> None:
        ask_own(learner.module, sets)
        feed.renew_targets()

    parts = Parts(
        learner,
        feed,
        SeveralLoss(config),
        lambda: verdict(learner.module, kept_out),
        _Keeper(learner, config, folder),
        # Not the options and the sets' shares: a second cycle may go on with others in the same folder.
        {
            "architecture": config.architecture,
            "held_out": {name: digest_of_faces(faces) for name, faces in kept_out.items()},
        },
        config.ask_own_at,
        ask,
    )
    return Trainer(parts, config.course, folder)


def new_learner(config: SeveralConfig) -> TorchLearner:
    """Return the network of a run, with published weights in its trunk if the run begins with such."""
    order = Order(
        config.architecture,
        EXPRESSIONS,
        affect=True,
        options=config.network,
        seed=config.seed,
        device=config.device,
    )
    learner = TorchLearner(order)
    if config.start_from_backbone:
        learner.load_backbone(read_backbone(config.start_from_backbone))
    return learner


def begin_with(network: nn.Module, path: Path, feed: Feed) -> None:
    """Put the weights of a file into a network, which may have normalisation that the file lacks."""
    weights = first_weights(path, folded(network))
    if isinstance(network, MobileNet) and weights.keys() < network.state_dict().keys():
        images = torch.cat([feed.batch(step).images for step in range(FIRST_STEPS)])
        network.begin_with(weights, images.to(next(network.parameters()).device))
    else:
        network.load_state_dict(weights)


def folded(network: nn.Module) -> nn.Module:
    """Return a network without the normalisation that only training needs."""
    return network.folded() if isinstance(network, MobileNet) else network


def plain_network(path: Path, config: SeveralConfig) -> nn.Module:
    """Return a run's network with the weights of a file, of which normalisation is folded."""
    network = build(config.architecture, **config.network)
    plain = folded(network)
    weights = first_weights(path, plain)
    if weights.keys() == network.state_dict().keys():
        network.load_state_dict(weights)
        return folded(network)
    plain.load_state_dict(weights)
    return plain


def first_weights(path: Path, network: nn.Module) -> Mapping[str, Tensor]:
    """Return the weights of a checkpoint, or of a shipped `.onnx` file."""
    if path.suffix == ".onnx":
        return weights_of_file(path, network.state_dict())
    weights: Mapping[str, Tensor] = read_checkpoint(path)["model"]
    return weights


def ask_own(network: nn.Module, sets: list[TrainingSet]) -> None:
    """Let the weights as they stand have their say about sets whose labels are doubtful."""
    for part in sets:
        if part.config.own_share:
            logits, *_ = answers(network, pixels_of(part.faces), mirrored=True)
            part.mix_in(softmax(logits + part.log_prior).astype(np.float32))
            log.info("%s: asked the average of the weights", part.name)


@dataclass(frozen=True, slots=True)
class _Keeper:
    """Keeps the weights of every epoch, since which are best is a choice between sets; `release` makes it."""

    learner: TorchLearner
    config: SeveralConfig
    folder: Path

    def __call__(self, row: Row, is_best: bool) -> None:
        content = {"model": copied(self.learner), "config": self.config.network, "figures": row}
        save_atomically(content, self.folder / f"average-{row['steps']:06d}.pt")


def _teacher(config: SeveralConfig, name: str, folder: Path) -> NDArray[np.float32]:
    """Return the teacher's answers to all faces of a set's file, asked once and kept in the folder."""
    kept = folder / f"teacher-{name}.npy"
    if not kept.exists():
        if not config.teacher:
            raise DataError(f"{config.name}: teacher_share of {name} without a teacher; name its .onnx file")
        faces = load_packed(Path(config.sets[name].file))
        said = np.full((len(faces), len(EXPRESSIONS)), 1 / len(EXPRESSIONS), np.float32)
        rows = faces.split == Split.TRAIN
        said[rows] = teacher_says(Path(config.teacher), faces.take(rows))
        np.save(kept, said)
    return np.asarray(np.load(kept), np.float32)
