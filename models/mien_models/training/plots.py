"""Curves of a training run: loss, accuracy with macro-F1, and how well valence and arousal agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

PANELS: Final = (
    ("loss", 1.0, ("train_loss", "held_out_loss")),
    ("accuracy, macro-F1 (%)", 100.0, ("train_accuracy", "held_out_accuracy", "held_out_macro_f1")),
    ("valence", 1.0, tuple(f"held_out_{name}_valence" for name in ("ccc", "pearson", "sagr", "rmse"))),
    ("arousal", 1.0, tuple(f"held_out_{name}_arousal" for name in ("ccc", "pearson", "sagr", "rmse"))),
)
"""Of each panel its name, what values are multiplied by, and the columns; a panel without values is left out."""

COLOURS: Final = ("#98A2B3", "#0D9488", "#B45309", "#1A1F27")


def plot_history(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw curves over the epochs into a PNG file.

    Args:
        rows: One an epoch, each with `epoch`; a key that no row has draws nothing.
        path: The file; replaced when it is there.
    """
    from matplotlib.figure import Figure

    panels = [panel for panel in PANELS[2:] if any(row.get(key) is not None for row in rows for key in panel[2])]
    panels = [*PANELS[:2], *panels]
    figure = Figure(figsize=(4.2 * len(panels), 3.4), dpi=120, layout="constrained")
    for axes, (name, unit, keys) in zip(figure.subplots(1, len(panels)), panels, strict=True):
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
