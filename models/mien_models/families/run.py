"""From one command to a trained checkpoint, its history and its pictures."""

import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from mien_models.data import DataError, LabelledFaces, Split, open_faces
from mien_models.data.splitting import divide, parse_shares
from mien_models.families.batches import AUGMENTATIONS, FaceBatches, label_indices
from mien_models.families.loop import Course, FamilyTrainer
from mien_models.families.network import Order, build_network
from mien_models.families.recipe import recipe_of

log = logging.getLogger(__name__)

HELD_OUT: Final = (0.9, 0.1, 0.0)
"""Shares of the training faces where the set has no part to choose the checkpoint by."""

RESULT: Final = "result.json"
"""Written last, so that a folder that has it holds a finished run."""


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
        augment: A key of `AUGMENTATIONS`.
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
    augment: Literal["none", "geometric", "full"] = "none"
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


def train_family(training: Training) -> dict[str, Any]:
    """Train, judge the best checkpoint, and write history, pictures and figures.

    Returns:
        What `result.json` holds.

    Raises:
        DataError: The data, the weights to begin with, or the options cannot be used.
    """
    order, course = training.order, training.course
    faces = open_faces(training.data, by_votes=training.by_votes, number_names=training.number_names)
    if faces.left_out.count:
        log.info("%s", faces.left_out.as_text())
    faces = faces.take(label_indices(faces, order.labels) >= 0)
    if order.affect and not faces.has_affect:
        raise DataError(f"{faces.name}: no valence and arousal to learn from; leave --affect out, or try --votes")
    learned, held_out, test = parts_of(faces, training.split, course.seed)
    network = build_network(order, recipe_of(order.architecture_id).framework)
    spec = network.input_spec

    def judged(part: LabelledFaces) -> FaceBatches:
        chosen = some_of(part, training.judge_at_most, course.seed)
        return FaceBatches(chosen, order.labels, spec, training.batch_size)

    batches = FaceBatches(
        learned,
        order.labels,
        spec,
        training.batch_size,
        course.seed,
        AUGMENTATIONS[training.augment],
        course.balance,
    )
    counts = dict(zip(order.labels, np.bincount(batches.truth, minlength=len(order.labels)).tolist(), strict=True))
    log.info("%s: %d parameters, %d faces %s", order.architecture_id, network.count(), len(learned), counts)
    record = {
        "trained_on": f"{faces.name}, {len(learned)} faces",
        "augmentation": training.augment,
        "parameters": network.count(),
    }
    parts = {"held_out": judged(held_out), **({"test": judged(test)} if len(test) else {})}
    trainer = FamilyTrainer(network, batches, parts["held_out"], course, training.out, record)
    trainer.run()
    trainer.restore_best()
    return _finish(training, trainer, parts)


def _finish(training: Training, trainer: FamilyTrainer, parts: dict[str, FaceBatches]) -> dict[str, Any]:
    """Judge the best weights and write `result.json`, the curves and the confusion matrices."""
    from mien_models.evaluation.plots import plot_confusion
    from mien_models.families.verdict import judge

    last = trainer.history[-1]
    result: dict[str, Any] = {
        "architecture": training.order.architecture_id,
        "labels": list(training.order.labels),
        "parameters": trainer.network.count(),
        "faces": {"train": len(trainer.learned.faces), **{name: len(part.faces) for name, part in parts.items()}},
        "steps": last["steps"],
        "passes": last["passes"],
        "minutes": last["minutes"],
        "best": min(trainer.history, key=lambda row: row["held_out_loss"]),
    }
    for name, faces in parts.items():
        verdict = judge(trainer.network, faces)
        result[name] = verdict.as_dict("")
        title = f"{training.order.architecture_id}, {faces.faces.name} {name}"
        plot_confusion(verdict.figures, title, training.out / f"confusion-{name}.png")
    part = training.out / f"{RESULT}.part"
    part.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    part.replace(training.out / RESULT)
    return result
