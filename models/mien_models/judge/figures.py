"""What can be said of N answers to N labelled faces: right and wrong, sure and unsure, valence and arousal."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mien.core.emotion import EXPRESSIONS
from mien_models.data.faces import LabelledFaces
from mien_models.evaluation.affect import AffectComparison, class_means, compare_affect
from mien_models.evaluation.calibration import reliability
from mien_models.evaluation.metrics import ClassFigures, class_figures
from mien_models.evaluation.network import Answers

THRESHOLDS: Final = (0.0, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
"""Minimum confidences at which the curve of coverage against accuracy is read."""

LEAST_IN_GROUP: Final = 10
"""A group of fewer faces gets no figures: they would be noise."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What happens where labels below a confidence are withheld.

    Attributes:
        least_confidence: The threshold.
        shown: Share of faces that still get a label.
        right: Share of the labels shown that are right; NaN where none is shown.
    """

    least_confidence: float
    shown: float
    right: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures over some faces.

    Attributes:
        classes: Accuracy, recall and confusion; None where no face has a label.
        calibration_error: Expected gap between confidence and accuracy, 0 to 1; None without probabilities.
        curve: Coverage against accuracy; empty without probabilities.
        affect: Valence and arousal beside the class means; None where one side has none.
        means_of: Of which faces the class means are.
        certain: How many labels the program shows as certain by itself, and how many of these are right; None
            where the network does not say from where on they are.
    """

    classes: ClassFigures | None
    calibration_error: float | None
    curve: tuple[CurvePoint, ...]
    affect: dict[str, AffectComparison] | None
    means_of: str = ""
    certain: CurvePoint | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        found: dict[str, Any] = {}
        if self.classes is not None:
            found |= classes_as_dict(self.classes)
        if self.calibration_error is not None:
            found |= {
                "calibration_error": self.calibration_error,
                "curve": [asdict(point) for point in self.curve],
            }
        if self.certain is not None:
            found["certain"] = {"shown": self.certain.shown, "right": self.certain.right}
        if self.affect is not None:
            found["affect"] = {name: asdict(comparison) for name, comparison in self.affect.items()}
            found["class_means_of"] = self.means_of
        return found


def classes_as_dict(classes: ClassFigures) -> dict[str, Any]:
    """Return accuracy, mean recall and the figures of each class as plain values."""
    rows = zip(classes.labels, classes.counts, classes.recall, classes.precision, classes.f1, strict=True)
    return {
        "faces": classes.count,
        "accuracy": classes.accuracy,
        "mean_recall": float(np.nanmean(classes.recall)),
        "macro_f1": classes.macro_f1,
        "classes": {
            label: {
                "faces": int(count),
                "recall": _plain(recall),
                "precision": _plain(precision),
                "f1": _plain(f1),
            }
            for label, count, recall, precision, f1 in rows
        },
        "confusion": classes.confusion.tolist(),
    }


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def curve(probabilities: NDArray[np.float64], truth: NDArray[np.int64]) -> tuple[CurvePoint, ...]:
    """Return coverage and accuracy at each of `THRESHOLDS`."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    points = []
    for threshold in THRESHOLDS:
        shown = confidence >= threshold
        points.append(
            CurvePoint(threshold, float(shown.mean()), float(right[shown].mean()) if shown.any() else float("nan"))
        )
    return tuple(points)


def judge(
    answers: Answers,
    faces: LabelledFaces,
    labels: tuple[str, ...],
    base: LabelledFaces,
    has_confidence: bool = True,
) -> Figures:
    """Judge answers on the expressions `labels`; faces of others are left out, probabilities are renormalised.

    Args:
        answers: To all faces.
        faces: With their truth.
        labels: Expressions that both sides know, in the order of `EXPRESSIONS`; empty for none.
        base: Rated faces that the class means are taken from.
        has_confidence: Whether the probabilities are more than a label.
    """
    columns = np.array([EXPRESSIONS.index(label) for label in labels], np.int64)
    rows = np.isin(faces.expression, columns)
    classes, error = None, None
    points: tuple[CurvePoint, ...] = ()
    certain = None
    if rows.any():
        truth = np.searchsorted(columns, faces.expression[rows])
        within = answers.within(columns)[rows]
        classes = class_figures(truth, within.argmax(axis=1), labels)
        if has_confidence:
            error, points = reliability(within, truth).error, curve(within, truth)
        if answers.certain is not None:
            shown = answers.certain[rows]
            right = (answers.probabilities[rows].argmax(axis=1) == faces.expression[rows])[shown]
            certain = CurvePoint(
                float("nan"), float(shown.mean()), float(right.mean()) if len(right) else float("nan")
            )
    return Figures(classes, error, points, *judge_affect(answers, faces, base), certain)


def judge_affect(
    answers: Answers, faces: LabelledFaces, base: LabelledFaces
) -> tuple[dict[str, AffectComparison] | None, str]:
    """Return valence and arousal beside the class means of `base`, and of which faces those are."""
    known = np.isfinite(faces.affect).all(axis=1) & (faces.expression >= 0)
    if answers.affect is None or not known.any():
        return None, ""
    known &= np.isfinite(answers.affect).all(axis=1)
    rated = base.take(np.isfinite(base.affect).all(axis=1) & (base.expression >= 0))
    means_of = "the training part" if len(rated) else "the judged faces themselves"
    rated = rated if len(rated) else faces.take(known)
    means = class_means(rated.affect, rated.expression, len(EXPRESSIONS))
    top = answers.probabilities[known].argmax(axis=1)
    return compare_affect(
        answers.affect[known], faces.affect[known], faces.expression[known], top, means
    ), means_of
