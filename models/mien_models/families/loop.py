"""The loop that trains any of the architectures: by steps, resumable at the end of each epoch."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from mien_models.data import DataError
from mien_models.families.batches import Balance, Batch, FaceBatches
from mien_models.families.network import TrainableNetwork
from mien_models.families.verdict import judge
from mien_models.training.checkpoint import save_atomically
from mien_models.training.device import autocast, choose_precision
from mien_models.training.history import epochs_since_best, write_history
from mien_models.training.losses import affect_loss
from mien_models.training.progress import epoch_bar
from mien_models.training.schedule import Budget, one_cycle

log = logging.getLogger(__name__)

CLIP_NORM: Final = 5.0
EPOCHS_OF_A_TIMED_RUN: Final = 10


@dataclass(frozen=True, slots=True)
class Course:
    """How a run goes.

    Attributes:
        epochs: Length, when neither steps nor minutes are given.
        steps: Length in steps; 0 leaves it to `epochs`.
        minutes: Length in minutes of training, as `training_clock` counts them; 0 leaves it to the others.
        steps_an_epoch: After how many steps the network is judged and saved; 0 is one pass over the faces, or a
            tenth of `minutes` if that is over first.
        rate: Highest learning rate; it rises and falls once.
        warm_up: Share of the run until the highest.
        optimiser: "adamw" or "sgd".
        weight_decay: Of matrices and filters.
        balance: "weights" counts rare expressions more, "sampling" shows them more often.
        label_smoothing: Share of the target that is spread over all labels.
        affect_share: Weight of the affect loss beside the expression loss.
        patience: Epochs without a lower loss on the held-out faces until the run ends; 0 never ends it.
        seed: Of everything random.
        threads: Of torch.
        precision: Of the products inside the network, as `mien_models.training.device` names them.
    """

    epochs: int = 30
    steps: int = 0
    minutes: float = 0.0
    steps_an_epoch: int = 0
    rate: float = 1e-3
    warm_up: float = 0.1
    optimiser: Literal["adamw", "sgd"] = "adamw"
    weight_decay: float = 1e-4
    balance: Balance = "none"
    label_smoothing: float = 0.0
    affect_share: float = 0.5
    patience: int = 0
    seed: int = 0
    threads: int = 2
    precision: str = "auto"


class FamilyTrainer:
    """Trains one network.

    Args:
        network: To train.
        learned: Faces to learn from.
        held_out: Faces to choose the checkpoint by.
        course: How.
        folder: Takes `last.pt` (to go on from), `history.csv` and the best checkpoint.
        record: Goes into the checkpoint's provenance.
    """

    def __init__(
        self,
        network: TrainableNetwork,
        learned: FaceBatches,
        held_out: FaceBatches,
        course: Course,
        folder: Path,
        record: dict[str, Any],
    ) -> None:
        self.network, self.learned, self.held_out, self.course = network, learned, held_out, course
        self.folder, self.record = folder, record
        folder.mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(course.threads)
        torch.set_flush_denormal(True)
        self.steps_an_epoch = course.steps_an_epoch or len(learned)
        self.budget = Budget(course.steps or len(learned) * course.epochs, course.minutes * 60.0)
        self.optimiser = _optimiser(network.parameters(), course)
        self.class_weights = learned.class_weights().to(network.device) if course.balance == "weights" else None
        self.clock = training_clock(network.device, course.threads)
        self.precision = choose_precision(course.precision, network.device)
        self.history: list[dict[str, Any]] = []

    def run(self, stop_after_epochs: int | None = None) -> None:
        """Train to the end, or for at most so many more epochs; a run that was stopped goes on."""
        self._resume()
        last = None if stop_after_epochs is None else len(self.history) + stop_after_epochs
        while self.budget.progress < 1.0 and len(self.history) != last and not self._is_patience_over():
            self._finish_epoch(*self._train_epoch())

    def _is_patience_over(self) -> bool:
        return 0 < self.course.patience <= epochs_since_best(self.history, "held_out_loss")

    def _train_epoch(self) -> tuple[float, float, float]:
        """Train some steps; returns their mean loss and accuracy, and the last learning rate."""
        losses, right, faces, rate = 0.0, 0, 0, 0.0
        first, began_s = self.budget.steps_done, self.budget.seconds_done
        with epoch_bar(len(self.history) + 1, self.steps_an_epoch) as show:
            for step in range(first, first + self.steps_an_epoch):
                start_s = self.clock()
                rate = one_cycle(self.budget.progress, self.course.rate, self.course.warm_up)
                batch = self.learned.to_learn(step).on(self.network.device)
                loss, hits = self._step(step, batch, rate)
                show(loss)
                losses += loss * len(batch.labels)
                right += hits
                faces += len(batch.labels)
                self.budget.steps_done += 1
                self.budget.seconds_done += self.clock() - start_s
                if self.budget.progress >= 1.0 or self._is_epoch_over(self.budget.seconds_done - began_s):
                    break
        return losses / faces, right / faces, rate

    def _is_epoch_over(self, seconds: float) -> bool:
        return not self.course.steps_an_epoch and 0 < self.budget.seconds / EPOCHS_OF_A_TIMED_RUN <= seconds

    def _step(self, step: int, batch: Batch, rate: float) -> tuple[float, int]:
        """Learn from one batch; returns its mean loss and how many faces were right before that."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        torch.manual_seed(self.course.seed * 7_919 + step)  # of dropout, so that a resumed run repeats
        with autocast(self.network.device, self.precision):
            logits, affect = self.network.answer(batch.images, training=True)
        loss = self._loss(logits.float(), None if affect is None else affect.float(), batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), CLIP_NORM)
        self.optimiser.step()
        return float(loss.detach()), int((logits.argmax(1) == batch.labels).sum())

    def _loss(self, logits: Tensor, affect: Tensor | None, batch: Batch) -> Tensor:
        loss = functional.cross_entropy(
            logits, batch.labels, self.class_weights, label_smoothing=self.course.label_smoothing
        )
        if affect is None:
            return loss
        return loss + self.course.affect_share * affect_loss(affect, batch.affect, batch.affect_weight)

    def _finish_epoch(self, loss: float, accuracy: float, rate: float) -> None:
        """Judge, note, and save."""
        if not loss < float("inf"):
            raise DataError("the loss is no number any more; try a lower --rate")
        verdict = judge(self.network, self.held_out)
        row = {
            "epoch": len(self.history) + 1,
            "steps": self.budget.steps_done,
            "passes": round(self.budget.steps_done / len(self.learned), 3),
            "minutes": round(self.budget.seconds_done / 60, 2),
            "rate": round(rate, 8),
            "train_loss": round(loss, 4),
            "train_accuracy": round(accuracy, 4),
            **verdict.as_dict("held_out_"),
        }
        self.history.append(row)
        log.info("%s", json.dumps(row))
        if epochs_since_best(self.history, "held_out_loss") == 0:
            self._release()
        write_history(self.history, self.folder, accuracies=("train_accuracy", "held_out_accuracy"))
        self._save()

    def _release(self) -> None:
        course = asdict(self.course)
        record = {**self.record, "training": course, "progress": self.history[-1]}
        self.network.release(self.folder, record)
        save_atomically({"state": self.network.state()}, self.folder / "best-state.pt")

    def restore_best(self) -> None:
        """Put the weights of the best epoch back into the network."""
        state = torch.load(self.folder / "best-state.pt", weights_only=True)
        self.network.restore(state["state"])

    def _save(self) -> None:
        state = {
            "made_of": self._made_of(),
            "network": self.network.state(),
            "optimiser": self.optimiser.state_dict(),
            "history": self.history,
            "steps_done": self.budget.steps_done,
            "seconds_done": self.budget.seconds_done,
        }
        save_atomically(state, self.folder / "last.pt")

    def _made_of(self) -> str:
        """Return what must be the same for a run to go on."""
        order = self.network.order
        return json.dumps(
            [order.architecture_id, order.labels, order.affect, dict(order.options), self.course.seed]
        )

    def _resume(self) -> None:
        path = self.folder / "last.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location="cpu", weights_only=True)
        if state["made_of"] != self._made_of():
            raise DataError(
                f"{self.folder}: holds another run ({state['made_of']}); give another folder with --out"
            )
        self.network.restore(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.history = state["history"]
        self.budget.steps_done, self.budget.seconds_done = state["steps_done"], state["seconds_done"]
        log.info("resumed after epoch %d, %.1f minutes", len(self.history), self.budget.seconds_done / 60)


def training_clock(device: torch.device, threads: int) -> Callable[[], float]:
    """Return the clock of a run, in seconds.

    On a processor it counts the time that the run was given, a thread's share of it, so that runs on a busy
    machine are as long as on an idle one; elsewhere it is a plain clock.
    """
    if device.type == "cpu":
        return lambda: time.process_time() / threads
    return time.monotonic


def _optimiser(parameters: list[nn.Parameter], course: Course) -> torch.optim.Optimizer:
    """Return the optimiser; weight decay falls on matrices and filters only."""
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": course.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    if course.optimiser == "sgd":
        return torch.optim.SGD(groups, lr=course.rate, momentum=0.9, nesterov=True)
    return torch.optim.AdamW(groups, lr=course.rate)
