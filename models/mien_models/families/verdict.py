"""How a network in training does on faces that it does not learn from."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from mien_models.evaluation.affect import affect_figures
from mien_models.evaluation.metrics import ClassFigures, class_figures
from mien_models.families.batches import FaceBatches
from mien_models.families.network import TrainableNetwork


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """Figures on one set.

    Attributes:
        loss: Mean cross-entropy of the expressions, every face counted once.
        figures: Of the expressions.
        ccc: Concordance of valence and of arousal; None without affect.
    """

    loss: float
    figures: ClassFigures
    ccc: tuple[float, float] | None

    def as_dict(self, prefix: str) -> dict[str, float]:
        """Return rounded figures under their names."""
        named = {
            "loss": self.loss,
            "accuracy": self.figures.accuracy,
            "macro_f1": self.figures.macro_f1,
            **({} if self.ccc is None else {"ccc_valence": self.ccc[0], "ccc_arousal": self.ccc[1]}),
        }
        return {f"{prefix}{key}": round(value, 4) for key, value in named.items()}


def judge(network: TrainableNetwork, batches: FaceBatches) -> Verdict:
    """Run a network over a set, without augmentation and without dropout."""
    losses, predicted, affects = [], [], []
    with torch.no_grad():
        for start in batches.starts():
            batch = batches.to_judge(start).on(network.device)
            logits, affect = network.answer(batch.images, training=False)
            losses.append(functional.cross_entropy(logits, batch.labels, reduction="none").cpu())
            predicted.append(logits.argmax(1).cpu())
            if affect is not None:
                affects.append(affect.cpu())
    figures = class_figures(batches.truth, torch.cat(predicted).numpy(), network.order.labels)
    points = torch.cat(affects).numpy() if affects else None
    return Verdict(float(torch.cat(losses).mean()), figures, _concordance(points, batches.faces.affect))


def _concordance(points: NDArray[np.float32] | None, truth: NDArray[np.float32]) -> tuple[float, float] | None:
    known = np.isfinite(truth).all(axis=1)
    if points is None or not known.any():
        return None
    valence, arousal = (affect_figures(points[known, column], truth[known, column]).ccc for column in (0, 1))
    return valence, arousal
