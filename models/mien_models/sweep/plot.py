"""The picture of a sweep: held-out loss and accuracy against the number of parameters."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

COLOURS: Final = {2: "#98A2B3", 3: "#0D9488", 4: "#B45309", 5: "#4F46E5"}
MARKERS: Final = {1: "o", 2: "s", 3: "^", 4: "D"}


def plot_sweep(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw a point for each network: colour by stages, mark by dense layers, bars for the spread over seeds."""
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    figure = Figure(figsize=(8.4, 4.0), dpi=120, layout="constrained")
    for axes, key, unit, name in zip(
        figure.subplots(1, 2), ("loss", "accuracy"), (1.0, 100.0), ("loss", "accuracy (%)"), strict=True
    ):
        for row in rows:
            colour, marker = COLOURS[row["stages"]], MARKERS[row["dense_layers"]]
            train, held_out = unit * row[f"train_{key}"], unit * row[f"held_out_{key}"]
            axes.plot([row["parameters"]] * 2, [train, held_out], color=colour, linewidth=0.8, alpha=0.5)
            spread = unit * (row.get("accuracy_sd") or 0.0) if key == "accuracy" else 0.0
            bars = {"yerr": spread, "capsize": 3} if spread else {}
            axes.errorbar(row["parameters"], held_out, fmt=marker, color=colour, markersize=6, **bars)
            axes.plot(row["parameters"], train, marker, color=colour, markersize=4, fillstyle="none")
        axes.set_xscale("log")
        axes.set_xlabel("parameters (log)", fontsize=8)
        axes.set_ylabel(f"{name}: filled held out, hollow training", fontsize=8)
        axes.tick_params(labelsize=8, which="both")
        axes.grid(alpha=0.25)
    used = sorted({row["stages"] for row in rows}), sorted({row["dense_layers"] for row in rows})
    handles = [Line2D([], [], color=COLOURS[n], marker="o", linestyle="", label=f"{n} stages") for n in used[0]]
    handles += [
        Line2D([], [], color="#1A1F27", marker=MARKERS[n], linestyle="", label=f"{n} dense") for n in used[1]
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), fontsize=8, frameon=False)
    part = path.with_name(f"{path.name}.part")
    figure.savefig(part, format="png")
    part.replace(path)
