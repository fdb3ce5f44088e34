"""The loop: one cycle by the clock, an average of the weights, a run that can be killed and resumed."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mien.inference.session import OnnxSession
from mien_models.architectures import build
from mien_models.data.faces import Split
from mien_models.several.batches import Drawer
from mien_models.several.config import SeveralConfig
from mien_models.several.file_weights import weights_of_file
from mien_models.several.losses import SeveralLoss
from mien_models.several.packing import PackedFaces
from mien_models.several.refit import logits_of
from mien_models.several.sets import class_means, draw_weights, held_out, log_prior, training_set
from mien_models.several.verdict import answers, softmax, verdict
from mien_models.training.checkpoint import save_atomically
from mien_models.training.loop import grouped_parameters
from mien_models.training.schedule import WeightAverage, one_cycle
from mien_models.training.teacher import teacher_probabilities

log = logging.getLogger(__name__)


class SeveralTrainer:
    """Trains one network on several sets.

    Args:
        config: The run.
        folder: Takes `last.pt` to resume from, `average-….pt` of each checkpoint, and `history.jsonl`.
    """

    def __init__(self, config: SeveralConfig, folder: Path) -> None:
        self.config, self.folder = config, folder
        folder.mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(config.threads)
        torch.set_flush_denormal(True)
        torch.manual_seed(config.seed)
        self.sets = [
            training_set(name, one, self._teacher(name) if one.teacher_share else None)
            for name, one in config.sets.items()
        ]
        self.held_out = {name: held_out(one) for name, one in config.sets.items()}
        self.held_out = {name: faces for name, faces in self.held_out.items() if len(faces)}
        for part in self.sets:
            log.info("%s: %d faces, prior %s", part.name, len(part.faces), np.exp(part.log_prior).round(3))
        means = class_means(self.sets)
        log.info("class means %s", means.round(2).tolist())
        self.drawer = Drawer(self.sets, means, config.no_faces, config.augmentation, config.seed)
        self.loss = SeveralLoss(config)
        network: Any = build(config.architecture, **config.network)
        if config.start_from:
            network.load_state_dict(first_weights(Path(config.start_from), network))
        self.network: nn.Module = network.to(memory_format=torch.channels_last)
        judged: Any = build(config.architecture, **config.network)
        self.judged: nn.Module = judged.to(memory_format=torch.channels_last)
        groups = grouped_parameters(self.network, config.weight_decay)
        self.optimiser = torch.optim.AdamW(groups, lr=config.peak_rate)
        self.average = WeightAverage(self.network, config.average_decay)
        self.step, self.seconds, self.asked = 0, 0.0, 0

    def run(self) -> None:
        """Train to the end of the cycle."""
        self._resume()
        last_checkpoint, tick, losses = self.seconds, time.monotonic(), []
        while self.progress < 1.0:
            losses.append(self._take_step())
            now = time.monotonic()
            self.seconds, tick = self.seconds + now - tick, now
            if self.step % 100 == 0:
                minutes = self.seconds / 60
                log.info("step %d, %.1f min, loss %.4f", self.step, minutes, np.mean(losses[-100:]))
            if self.asked < len(self.config.ask_own_at) and self.progress >= self.config.ask_own_at[self.asked]:
                self._ask_own()
                self.asked += 1
            if self.seconds - last_checkpoint > 60 * self.config.checkpoint_minutes or self.progress >= 1.0:
                last_checkpoint = self.seconds
                self._checkpoint(float(np.mean(losses)))
                losses = []

    @property
    def progress(self) -> float:
        """Share of the cycle that is done."""
        return min(1.0, self.seconds / (60 * self.config.minutes))

    def _take_step(self) -> float:
        self.network.train()
        torch.manual_seed(self.config.seed * 7_919 + self.step)  # for dropout
        rate = one_cycle(self.progress, self.config.peak_rate, self.config.warm_up)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        batch = self.drawer.step(self.step)
        total, rated_in_step = 0.0, max(1, int(batch.rated.sum()))
        self.optimiser.zero_grad(set_to_none=True)
        for start in range(0, len(batch), self.config.micro_batch):
            part = batch.part(start, self.config.micro_batch)
            said = self.network(part.images.contiguous(memory_format=torch.channels_last))
            loss = self.loss(said, part, len(batch), rated_in_step)
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip_norm)
        self.optimiser.step()
        self.average.update(self.network)
        self.step += 1
        return total

    def _averaged(self) -> nn.Module:
        self.judged.load_state_dict(self.average.state)
        return self.judged

    def _ask_own(self) -> None:
        """Let the averaged weights have their say about sets whose labels are doubtful."""
        network = self._averaged()
        for part in self.sets:
            if part.config.own_share:
                logits, *_ = answers(network, part.faces.pixels, mirrored=True)
                part.mix_in(softmax(logits + part.log_prior).astype(np.float32))
                log.info("%s: asked the average of the weights", part.name)

    def _checkpoint(self, loss: float) -> None:
        figures = verdict(self._averaged(), self.held_out)
        row = {"step": self.step, "minutes": round(self.seconds / 60, 2), "train_loss": round(loss, 4), **figures}
        log.info("%s", json.dumps(row))
        with (self.folder / "history.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        average = {"model": self.average.state, "config": self.config.network, "figures": row}
        save_atomically(average, self.folder / f"average-{self.step:06d}.pt")
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state,
            "average_updates": self.average.updates,
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "asked": self.asked,
        }
        save_atomically(state, self.folder / "last.pt")

    def _resume(self) -> None:
        path = self.folder / "last.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location="cpu", weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.state, self.average.updates = state["average"], state["average_updates"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.seconds, self.asked = state["step"], state["seconds"], state["asked"]
        if self.asked:
            self._ask_own()
        log.info("resumed at step %d, %.1f minutes", self.step, self.seconds / 60)

    def _teacher(self, name: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Return the teacher's answers to all faces of a set's file, asked once and kept in the folder."""
        kept = self.folder / f"teacher-{name}.npy"
        if not kept.exists():
            faces = PackedFaces.load(Path(self.config.sets[name].file))
            said = np.full((len(faces), 8), 1 / 8, np.float32)
            rows = faces.split == Split.TRAIN
            said[rows] = teacher_says(Path(self.config.teacher), faces.take(rows))
            np.save(kept, said)
        return np.asarray(np.load(kept), np.float32)


