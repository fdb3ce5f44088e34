"""An exported network judged by any set of labelled faces, on the expressions that both know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.core.emotion import EXPRESSIONS
from mien_models.data import DataError, LabelledFaces
from mien_models.data.crops import face_crop
from mien_models.data.eyes import EyeFinder
from mien_models.data.pictures import Picture
from mien_models.evaluation.network import Answers, JudgedNetwork

FACES_AT_ONCE: Final = 64
"""So that memory stays bounded however many faces there are, and however large the network's input."""


def ask_about(network: JudgedNetwork, faces: LabelledFaces, finder: EyeFinder | None = None) -> Answers:
    """Ask a network about all faces of a set, through the program's own preprocessing."""

    def crops(start: int) -> Iterator[Picture]:
        for row in range(start, min(start + FACES_AT_ONCE, len(faces))):
            yield face_crop(faces, row, network.input_spec, finder)

    parts = [network.ask(crops(start)) for start in range(0, len(faces), FACES_AT_ONCE)]
    affects = [part.affect for part in parts if part.affect is not None]
    return Answers(
        np.concatenate([part.probabilities for part in parts]), np.concatenate(affects) if affects else None
    )


def common_labels(*sets: tuple[str, ...]) -> tuple[str, ...]:
    """Return the expressions that stand in all of them, in the order of `EXPRESSIONS`.

    Raises:
        DataError: There are fewer than two.
    """
    common = tuple(label for label in EXPRESSIONS if all(label in labels for labels in sets))
    if len(common) < 2:
        raise DataError(
            f"the data and the networks share {len(common)} expressions; nothing can be judged by them"
        )
    return common


def columns_of(labels: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the places of some expressions in `EXPRESSIONS`."""
    return np.array([EXPRESSIONS.index(label) for label in labels], dtype=np.int64)
