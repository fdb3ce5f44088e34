"""Pictures for a model card: confusion matrix and reliability diagram."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mien_models.evaluation.calibration import Reliability
from mien_models.evaluation.metrics import ClassFigures

INK, QUIET, ACCENT = "#1A1F27", "#98A2B3", "#0D9488"


def plot_confusion(figures: ClassFigures, title: str, path: Path) -> None:
    """Draw recall by row in per cent, with the number of faces beside each true class."""
    from matplotlib.figure import Figure

    share = 100.0 * figures.confusion / np.maximum(figures.counts, 1)[:, None]
    size = len(figures.labels)
    figure = Figure(figsize=(0.75 * size + 1.6, 0.62 * size + 1.4), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(share, cmap="GnBu", vmin=0, vmax=100, aspect="auto")
    axes.set_xticks(range(size), figures.labels, rotation=35, ha="right", fontsize=8)
    rows = [f"{label} ({count})" for label, count in zip(figures.labels, figures.counts, strict=True)]
    axes.set_yticks(range(size), rows, fontsize=8)
    for row in range(size):
        for column in range(size):
            value = share[row, column]
            axes.text(
                column,
                row,
                f"{value:.0f}",
                ha="center",
                va="center",
                fontsize=8,
                color="white" if value > 55 else INK,
            )
    axes.set_xlabel("predicted", fontsize=8)
    axes.set_ylabel("true (faces)", fontsize=8)
    axes.set_title(f"{title}: per cent of each true class", fontsize=9)
    figure.savefig(path)


def plot_reliability(calibration: Reliability, title: str, path: Path) -> None:
    """Draw accuracy against confidence, with a histogram of the confidence below."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.2, 4.8), dpi=120, layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    width = np.diff(calibration.edges)
    middle = calibration.edges[:-1] + width / 2
    filled = calibration.count > 0
    top.plot([0, 1], [0, 1], color=QUIET, linestyle="--", linewidth=1)
    top.bar(middle[filled], calibration.accuracy[filled], width[filled] * 0.92, color=ACCENT, alpha=0.35)
    top.plot(calibration.confidence[filled], calibration.accuracy[filled], "o-", color=ACCENT, markersize=4)
    top.set_xlim(0, 1)
    top.set_ylim(0, 1)
    top.set_ylabel("share that is right", fontsize=8)
    short = ",".join(title.split(",")[:2])
    top.set_title(f"{short}: calibration error {calibration.error:.3f}", fontsize=8)
    bottom.bar(middle, calibration.count, width * 0.92, color=QUIET)
    bottom.set_ylabel("faces", fontsize=8)
    bottom.set_xlabel("confidence", fontsize=8)
    for axes in (top, bottom):
        axes.tick_params(labelsize=8)
    figure.savefig(path)
