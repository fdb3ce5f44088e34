"""From one command to a trained checkpoint, its history and its pictures."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from mien_models.data import DataError, LabelledFaces, Split, open_faces
from mien_models.data.copies import copies_of, thumbprints
from mien_models.data.digests import digest_of, digest_of_faces
from mien_models.data.splitting import divide, parse_shares
from mien_models.training import allow_instructions
from mien_models.training.build_learner import build_learner
from mien_models.training.checkpoint import read_checkpoint, save_atomically
from mien_models.training.course import Course
from mien_models.training.history import Row
from mien_models.training.learner import Learner, Order, copied, parameters_of, put_back
from mien_models.training.losses import OneSetLoss
from mien_models.training.one_set import AUGMENTATIONS, Balance, OneSet, label_indices
from mien_models.training.trainer import Parts, Trainer
from mien_models.training.verdict import judge, judged_row

log = logging.getLogger(__name__)

HELD_OUT: Final = (0.9, 0.1, 0.0)
"""Shares of the training faces where the set has no part to choose the checkpoint by."""

BEST: Final = "best-state.pt"

CONFUSION: Final = "confusion-held_out.csv"

RESULT: Final = "result.json"
"""Written last, so that a folder that has it holds a finished run."""


Augment = Literal["none", "geometric", "full"]


@dataclass(frozen=True, slots=True)
class Training:
    """One run as the user asks for it.

    Attributes:
        order: The network.
        data: Any form that `open_faces` knows.
        out: Folder for everything that comes of it.
        course: How it goes.
        batch_size: Faces a step.
        split: Shares of train, val and test such as "80/10/10"; empty takes the set's own parts.
        fold: Which of how many folds is the test part, such as "2/5"; empty has no folds.
        group_column: Of a list: faces with one value of it, such as a person, are never divided. Empty has none.
        augment: A key of `AUGMENTATIONS`.
        balance: "weights" counts rare expressions more, "sampling" shows them more often.
        label_smoothing: Share of the target that is spread over all labels.
        affect_share: Weight of the affect loss beside the expression loss.
        by_votes: See `open_faces`.
        number_names: See `open_faces`.
        judge_at_most: Faces of a part that a network is judged by; 0 takes all.
    """

    order: Order
    data: Path
    out: Path
    course: Course = field(default_factory=Course)
    batch_size: int = 64
    split: str = ""
    fold: str = ""
    group_column: str = ""
    augment: Augment = "none"
    balance: Balance = "none"
    label_smoothing: float = 0.0
    affect_share: float = 0.5
    by_votes: bool = False
    number_names: tuple[str, ...] | None = None
    judge_at_most: int = 0


def parts_of(faces: LabelledFaces, split: str, seed: int) -> tuple[LabelledFaces, LabelledFaces, LabelledFaces]:
    """Return the faces to learn from, to choose the checkpoint by, and to judge the result by (perhaps none).

    Args:
        faces: The whole set.
        split: Shares such as "80/10/10", or empty for the set's own parts. A set without a part to choose by
            gives a tenth of its training faces.
        seed: Of the division.
    """
    if split:
        parts = divide(faces, parse_shares(split), seed)
        learned, held_out, test = (faces.take(parts == part) for part in (Split.TRAIN, Split.VAL, Split.TEST))
    else:
        learned, held_out, test = faces.of(Split.TRAIN, Split.NONE), faces.of(Split.VAL), faces.of(Split.TEST)
    if not len(held_out):
        parts = divide(learned, HELD_OUT, seed)
        learned, held_out = learned.take(parts == Split.TRAIN), learned.take(parts == Split.VAL)
    if not len(learned) or not len(held_out):
        raise DataError(
            f"{faces.name}: {len(learned)} faces to learn from, {len(held_out)} to choose by; say --split"
        )
    return learned, held_out, test


def some_of(faces: LabelledFaces, count: int, seed: int) -> LabelledFaces:
    """Return at most `count` of the faces, drawn at random; all where it is 0."""
    if not 0 < count < len(faces):
        return faces
    return faces.take(np.sort(np.random.default_rng(seed).permutation(len(faces))[:count]))


def train(training: Training) -> dict[str, Any]:
    """Train, judge the best checkpoint, and write history, pictures and figures.

    Returns:
        What `result.json` holds.

    Raises:
        DataError: The data, the weights to begin with, or the options cannot be used.
    """
    allow_instructions(training.course.precision)
    learned, held_out, test = _faces(training)
    trainer, parts = trainer_of(training, learned, held_out, test)
    copies = near_copies_of(learned, {"held_out": held_out, "test": test})
    labels = training.order.labels
    counts = np.bincount(label_indices(learned, labels), minlength=len(labels)).tolist()
    named = dict(zip(labels, counts, strict=True))
    log.info("%s: %d faces %s", training.order.architecture_id, len(learned), named)
    trainer.run()
    put_back(trainer.learner, read_checkpoint(training.out / BEST)["tensors"])
    return _finish(training, trainer, len(learned), parts, copies)


def trainer_to_profile(training: Training) -> Trainer:
    """Return the trainer of a run that is only timed."""
    return trainer_of(training, *_faces(training))[0]


def trainer_of(
    training: Training, learned: LabelledFaces, held_out: LabelledFaces, test: LabelledFaces
) -> tuple[Trainer, dict[str, OneSet]]:
    """Return the trainer of a run, and the parts that its result is judged by."""
    order, course = training.order, training.course
    learner = build_learner(order)
    spec = learner.input_spec

    def judged(part: LabelledFaces) -> OneSet:
        chosen = some_of(part, training.judge_at_most, course.seed)
        return OneSet(chosen, order.labels, spec, training.batch_size, device=learner.device)

    feed = OneSet(
        learned,
        order.labels,
        spec,
        training.batch_size,
        course.seed,
        AUGMENTATIONS[training.augment],
        training.balance,
        learner.device,
    )
    parts = {"held_out": judged(held_out), **({"test": judged(test)} if len(test) else {})}
    weights = feed.class_weights().to(learner.device) if training.balance == "weights" else None
    identity = _identity(training, learned, held_out)
    record = {
        "trained_on": f"{learned.name}, {len(learned)} faces",
        "parameters": parameters_of(learner),
        "training": identity | {"data": str(training.data), "course": asdict(course)},
    }
    trainer = Trainer(
        Parts(
            learner,
            feed,
            OneSetLoss(weights, training.label_smoothing, training.affect_share),
            lambda: judged_row(learner, parts["held_out"], training.out / CONFUSION),
            _Keeper(learner, training.out, record),
            identity,
        ),
        course,
        training.out,
    )
    return trainer, parts


@dataclass(frozen=True, slots=True)
class _Keeper:
    """Keeps the best weights: as a checkpoint for `mien export`, and to judge the result by."""

    learner: Learner
    folder: Path
    record: dict[str, Any]

    def __call__(self, row: Row, is_best: bool) -> None:
        if is_best:
            self.learner.release(self.folder, {**self.record, "progress": row})
            save_atomically({"tensors": copied(self.learner)}, self.folder / BEST)


def _identity(training: Training, learned: LabelledFaces, held_out: LabelledFaces) -> dict[str, Any]:
    """Return what must be the same for a run to go on; with other faces in a part its figures would be false."""
    order, course = training.order, training.course
    pretrained = None if order.pretrained is None else digest_of(order.pretrained)
    return {
        "architecture": order.architecture_id,
        "labels": list(order.labels),
        "affect": order.affect,
        "options": dict(order.options),
        "weights": pretrained,
        "frozen": order.freeze_backbone,
        "votes": training.by_votes,
        "split": training.split + (f"fold {training.fold}" if training.fold else ""),
        "learned": digest_of_faces(learned),
        "held_out": digest_of_faces(held_out),
        "augmentation": training.augment,
        "balance": training.balance,
        "label_smoothing": training.label_smoothing,
        "affect_share": training.affect_share,
        "batch": training.batch_size,
        "rate": course.rate,
        "warm_up": course.warm_up,
        "optimiser": course.optimiser,
        "weight_decay": course.weight_decay,
        "average_decay": course.average_decay,
        "seed": course.seed,
    }


def _faces(training: Training) -> tuple[LabelledFaces, LabelledFaces, LabelledFaces]:
    order = training.order
    faces = open_faces(
        training.data,
        by_votes=training.by_votes,
        number_names=training.number_names,
        group_column=training.group_column or None,
    )
    if faces.left_out.count:
        log.info("%s", faces.left_out.as_text())
    faces = faces.take(label_indices(faces, order.labels) >= 0)
    if order.affect and not faces.has_affect:
        raise DataError(
            f"{faces.name}: no face has valence and arousal, which {order.architecture_id} is to learn; say "
            "--no-affect, or --votes where the set is FER2013's archive"
        )
    if training.fold:
        from mien_models.training.folds import fold_of

        return fold_of(faces, training.fold, training.course.seed)
    if training.group_column and not training.split:
        raise DataError("--group: says how faces are divided; give --split or --folds as well")
    return parts_of(faces, training.split, training.course.seed)


def near_copies_of(learned: LabelledFaces, others: Mapping[str, LabelledFaces]) -> dict[str, int]:
    """Return how many faces of other parts are nearly the same as one that is learned from; they are all said."""
    prints = thumbprints(learned.pictures[row] for row in range(len(learned)))
    found = {}
    for name, faces in others.items():
        own = thumbprints(faces.pictures[row] for row in range(len(faces)))
        found[name] = int(copies_of(own, prints).sum())
        if found[name]:
            log.info("%s: %d of %d faces are near-copies of faces learned from", name, found[name], len(faces))
    return found


def _finish(
    training: Training, trainer: Trainer, learned: int, parts: dict[str, OneSet], copies: dict[str, int]
) -> dict[str, Any]:
    """Judge the best weights and write `result.json`, the curves and the confusion matrices."""
    from mien_models.evaluation.plots import plot_confusion
    from mien_models.training.summary import write_summary

    last = trainer.history[-1]
    result: dict[str, Any] = {
        "architecture": training.order.architecture_id,
        "labels": list(training.order.labels),
        "parameters": parameters_of(trainer.learner),
        "faces": {"train": learned, **{name: len(part.faces) for name, part in parts.items()}},
        "near_copies": copies,
        "steps": last["steps"],
        "passes": last["passes"],
        "minutes": last["minutes"],
        "best": min(trainer.history, key=lambda row: row["held_out_loss"]),
    }
    classes = {}
    for name, faces in parts.items():
        verdict = judge(trainer.learner, faces)
        result[name], classes[name] = verdict.as_dict(""), verdict.figures
        title = f"{training.order.architecture_id}, {faces.faces.name} {name}"
        plot_confusion(verdict.figures, title, training.out / f"confusion-{name}.png")
    write_summary(result, classes, training.out)
    part = training.out / f"{RESULT}.part"
    part.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    part.replace(training.out / RESULT)
    return result
