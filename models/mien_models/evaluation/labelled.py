"""An exported network judged by any set of labelled faces, on the expressions that both know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.core.emotion import EXPRESSIONS
from mien_models.data import DataError, LabelledFaces, Split
from mien_models.data.crops import face_crop
from mien_models.data.eyes import EyeFinder
from mien_models.data.pictures import Picture
from mien_models.evaluation.affect import class_means, compare_affect
from mien_models.evaluation.network import Answers, JudgedNetwork
from mien_models.evaluation.reports import AffectReport, ExpressionReport, expression_report

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


def judge_expressions(answers: Answers, faces: LabelledFaces, labels: tuple[str, ...]) -> ExpressionReport:
    """Judge the expressions of some labels; faces of others are left out, probabilities are renormalised."""
    columns = columns_of(labels)
    rows = np.isin(faces.expression, columns)
    title = f"{faces.name}, {len(labels)} classes"
    if set(labels) != set(faces.labels):
        title += f" ({', '.join(labels)})"
    return expression_report(
        title,
        answers.within(columns)[rows],
        np.searchsorted(columns, faces.expression[rows]),
        labels,
        np.zeros(int(rows.sum()), dtype=bool),
    )


def judge_affect(answers: Answers, faces: LabelledFaces, whole: LabelledFaces) -> AffectReport | None:
    """Judge valence and arousal where both sides have them; the class means are of the training part, if any."""
    known = np.isfinite(faces.affect).all(axis=1) & (faces.expression >= 0)
    if answers.affect is None or not known.any():
        return None
    base = whole.of(Split.TRAIN)
    source = "training part" if len(base) else "same faces"
    base = base if len(base) else faces
    rated = base.take(np.isfinite(base.affect).all(axis=1) & (base.expression >= 0))
    means = class_means(rated.affect, rated.expression, len(EXPRESSIONS))
    top = answers.probabilities[known].argmax(axis=1)
    dimensions = compare_affect(answers.affect[known], faces.affect[known], faces.expression[known], top, means)
    return AffectReport(f"Affect, {faces.name}: {int(known.sum())} faces, class means of the {source}", dimensions)
