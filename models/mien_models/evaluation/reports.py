"""The figures of one network, as data (JSON) and as text."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien_models.evaluation.affect import AffectComparison
from mien_models.evaluation.calibration import Reliability, reliability
from mien_models.evaluation.metrics import ClassFigures, class_figures
from mien_models.evaluation.stress import StressFigure


@dataclass(frozen=True, slots=True)
class ExpressionReport:
    """Expressions on one set of faces.

    Attributes:
        title: What was judged.
        figures: Over all faces.
        calibration: Confidence against accuracy.
        without_copies: The same, without test pictures that nearly equal a training picture.
        flip_average: The same, each face averaged with its mirror image; None where that was not asked.
    """

    title: str
    figures: ClassFigures
    calibration: Reliability
    without_copies: ClassFigures
    flip_average: ClassFigures | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        figures = self.figures
        return {
            "title": self.title,
            "count": figures.count,
            "accuracy": round(figures.accuracy, 4),
            "macro_f1": round(figures.macro_f1, 4),
            "calibration_error": round(self.calibration.error, 4),
            "without_near_copies": _short(self.without_copies),
            **({} if self.flip_average is None else {"flip_average": _short(self.flip_average)}),
            "classes": {
                label: {"count": int(count), "recall": round(float(recall), 4), "f1": round(float(f1), 4)}
                for label, count, recall, f1 in zip(
                    figures.labels, figures.counts, figures.recall, figures.f1, strict=True
                )
            },
            "confusion": figures.confusion.tolist(),
        }

    def as_text(self) -> str:
        """Return lines for a terminal."""
        figures, rest = self.figures, self.without_copies
        lines = [
            f"{self.title}: {figures.count} faces",
            f"  accuracy {figures.accuracy:.1%}   macro-F1 {figures.macro_f1:.3f}   "
            f"calibration error {self.calibration.error:.3f}",
            f"  without near-copies ({rest.count} faces): accuracy {rest.accuracy:.1%}, "
            f"macro-F1 {rest.macro_f1:.3f}",
        ]
        if self.flip_average is not None:
            lines.append(f"  each face averaged with its mirror image: accuracy {self.flip_average.accuracy:.1%}")
        for label, count, recall, f1 in zip(
            figures.labels, figures.counts, figures.recall, figures.f1, strict=True
        ):
            lines.append(f"    {label:<10} {int(count):>5} faces   recall {recall:6.1%}   F1 {f1:.3f}")
        return "\n".join(lines)


def _short(figures: ClassFigures) -> dict[str, Any]:
    return {
        "count": figures.count,
        "accuracy": round(figures.accuracy, 4),
        "macro_f1": round(figures.macro_f1, 4),
    }


def expression_report(
    title: str,
    probabilities: NDArray[np.float64],
    truth: NDArray[np.integer],
    labels: tuple[str, ...],
    is_copy: NDArray[np.bool_],
    averaged: NDArray[np.float64] | None = None,
) -> ExpressionReport:
    """Judge expressions.

    Args:
        title: What is judged.
        probabilities: (N, C), columns in the order of `labels`.
        truth: (N,) index into `labels`.
        labels: C names.
        is_copy: (N,) True for a picture that nearly equals a training picture.
        averaged: (N, C) the same averaged with the answers to the mirrored faces, reported apart.
    """
    top = probabilities.argmax(axis=1)
    return ExpressionReport(
        title,
        class_figures(truth, top, labels),
        reliability(probabilities, truth),
        class_figures(truth[~is_copy], top[~is_copy], labels),
        None if averaged is None else class_figures(truth, averaged.argmax(axis=1), labels),
    )


@dataclass(frozen=True, slots=True)
class AffectReport:
    """Valence and arousal on one set of faces."""

    title: str
    dimensions: dict[str, AffectComparison]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "title": self.title,
            **{
                name: {
                    who: {key: round(value, 4) for key, value in figures.items()}
                    for who, figures in asdict(comparison).items()
                }
                for name, comparison in self.dimensions.items()
            },
        }

    def as_text(self) -> str:
        """Return lines for a terminal."""
        lines = [self.title]
        for name, comparison in self.dimensions.items():
            for who, figures in (
                ("network", comparison.network),
                ("mean of true class", comparison.mean_of_true_class),
                ("mean of predicted class", comparison.mean_of_predicted_class),
            ):
                lines.append(
                    f"    {name:<8} {who:<24} RMSE {figures.rmse:.3f}   Pearson {figures.pearson:.3f}   "
                    f"CCC {figures.ccc:.3f}   SAGR {figures.sagr:.3f}"
                )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """Everything that was measured of one network, whose file has the checksum `sha256`."""

    name: str
    sha256: str
    temperature: float
    milliseconds_per_face: float
    expressions: list[ExpressionReport] = field(default_factory=list)
    affects: list[AffectReport] = field(default_factory=list)
    stress: list[StressFigure] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, fit for JSON."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "temperature": round(self.temperature, 4),
            "milliseconds_per_face": round(self.milliseconds_per_face, 3),
            "expressions": [report.as_dict() for report in self.expressions],
            "affect": [report.as_dict() for report in self.affects],
            "stress": [
                {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(row).items()}
                for row in self.stress
            ],
        }

    def as_text(self) -> str:
        """Return text for a terminal."""
        head = (
            f"{self.name}: temperature {self.temperature:.3f}, {self.milliseconds_per_face:.2f} ms a face "
            "(processor time of one thread, one face at a time)"
        )
        parts = [report.as_text() for report in self.expressions] + [report.as_text() for report in self.affects]
        if self.stress:
            rows = (
                f"    {row.accuracy:6.1%} of {row.unchanged:6.1%}   {row.change} {row.setting}"
                for row in self.stress
            )
            parts.append("\n".join(["FER+ PublicTest, changed: accuracy of what it is unchanged", *rows]))
        return "\n\n".join([head, *parts])
