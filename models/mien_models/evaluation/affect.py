"""Figures for valence and arousal, beside what knowing the class alone would give.

Valence and arousal depend strongly on the expression, so a network that only knows the class already looks good.
Two baselines show how good: every face at the mean of its true class (nothing that knows only the class can do
better than that), and every face at the mean of the class that the network predicts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class AffectFigures:
    """How well one dimension agrees.

    Attributes:
        rmse: Root of the mean squared error, in units of [-1, 1].
        pearson: Correlation, -1 to 1; 0 where one side is constant.
        ccc: Concordance correlation, -1 to 1 (Lin 1989): also falls with a wrong mean or spread.
        sagr: Share with the right sign, of the faces whose truth is not exactly zero.
        count: Faces.
    """

    rmse: float
    pearson: float
    ccc: float
    sagr: float
    count: int


def affect_figures(predicted: Floats, truth: Floats) -> AffectFigures:
    """Compare (N,) predicted values with (N,) true ones, both in [-1, 1]."""
    if predicted.shape != truth.shape or predicted.ndim != 1 or len(predicted) == 0:
        raise ValueError(f"affect_figures: expected two equal (N,), got {predicted.shape} and {truth.shape}")
    p, t = predicted.astype(np.float64), truth.astype(np.float64)
    covariance = float(((p - p.mean()) * (t - t.mean())).mean())
    spread = float(p.std() * t.std())
    denominator = float(p.var() + t.var() + (p.mean() - t.mean()) ** 2)
    signed = t != 0
    return AffectFigures(
        rmse=float(np.sqrt(((p - t) ** 2).mean())),
        pearson=covariance / spread if spread > 1e-12 else 0.0,
        ccc=2 * covariance / denominator if denominator > 1e-12 else 0.0,
        sagr=float((np.sign(p[signed]) == np.sign(t[signed])).mean()) if signed.any() else float("nan"),
        count=len(p),
    )


def class_means(values: Floats, classes: NDArray[np.integer], size: int) -> NDArray[np.float64]:
    """Return the mean (size, 2) of the (N, 2) values of each class; the overall mean where it has no faces."""
    means = np.tile(values.mean(axis=0, dtype=np.float64), (size, 1))
    for index in np.unique(classes):
        means[index] = values[classes == index].mean(axis=0)
    return means


@dataclass(frozen=True, slots=True)
class AffectComparison:
    """The network and both baselines on one dimension."""

    network: AffectFigures
    mean_of_true_class: AffectFigures
    mean_of_predicted_class: AffectFigures


def compare_affect(
    predicted: Floats,
    truth: Floats,
    true_class: NDArray[np.integer],
    predicted_class: NDArray[np.integer],
    means: NDArray[np.float64],
) -> dict[str, AffectComparison]:
    """Judge valence and arousal beside the class means.

    Args:
        predicted: (N, 2) the network's valence and arousal.
        truth: (N, 2).
        true_class: (N,) index into `means`.
        predicted_class: (N,) index into `means`, by the same network.
        means: (C, 2) class means, taken from training data.
    """
    return {
        name: AffectComparison(
            affect_figures(predicted[:, column], truth[:, column]),
            affect_figures(means[true_class, column], truth[:, column]),
            affect_figures(means[predicted_class, column], truth[:, column]),
        )
        for column, name in enumerate(("valence", "arousal"))
    }
