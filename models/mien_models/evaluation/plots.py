"""Pictures for a model card: confusion matrices."""

from __future__ import annotations

from pathlib import Path

import numpy as np

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