def teacher_says(teacher: Path, faces: PackedFaces) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return (N, 8) what a teacher says of faces, by the prior of their set.

    A network that offers priors has none in its logits, so that the set's own is put in. An older one, which
    learned from FER2013 alone, holds that of FER+.
    """
    manifest = OnnxSession(teacher, provider="cpu").manifest.outputs.expression
    if not manifest.priors:
        return np.asarray(teacher_probabilities(teacher, shrunk(faces.pixels))[0], np.float32)
    logits = logits_of(teacher, faces.pixels) / manifest.temperature
    prior = log_prior(faces.expression, draw_weights(faces.expression))
    return softmax(logits + prior).astype(np.float32)


def first_weights(path: Path, network: nn.Module) -> Mapping[str, Tensor]:
    """Return the weights of a checkpoint, or of a shipped `.onnx` file."""
    if path.suffix == ".onnx":
        return weights_of_file(path, network.state_dict())
    weights: Mapping[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)["model"]
    return weights


def shrunk(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return (N, 48, 48) of (N, 96, 96) faces: the size that the older networks take."""
    import cv2

    from mien_models.several.packing import RIM_PX

    core = pixels[:, RIM_PX:-RIM_PX, RIM_PX:-RIM_PX]
    return np.stack([cv2.resize(face, (48, 48), interpolation=cv2.INTER_AREA) for face in core])
