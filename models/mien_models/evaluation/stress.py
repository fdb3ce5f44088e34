"""What a bad webcam does to the answer: the same faces changed in every way of `changes`, and judged again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien_models.evaluation.changes import CHANGES, Gray
from mien_models.evaluation.network import JudgedNetwork

EVERY: Final = 3
"""One face in so many is changed in all ways: that is enough for a figure of ± 1.3 points, and spares an hour."""


@dataclass(frozen=True, slots=True)
class StressFigure:
    """Accuracy under one change.

    Attributes:
        change: What was done, for people.
        setting: How much of it; empty where there is only one.
        strength: 1 mild, 2 medium, 3 strong; 0 where there is only one.
        faces: Judged.
        accuracy: Share that is right, 0 to 1.
        unchanged: The same share of the same faces without the change.
        agreement: Share of faces whose label is the same as without the change.
    """

    change: str
    setting: str
    strength: int
    faces: int
    accuracy: float
    unchanged: float
    agreement: float


def compare(
    name: tuple[str, str, int],
    plain: NDArray[np.integer],
    changed: NDArray[np.integer],
    truth: NDArray[np.integer],
) -> StressFigure:
    """Return the figure of one change.

    Args:
        name: Change, setting and strength.
        plain: (N,) labels of the faces as they are.
        changed: (N,) labels of the changed faces.
        truth: (N,) true labels.
    """
    right, before = float((changed == truth).mean()), float((plain == truth).mean())
    return StressFigure(*name, len(truth), right, before, float((changed == plain).mean()))


def stress(network: JudgedNetwork, faces: Gray, truth: NDArray[np.integer]) -> list[StressFigure]:
    """Judge a network on changed faces, one in `EVERY`.

    Args:
        network: Under judgement.
        faces: (N, h, w) uint8 gray.
        truth: (N,) index of the true label, in the order of the network's answers.

    Returns:
        One figure for each of `CHANGES` at each strength, after that of mirrored faces.
    """
    faces, truth = faces[::EVERY], truth[::EVERY]
    plain = network.ask(faces).probabilities.argmax(axis=1)
    mirrored = network.ask(np.ascontiguousarray(faces[:, :, ::-1])).probabilities.argmax(axis=1)
    figures = [compare(("mirrored", "", 0), plain, mirrored, truth)]
    for change in CHANGES:
        for number, strength in enumerate(change.strengths, start=1):
            chance = np.random.default_rng(7)
            top = network.ask([change.apply(face, strength, chance) for face in faces]).probabilities.argmax(
                axis=1
            )
            name = (change.name, change.unit.format(strength), number)
            figures.append(compare(name, plain, top, truth))
    return figures
