"""The loop that trains every network: one cycle by steps or by the clock, killed and gone on with at any time."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import torch
from torch import nn

from mien_models.data import DataError
from mien_models.training.batch import Batch, Feed
from mien_models.training.checkpoint import read_checkpoint, save_atomically
from mien_models.training.course import Course
from mien_models.training.device import autocast, choose_precision, prepare, training_clock
from mien_models.training.history import Row, epochs_since_best, kept_history, show_in_tensorboard, write_history
from mien_models.training.learner import Learner, copied, put_back
from mien_models.training.losses import Objective
from mien_models.training.optimiser import new_optimiser
from mien_models.training.progress import epoch_bar
from mien_models.training.schedule import Budget, WeightAverage, one_cycle
from mien_models.training.speed import flops_a_face, matmul_peak, share_of_peak
from mien_models.training.stopping import stop_asked

log = logging.getLogger(__name__)

LAST: Final = "last.pt"
EPOCHS_OF_A_TIMED_RUN: Final = 10
SAVE_EVERY_S: Final = 300.0
"""Of training: what a run that is killed in the middle of an epoch loses at most."""


Watch = Callable[[str], AbstractContextManager[None]]
"""Times a named part of a step."""


class Keeper(Protocol):
    """What becomes of the weights at the end of an epoch."""

    def __call__(self, row: Row, is_best: bool) -> None:
        """Write them away, or not; the network has the weights that were judged."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run is made of.

    Attributes:
        learner: The network.
        feed: Its faces.
        objective: Its loss.
        judge: Returns figures of the network as it stands, `held_out_loss` among them.
        keep: Called after each epoch.
        identity: What must be the same for a run to go on in a folder, by plain values.
        moments: Shares of the run at which `at_moment` is called; the last one passed again where a run goes on.
        at_moment: What happens then, with the weights that would be judged.
    """

    learner: Learner
    feed: Feed
    objective: Objective
    judge: Callable[[], Row]
    keep: Keeper
    identity: Mapping[str, Any]
    moments: tuple[float, ...] = ()
    at_moment: Callable[[], None] = lambda: None


class Trainer:
    """Trains one network.

    Args:
        parts: What the run is made of.
        course: How it goes.
        folder: Takes `last.pt` (to go on from), `history.csv` and `curves.png`.
    """

    def __init__(self, parts: Parts, course: Course, folder: Path) -> None:
        self.parts, self.course, self.folder = parts, course, folder
        self.learner, self.feed = parts.learner, parts.feed
        folder.mkdir(parents=True, exist_ok=True)
        prepare(self.learner.device, course.threads)
        steps = course.steps or self.feed.steps_a_pass * course.epochs
        if not steps and not course.minutes:
            raise DataError("a run over faces that are drawn for ever needs a length: say steps or minutes")
        self.budget = Budget(steps, course.minutes * 60.0)
        self.optimiser = new_optimiser(self.learner.parameters(), course)
        self.precision = choose_precision(course.precision, self.learner.device)
        # Gradients of float16 vanish unless they are scaled up; the other types reach far enough.
        self.scaler = torch.amp.GradScaler(self.learner.device.type, enabled=self.precision == torch.float16)
        self.average = (
            WeightAverage(self.learner.tensors(), course.average_decay) if course.average_decay else None
        )
        self.clock = time.monotonic if course.by_wall else training_clock(self.learner.device, course.threads)
        self.watch: Watch = lambda name: nullcontext()
        self.history: list[Row] = []
        self.moments_passed = 0
        self._new_epoch()

    def run(self, stop_after_epochs: int | None = None) -> None:
        """Train to the end, or for at most so many more epochs; a run that was stopped goes on.

        Raises:
            DataError: The folder holds another run, the loss is no number any more, or the user stopped the run.
        """
        self._resume()
        last = None if stop_after_epochs is None else len(self.history) + stop_after_epochs
        with stop_asked() as is_stopped:
            while self.budget.progress < 1.0 and len(self.history) != last and not self._is_patience_over():
                self._train_epoch(is_stopped)
                if is_stopped():
                    self._save()
                    raise DataError(f"{self.folder}: stopped, and saved; the same command goes on")
                self._finish_epoch()

    def judge(self) -> Row:
        """Return the figures of the weights that are kept."""
        with self.kept_weights():
            return self.parts.judge()

    @contextmanager
    def kept_weights(self) -> Iterator[None]:
        """Put the averaged weights, where there are any, into the network for as long as this is open."""
        if self.average is None:
            yield
            return
        own = copied(self.learner)
        put_back(self.learner, self.average.state)
        try:
            yield
        finally:
            put_back(self.learner, own)

    def _is_patience_over(self) -> bool:
        if not 0 < self.course.patience <= epochs_since_best(self.history):
            return False
        log.info("stopped: no lower loss on the faces kept out for %d epochs", self.course.patience)
        return True

    def _new_epoch(self) -> None:
        self._first_step, self._began_s = self.budget.steps_done, self.budget.seconds_done
        # Loss, right ones and faces: summed on the device, so that no step waits for it.
        self._sums = torch.zeros(3, device=self.learner.device)

    def _train_epoch(self, is_stopped: Callable[[], bool]) -> None:
        """Train to the end of the epoch, however far it was."""
        saved_s = self.budget.seconds_done
        steps = self.course.steps_an_epoch or self.feed.steps_a_pass
        with epoch_bar(len(self.history) + 1, steps, self.budget.steps_done - self._first_step) as show:
            while not self._is_epoch_over() and not is_stopped():
                start_s = self.clock()
                self.learn_from(self.feed.batch(self.budget.steps_done).on(self.learner.device))
                self.budget.steps_done += 1
                self.budget.seconds_done += self.clock() - start_s
                show(lambda: float(self._sums[0] / self._sums[2]), self.budget.seconds_left)
                while self._is_at_moment():
                    self.moments_passed += 1
                    self._pass_moment()
                if self.budget.seconds_done - saved_s > SAVE_EVERY_S:
                    self._save()
                    saved_s = self.budget.seconds_done

    def _is_epoch_over(self) -> bool:
        steps = self.budget.steps_done - self._first_step
        if not steps:
            return False
        most = self.course.steps_an_epoch or self.feed.steps_a_pass
        minutes = self.course.minutes_an_epoch or self.course.minutes / EPOCHS_OF_A_TIMED_RUN
        timed = not self.course.steps_an_epoch and minutes > 0
        is_late = timed and self.budget.seconds_done - self._began_s >= 60 * minutes
        return self.budget.progress >= 1.0 or (most > 0 and steps >= most) or is_late

    def learn_from(self, whole: Batch) -> None:
        """Learn from one batch: a step. Nothing in here waits for the device."""
        rate = one_cycle(self.budget.progress, self.course.rate, self.course.warm_up)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        torch.manual_seed(self.course.seed * 7_919 + self.budget.steps_done)  # of dropout: a resumed run repeats
        self.optimiser.zero_grad(set_to_none=True)
        for part in whole.parts(self.course.micro_batch):
            with self.watch("network"), autocast(self.learner.device, self.precision):
                answers = self.learner.answer(part.images, training=True)
            with self.watch("loss"):
                answers = tuple(answer.float() for answer in answers)
                loss = self.parts.objective(answers, part, whole)
                right = (answers[0].argmax(1) == part.expression.argmax(1)).sum()
                self._sums += torch.stack([loss.detach() * len(whole), right, right.new_full((), len(part))])
            with self.watch("network"):
                self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        with self.watch("weights"):
            self.scaler.unscale_(self.optimiser)
            nn.utils.clip_grad_norm_(self.learner.parameters(), self.course.clip_norm)
            self.scaler.step(self.optimiser)
            self.scaler.update()
            if self.average is not None:
                self.average.update(self.learner.tensors())
        self._one_face = whole.images[:1]

    def _is_at_moment(self) -> bool:
        moments = self.parts.moments
        return self.moments_passed < len(moments) and self.budget.progress >= moments[self.moments_passed]

    def _pass_moment(self) -> None:
        with self.kept_weights():
            self.parts.at_moment()

    def _finish_epoch(self) -> None:
        """Judge, note, and save."""
        start_s = self.clock()
        loss, right, faces = self._sums.tolist()
        if not loss < float("inf"):
            raise DataError("the loss is no number any more; try a lower rate")
        passes = self.feed.steps_a_pass
        row: Row = {
            "epoch": len(self.history) + 1,
            "steps": self.budget.steps_done,
            **({"passes": round(self.budget.steps_done / passes, 3)} if passes else {}),
            "minutes": round(self.budget.seconds_done / 60, 2),
            "rate": round(self.optimiser.param_groups[0]["lr"], 8),
            "train_loss": round(loss / faces, 4),
            "train_accuracy": round(right / faces, 4),
            **self._speed(faces),
        }
        with self.kept_weights():
            row |= self.parts.judge()
            self.history.append(row)
            self.parts.keep(row, epochs_since_best(self.history) == 0)
        log.info("%s, %.1f minutes left", json.dumps(row), self.budget.seconds_left / 60)
        write_history(self.history, self.folder)
        show_in_tensorboard(row, self.folder)
        if self.course.by_wall:
            self.budget.seconds_done += self.clock() - start_s
        self._new_epoch()
        self._save()

    def _speed(self, faces: float) -> Row:
        """Return how fast the epoch was, judging and saving left out."""
        speed = faces / max(1e-6, self.budget.seconds_done - self._began_s)
        flops = flops_a_face(self.learner, self._one_face)
        share = share_of_peak(speed, flops, matmul_peak(self.learner.device, self.precision))
        return {"images_a_second": round(speed, 1), "share_of_peak": round(share, 4)}

    def _save(self) -> None:
        average = {"average": self.average.state, "average_updates": self.average.updates} if self.average else {}
        state = {
            "identity": json.dumps(self.parts.identity, sort_keys=True),
            "network": copied(self.learner),
            **average,
            "optimiser": self.optimiser.state_dict(),
            "scaler": self.scaler.state_dict(),
            "history": self.history,
            "step": self.budget.steps_done,
            "seconds": self.budget.seconds_done,
            "asked": self.moments_passed,
            "epoch": {"first_step": self._first_step, "began_s": self._began_s, "sums": self._sums},
        }
        save_atomically(state, self.folder / LAST)

    def _resume(self) -> None:
        path = self.folder / LAST
        if not path.exists():
            return
        state = read_checkpoint(path)
        self._check_identity(state)
        put_back(self.learner, state["network"])
        if self.average is not None:
            device = self.learner.device
            self.average.state = {key: value.to(device) for key, value in state["average"].items()}
            self.average.updates = state["average_updates"]
        self.optimiser.load_state_dict(state["optimiser"])
        if kept := state.get("scaler"):
            self.scaler.load_state_dict(kept)
        self.history = kept_history(state, self.folder)
        self.budget.steps_done, self.budget.seconds_done = state["step"], state["seconds"]
        self.moments_passed = state["asked"]
        self._new_epoch()
        if epoch := state.get("epoch"):
            self._first_step, self._began_s = epoch["first_step"], epoch["began_s"]
            self._sums = epoch["sums"].to(self.learner.device)
        if self.moments_passed:
            self._pass_moment()
        log.info("resumed at step %d, %.1f minutes", self.budget.steps_done, self.budget.seconds_done / 60)

    def _check_identity(self, state: Mapping[str, Any]) -> None:
        """Refuse to go on with another run. Runs over several sets that began before this was noted have none."""
        if "step" not in state:
            raise DataError(f"{self.folder}: holds a run of an older version; give another folder with --out")
        said = json.loads(state["identity"]) if "identity" in state else {}
        mine: dict[str, Any] = json.loads(json.dumps(self.parts.identity))
        keys = said.keys() | mine.keys() if said else ()
        if differing := sorted(key for key in keys if said.get(key) != mine.get(key)):
            what = "; ".join(f"{key} {said.get(key)}, not {mine.get(key)}" for key in differing)
            raise DataError(f"{self.folder}: holds another run ({what[:400]}); give another folder with --out")
