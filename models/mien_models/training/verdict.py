"""How a network in training does on faces that it does not learn from."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from mien_models.evaluation.affect import AffectFigures, affect_figures
from mien_models.evaluation.metrics import ClassFigures, class_figures
from mien_models.training.learner import Learner
from mien_models.training.losses import cross_entropy
from mien_models.training.one_set import OneSet


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """Figures on one set.

    Attributes:
        loss: Mean cross-entropy of the expressions, every face counted once.
        figures: Of the expressions.
        affect: Figures of valence and of arousal; None without affect.
    """

    loss: float
    figures: ClassFigures
    affect: tuple[AffectFigures, AffectFigures] | None

    def as_dict(self, prefix: str) -> dict[str, float]:
        """Return rounded figures under their names."""
        named = {"loss": self.loss, "accuracy": self.figures.accuracy, "macro_f1": self.figures.macro_f1}
        for name, found in zip(("valence", "arousal"), self.affect or (), strict=False):
            named |= {f"{key}_{name}": getattr(found, key) for key in ("rmse", "pearson", "ccc", "sagr")}
        return {f"{prefix}{key}": round(value, 4) for key, value in named.items()}


def judge(learner: Learner, batches: OneSet) -> Verdict:
    """Run a network over a set, without augmentation and without dropout."""
    losses, predicted, affects = [], [], []
    with torch.no_grad():
        for start in batches.starts():
            batch = batches.to_judge(start).on(learner.device)
            logits, *others = learner.answer(batch.images, training=False)
            losses.append(cross_entropy(logits, batch.expression))
            predicted.append(logits.argmax(1))
            affects += others[:1]
    figures = class_figures(batches.truth, torch.cat(predicted).cpu().numpy(), learner.order.labels)
    points = torch.cat(affects).cpu().numpy() if affects else None
    return Verdict(float(torch.cat(losses).mean()), figures, _affect(points, batches.faces.affect))


def judged_row(learner: Learner, held_out: OneSet, confusion: Path) -> dict[str, float]:
    """Judge a network in training; its confusion matrix is written into a CSV file, anew after each epoch."""
    verdict = judge(learner, held_out)
    labels = verdict.figures.labels
    counts = zip(labels, verdict.figures.confusion, strict=True)
    lines = [("true \\ predicted", *labels), *((label, *map(str, row)) for label, row in counts)]
    confusion.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    return verdict.as_dict("held_out_")


def _affect(
    points: NDArray[np.float32] | None, truth: NDArray[np.float32]
) -> tuple[AffectFigures, AffectFigures] | None:
    known = np.isfinite(truth).all(axis=1)
    if points is None or not known.any():
        return None
    valence, arousal = (affect_figures(points[known, column], truth[known, column]) for column in (0, 1))
    return valence, arousal
