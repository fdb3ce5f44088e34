"""Accuracy against time, a point for each network."""

from collections.abc import Sequence
from pathlib import Path

from models.compare.measure import Measured
from models.evaluation.plots import ACCENT, INK, QUIET


def plot_comparison(rows: Sequence[Measured], title: str, path: Path) -> None:
    """Draw the picture; points grow with the file, and are linked where no other network is faster and better."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 4.4), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    points = sorted((row.ms_a_face[1], 100.0 * row.accuracy, row) for row in rows)
    front: list[tuple[float, float]] = []
    for ms, accuracy, _ in points:
        if not front or accuracy > front[-1][1]:
            front.append((ms, accuracy))
    axes.plot(*zip(*front, strict=True), color=QUIET, linewidth=1, linestyle="--", zorder=1)
    for ms, accuracy, row in points:
        axes.scatter(ms, accuracy, s=30 + 25 * (row.size_bytes / 1e6) ** 0.5, color=ACCENT, alpha=0.85, zorder=2)
        axes.annotate(row.name, (ms, accuracy), xytext=(7, 5), textcoords="offset points", fontsize=8, color=INK)
    axes.set_xscale("log")
    axes.margins(x=0.18, y=0.15)
    axes.set_xlabel("ms a face, one at a time, one thread (log)", fontsize=8)
    axes.set_ylabel("accuracy (%)", fontsize=8)
    axes.set_title(title, fontsize=9)
    axes.tick_params(labelsize=8, which="both")
    axes.grid(alpha=0.25)
    part = path.with_name(f"{path.name}.part")
    figure.savefig(part, format="png")
    part.replace(path)
