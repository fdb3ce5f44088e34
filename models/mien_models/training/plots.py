"""Curves of a training run: loss on the left, accuracy on the right, for the faces seen and those kept out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

LOSSES: Final = ("train_loss", "held_out_loss")
ACCURACIES: Final = ("train_accuracy", "held_out_accuracy")
"""Shares of 0 to 1, shown in per cent."""

COLOURS: Final = ("#98A2B3", "#0D9488", "#B45309", "#1A1F27")


def plot_history(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw curves over the epochs into a PNG file.

    Args:
        rows: One an epoch, each with `epoch`; a key that no row has draws nothing.
        path: The file; replaced when it is there.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.4, 3.4), dpi=120, layout="constrained")
    for axes, keys, unit, name in zip(
        figure.subplots(1, 2), (LOSSES, ACCURACIES), (1.0, 100.0), ("loss", "accuracy (%)"), strict=True
    ):
        for key, colour in zip(keys, COLOURS, strict=False):
            points = [(row["epoch"], unit * row[key]) for row in rows if row.get(key) is not None]
            if points:
                axes.plot(
                    *zip(*points, strict=True), "o-", color=colour, markersize=3, label=key.replace("_", " ")
                )
                axes.legend(fontsize=8, frameon=False)
        axes.set_xlabel("epoch", fontsize=8)
        axes.set_ylabel(name, fontsize=8)
        axes.tick_params(labelsize=8)
        axes.grid(alpha=0.25)
        axes.xaxis.get_major_locator().set_params(integer=True)
    part = path.with_name(f"{path.name}.part")
    figure.savefig(part, format="png")
    part.replace(path)
