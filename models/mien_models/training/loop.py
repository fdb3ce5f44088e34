"""The training loop: one cycle, an average of the weights, a run that can be killed and resumed at any epoch."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mien_models.architectures import build
from mien_models.training.augmentation import augment
from mien_models.training.backbone import read_backbone
from mien_models.training.checkpoint import judge, save_atomically, save_release
from mien_models.training.companions import Companions
from mien_models.training.config import OptimiserConfig, TrainingConfig
from mien_models.training.device import autocast, choose_device, choose_precision
from mien_models.training.faces import FaceSet
from mien_models.training.history import Row, epochs_since_best, write_history
from mien_models.training.losses import Targets, agreement, total_loss
from mien_models.training.mixing import mixed_up
from mien_models.training.progress import epoch_bar
from mien_models.training.schedule import Budget, WeightAverage, one_cycle

log = logging.getLogger(__name__)


def as_images(faces: FaceSet, device: torch.device) -> Tensor:
    """Return the pixels as (N, 1, 48, 48) float32 in the range 0-1."""
    return torch.from_numpy(faces.pixels).to(device).float().div_(255.0).unsqueeze(1)


def grouped_parameters(network: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Split the parameters: weight decay on matrices and filters, none on biases and normalisation."""
    filters = [parameter for parameter in network.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in network.parameters() if parameter.ndim <= 1]
    return [{"params": filters, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]


def new_optimiser(network: nn.Module, options: OptimiserConfig) -> torch.optim.Optimizer:
    """Return the optimiser that the config names.

    Raises:
        ValueError: Its kind is unknown.
    """
    groups = grouped_parameters(network, options.weight_decay)
    if options.kind == "sgd":
        return torch.optim.SGD(groups, lr=options.peak_rate, momentum=options.momentum, nesterov=True)
    if options.kind == "adamw":
        return torch.optim.AdamW(groups, lr=options.peak_rate)
    raise ValueError(f"unknown optimiser {options.kind!r}; known: adamw, sgd")


def new_network(config: TrainingConfig, device: torch.device) -> nn.Module:
    """Build the network that the config names, with the weights that it is to begin with."""
    network: Any = build(config.architecture, **config.network)
    if config.start_from:
        network.load_state_dict(torch.load(config.start_from, map_location="cpu", weights_only=True)["model"])
    if config.start_from_backbone:
        network.load_backbone(read_backbone(config.start_from_backbone))
    # Channels last is what oneDNN's AVX2 kernels want: 5 times faster here than channels first.
    moved: nn.Module = network.to(device, memory_format=torch.channels_last)
    return moved


@dataclass(frozen=True, slots=True)
class Batch:
    """(N, 1, 48, 48) images in the range 0-1, and what they should be answered with."""

    images: Tensor
    targets: Targets


class Trainer:
    """Trains one network.

    Args:
        config: The run.
        faces: Real faces; an epoch is once through them.
        companions: Faces of other sets, some of which go into every batch.
        held_out: Faces to choose the checkpoint by.
        folder: Takes `last.pt` (to resume), `best.pt` (the release format), `history.csv` and `curves.png`.
    """

    def __init__(
        self,
        config: TrainingConfig,
        faces: FaceSet,
        companions: Sequence[Companions],
        held_out: FaceSet,
        folder: Path,
    ) -> None:
        self.config, self.faces, self.companions, self.held_out = config, faces, companions, held_out
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(config.threads)
        torch.set_flush_denormal(True)
        torch.manual_seed(config.seed)
        options = config.optimiser
        self.device = choose_device(config.device)
        self.precision = choose_precision(options.precision, self.device)
        self.network = new_network(config, self.device)
        self.optimiser = new_optimiser(self.network, options)
        # Gradients of float16 vanish unless they are scaled up; the other types reach far enough.
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.precision == torch.float16)
        self.average = WeightAverage(self.network, options.average_decay)
        self.steps_an_epoch = len(faces) // options.batch_size
        self.budget = Budget(self.steps_an_epoch * options.epochs, options.minutes * 60.0)
        self.epoch = 0
        self.history: list[Row] = []

    def run(self, stop_after_epochs: int | None = None) -> None:
        """Train to the end of the cycle, or for at most `stop_after_epochs` more epochs."""
        self._resume()
        last = None if stop_after_epochs is None else self.epoch + stop_after_epochs
        while self.budget.progress < 1.0 and self.epoch != last and not self._is_out_of_patience():
            row = self._train_epoch()
            self.epoch += 1
            self._finish_epoch(row)

    def _is_out_of_patience(self) -> bool:
        patience = self.config.optimiser.patience
        if patience == 0 or epochs_since_best(self.history) < patience:
            return False
        log.info("stopped: no better loss on the faces kept out for %d epochs", patience)
        return True

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yield the augmented batches of an epoch; the same ones whenever this epoch is asked for.

        Which faces come is drawn on the processor, what happens to them on the device.
        """
        seed = self.config.seed * 100_003 + epoch
        order_chance = torch.Generator().manual_seed(seed)
        change_chance = torch.Generator(self.device).manual_seed(seed)
        mix_chance = np.random.default_rng(seed)
        order = torch.randperm(len(self.faces), generator=order_chance).numpy()
        size = self.config.optimiser.batch_size
        for start in range(0, self.steps_an_epoch * size, size):
            parts = [self.faces.take(order[start : start + size])]
            parts += [companions.draw(order_chance) for companions in self.companions]
            targets = Targets(
                expression=self._joined(part.expression for part in parts),
                affect=self._joined(part.affect for part in parts),
                affect_weight=self._joined(part.affect_weight for part in parts),
                fer2013=self._joined(part.fer2013_targets() for part in parts),
            )
            images = torch.cat([as_images(part, self.device) for part in parts])
            images = augment(images, self.config.augmentation, change_chance)
            images, targets = mixed_up(images, targets, self.config.augmentation.mixup, mix_chance)
            yield Batch(images.contiguous(memory_format=torch.channels_last), targets)

    def _joined(self, arrays: Iterable[NDArray[Any]]) -> Tensor:
        return torch.from_numpy(np.concatenate(list(arrays))).to(self.device)

    def _train_epoch(self) -> Row:
        """Train one pass; returns the mean figures and the last learning rate."""
        torch.manual_seed(self.config.seed * 7_919 + self.epoch)  # for dropout, so that a resumed run repeats
        self.network.train()
        figures: list[tuple[float, float]] = []
        rate, tick = 0.0, time.monotonic()
        with epoch_bar(self.epoch + 1, self.steps_an_epoch) as advance:
            for batch in self.batches(self.epoch):
                rate = one_cycle(
                    self.budget.progress, self.config.optimiser.peak_rate, self.config.optimiser.warm_up
                )
                figures.append(self._step(batch, rate))
                advance(figures[-1][0])
                now = time.monotonic()
                self.budget.steps_done += 1
                self.budget.seconds_done += now - tick
                tick = now
                if self.budget.progress >= 1.0:
                    break
        loss, right = np.mean(figures, axis=0)
        return {
            "rate": round(rate, 6),
            "train_loss": round(float(loss), 4),
            "train_agreement": round(float(right), 4),
        }

    def _step(self, batch: Batch, rate: float) -> tuple[float, float]:
        """Take one step; returns the loss and the share of faces whose top label is the target's."""
        options = self.config.optimiser
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        with autocast(self.device, self.precision):
            answers = self.network(batch.images)
        loss = total_loss(answers, batch.targets, options.affect_share, options.fer2013_share)
        self.optimiser.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        self.scaler.unscale_(self.optimiser)
        nn.utils.clip_grad_norm_(self.network.parameters(), options.clip_norm)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        self.average.update(self.network)
        return float(loss.detach()), agreement(answers[0].detach(), batch.targets.expression)

    def _finish_epoch(self, row: Row) -> None:
        """Judge the averaged weights on the faces kept out, and save."""
        verdict = judge(self.config, self.average.state, self.held_out, self.device)
        entry = {
            "epoch": self.epoch,
            "progress": round(self.budget.progress, 4),
            "minutes": round(self.budget.seconds_done / 60, 2),
            **row,
            **verdict.as_dict(),
        }
        log.info("%s", json.dumps(entry))
        self.history.append(entry)
        if epochs_since_best(self.history) == 0:
            save_release(self.folder / "best.pt", self.config, self.average.state, verdict, entry)
        self._save()
        write_history(self.history, self.folder)

    def _save(self) -> None:
        state = {
            "config": self.config.as_dict(),
            "network": self.network.state_dict(),
            "average": self.average.state,
            "average_updates": self.average.updates,
            "optimiser": self.optimiser.state_dict(),
            "scaler": self.scaler.state_dict(),
            "epoch": self.epoch,
            "steps_done": self.budget.steps_done,
            "seconds_done": self.budget.seconds_done,
            "history": self.history,
        }
        save_atomically(state, self.folder / "last.pt")

    def _resume(self) -> None:
        path = self.folder / "last.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.state, self.average.updates = state["average"], state["average_updates"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.scaler.load_state_dict(state["scaler"])
        self.epoch, self.history = state["epoch"], state["history"]
        self.budget.steps_done, self.budget.seconds_done = state["steps_done"], state["seconds_done"]
        log.info("resumed after epoch %d, %.1f minutes", self.epoch, self.budget.seconds_done / 60)
