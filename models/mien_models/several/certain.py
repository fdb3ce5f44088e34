"""From where on the labels of a network are certain: chosen by risk, on faces kept out of training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mien.errors import AppError
from mien_models.evaluation.calibration import softmax

PROMISES: Final[Sequence[tuple[tuple[str, ...], float]]] = ((("ratedweb", "expw"), 0.77), (("rafdb",), 0.92))
"""Of the labels given on these sets together at least this share is right: two points above what the card
promises, 75 and 90 %, since stored weights and the card's own crops differ a little."""

LEAST_LABELS: Final = 50
"""Fewer labels than that prove nothing."""


def certain_from(
    logits: Mapping[str, NDArray[np.floating[Any]]],
    targets: Mapping[str, NDArray[np.float32]],
    temperature: float,
    learned_prior: Sequence[float] = (),
) -> float:
    """Return the least probability, all labels alike to be expected, with which every promise is kept.

    Args:
        logits: By set, (N, C).
        targets: By set, (N, C) distributions; a label that no face of the set has does not compete.
        temperature: Of the network.
        learned_prior: What the divided logits hold of the data's shares, C of them, or none.

    Raises:
        AppError: No probability keeps a promise.
    """
    shift = np.log(np.asarray(learned_prior, np.float64)) if len(learned_prior) else 0.0
    least = 0.0
    for names, wanted in PROMISES:
        parts = [_evidence(logits[name] / temperature - shift, targets[name]) for name in names if name in logits]
        if not parts:
            continue
        confidence, right = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(-confidence, kind="stable")
        share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
        # A threshold takes all faces of the same confidence, or none.
        is_last = np.diff(confidence[order], append=-1.0) < 0
        kept = np.flatnonzero((share >= wanted) & is_last)
        if not len(kept) or kept[-1] + 1 < LEAST_LABELS:
            sets = ", ".join(names)
            raise AppError(f"of no {LEAST_LABELS} labels on {sets} are {wanted:.0%} right; train longer")
        least = max(least, float(confidence[order][kept[-1]]))
    return least


def _evidence(logits: NDArray[np.floating[Any]], target: NDArray[np.float32]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return (N,) the probability of the top label among all labels, and whether it is right.

    The probability is that among all labels, as the program has it, also where the set lacks some of them; a label
    that the set lacks is then wrong, as it is in the program.
    """
    probabilities = softmax(logits)
    return probabilities.max(axis=1), probabilities.argmax(axis=1) == target.argmax(axis=1)
