"""Softmax regression on features: small, the same at every run, and with an estimate from held-out folds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FOLDS: Final = 5
STEPS: Final = 400
PENALTIES: Final = (1e-3, 1e-2, 1e-1, 1.0)
"""Weights of the penalty on large weights that are tried."""

TEMPERATURES: Final = np.geomspace(0.3, 5.0, 40)


@dataclass(frozen=True, slots=True)
class LastLayer:
    """``logits = features @ weight.T + bias``.

    Attributes:
        weight: (K, D) float64, for K classes.
        bias: (K,) float64.
    """

    weight: Array
    bias: Array

    def logits(self, features: Array) -> Array:
        """Return (N, K) for (N, D)."""
        return np.asarray(features @ self.weight.T + self.bias)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A last layer, and what held-out pictures say of it.

    Attributes:
        layer: Fitted to all pictures.
        temperature: What its logits are divided by, so that probabilities fit on held-out pictures.
        answers: (N,) int, the class of each picture, said by a layer that has not seen it.
    """

    layer: LastLayer
    temperature: float
    answers: NDArray[np.int64]


def fit(features: NDArray[np.float32], labels: NDArray[np.int64], classes: int, seed: int = 0) -> Fitted:
    """Fit a last layer; penalty and temperature are chosen on held-out folds.

    Args:
        features: (N, 2, D) float32, of each picture and of its mirror image.
        labels: (N,) from 0 to ``classes`` - 1, each at least ``FOLDS`` times.
        classes: How many there are.
        seed: Of the division into folds.
    """
    fold = _folds(labels, seed)
    held_out = {penalty: _held_out(features, labels, classes, fold, penalty) for penalty in PENALTIES}
    penalty = min(PENALTIES, key=lambda each: _loss(held_out[each], labels))
    logits = held_out[penalty]
    temperature = min(TEMPERATURES, key=lambda each: _loss(logits / each, labels))
    layer = fit_layer(features, labels, classes, penalty)
    return Fitted(layer, float(temperature), logits.argmax(axis=1))


def fit_layer(features: NDArray[np.float32], labels: NDArray[np.int64], classes: int, penalty: float) -> LastLayer:
    """Fit by gradient descent with momentum, every class weighing the same.

    Args:
        features: (N, 2, D) float32.
        labels: (N,) int.
        classes: How many there are.
        penalty: On the squared weights.
    """
    flat = features.reshape(-1, features.shape[-1]).astype(np.float64)
    doubled = np.repeat(labels, features.shape[1])
    mean, variance = flat.mean(axis=0), flat.var(axis=0)
    # What hardly varies in few pictures may vary in others: it must not be blown up.
    scale = np.sqrt(variance + variance.mean() + 1e-12)
    inputs = (flat - mean) / scale / np.sqrt(flat.shape[1])
    wanted = np.eye(classes)[doubled]
    share = (len(doubled) / classes) / np.bincount(doubled, minlength=classes)[doubled]
    weight, bias = np.zeros((classes, flat.shape[1])), np.zeros(classes)
    speed, bias_speed = np.zeros_like(weight), np.zeros_like(bias)
    for _ in range(STEPS):
        error = (_softmax(inputs @ weight.T + bias) - wanted) * share[:, None] / len(inputs)
        speed = 0.9 * speed - (error.T @ inputs + penalty * weight / len(labels))
        bias_speed = 0.9 * bias_speed - error.sum(axis=0)
        weight, bias = weight + speed, bias + bias_speed
    weight = weight / scale / np.sqrt(flat.shape[1])
    return LastLayer(weight, bias - weight @ mean)


def _held_out(
    features: NDArray[np.float32],
    labels: NDArray[np.int64],
    classes: int,
    fold: NDArray[np.int64],
    penalty: float,
) -> Array:
    logits = np.zeros((len(labels), classes))
    for each in range(FOLDS):
        rest = fold != each
        layer = fit_layer(features[rest], labels[rest], classes, penalty)
        logits[~rest] = layer.logits(features[~rest, 0].astype(np.float64))
    return logits


def _folds(labels: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Return a fold for each picture, every class spread over all folds."""
    random = np.random.default_rng(seed)
    fold = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        rows = random.permutation(np.flatnonzero(labels == label))
        fold[rows] = np.arange(len(rows)) % FOLDS
    return fold


def _softmax(logits: Array) -> Array:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _loss(logits: Array, labels: NDArray[np.int64]) -> float:
    return float(-np.log(_softmax(logits)[np.arange(len(labels)), labels] + 1e-12).mean())
