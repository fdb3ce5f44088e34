"""Figures for classes: accuracy, macro-F1, recall with counts, confusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.integer]


@dataclass(frozen=True, slots=True, eq=False)
class ClassFigures:
    """How well predicted classes agree with true ones.

    Attributes:
        labels: C names.
        confusion: (C, C) int64; row true, column predicted.
    """

    labels: tuple[str, ...]
    confusion: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Faces judged."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share that is right, 0 to 1."""
        return float(np.trace(self.confusion) / max(1, self.count))

    @property
    def counts(self) -> NDArray[np.int64]:
        """(C,) faces of each true class."""
        return np.asarray(self.confusion.sum(axis=1), dtype=np.int64)

    @property
    def recall(self) -> NDArray[np.float64]:
        """(C,) share of each true class that is found, NaN for a class without faces."""
        return _ratio(np.diag(self.confusion), self.counts)

    @property
    def precision(self) -> NDArray[np.float64]:
        """(C,) share of each predicted class that is right, NaN for a class that is never predicted."""
        return _ratio(np.diag(self.confusion), self.confusion.sum(axis=0))

    @property
    def f1(self) -> NDArray[np.float64]:
        """(C,) harmonic mean of precision and recall, 2 right / (true + predicted); NaN without faces."""
        values = _ratio(2 * np.diag(self.confusion), self.counts + self.confusion.sum(axis=0))
        return np.where(self.counts > 0, values, np.nan)

    @property
    def macro_f1(self) -> float:
        """Mean F1 over the classes that have faces; each class counts the same, however small."""
        return float(np.nanmean(self.f1))


def _ratio(part: Indices, whole: Indices) -> NDArray[np.float64]:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)


def class_figures(truth: Indices, predicted: Indices, labels: tuple[str, ...]) -> ClassFigures:
    """Compare classes.

    Args:
        truth: (N,) index of the true label.
        predicted: (N,) index of the predicted label.
        labels: Names, in the order of the indices.
    """
    size = len(labels)
    if truth.shape != predicted.shape:
        raise ValueError(f"class_figures: expected equal shapes, got {truth.shape} and {predicted.shape}")
    confusion = np.bincount(truth * size + predicted, minlength=size * size).reshape(size, size)
    return ClassFigures(labels, confusion.astype(np.int64))
