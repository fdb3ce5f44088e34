"""Calibration: the temperature that makes probabilities mean what they say, and the error that is left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def softmax(logits: Floats, temperature: float = 1.0) -> NDArray[np.float64]:
    """Return the probabilities of (N, C) logits divided by `temperature`."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


def fit_temperature(logits: Floats, target: Floats) -> float:
    """Return the temperature with the least cross-entropy (Guo et al. 2017, arXiv:1706.04599).

    Args:
        logits: (N, C).
        target: (N, C) distributions; one-hot rows are fine.

    Returns:
        A number between 0.1 and 10, found by golden-section search: the loss has one valley in log-temperature.
    """

    def loss(log_temperature: float) -> float:
        probabilities = softmax(logits, float(np.exp(log_temperature)))
        return -float((target * np.log(np.clip(probabilities, 1e-12, 1.0))).sum(axis=1).mean())

    ratio = (5**0.5 - 1) / 2
    low, high = float(np.log(0.1)), float(np.log(10.0))
    for _ in range(60):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """How confidence and accuracy agree, in equal bins of confidence.

    Attributes:
        edges: (B + 1,) bounds of the bins, 0 to 1.
        confidence: (B,) mean confidence in each bin, 0 where empty.
        accuracy: (B,) share that is right in each bin, 0 where empty.
        count: (B,) faces in each bin.
    """

    edges: NDArray[np.float64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    count: NDArray[np.int64]

    @property
    def error(self) -> float:
        """Expected calibration error: the mean gap, weighted by faces, 0 to 1."""
        return float((self.count * np.abs(self.confidence - self.accuracy)).sum() / max(1, self.count.sum()))


def reliability(probabilities: Floats, truth: NDArray[np.integer], bins: int = 15) -> Reliability:
    """Compare the confidence of the top label with how often it is right.

    Args:
        probabilities: (N, C).
        truth: (N,) index of the true label.
        bins: How many.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    edges = np.linspace(0.0, 1.0, bins + 1)
    index = np.clip(np.digitize(confidence, edges[1:-1], right=True), 0, bins - 1)
    count = np.bincount(index, minlength=bins)
    filled = np.maximum(count, 1)
    return Reliability(
        edges,
        np.bincount(index, weights=confidence, minlength=bins) / filled,
        np.bincount(index, weights=right.astype(np.float64), minlength=bins) / filled,
        count.astype(np.int64),
    )
