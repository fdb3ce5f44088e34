"""Accuracy against time, a point for each network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mien_models.compare.measure import Measured
from mien_models.evaluation.plots import ACCENT, INK, QUIET

if TYPE_CHECKING:
    from matplotlib.axes import Axes


NAME_ROOM_PX: Final = (95.0, 24.0)
"""About what a name takes up, across and down."""


def _name_points(axes: Axes, points: Sequence[tuple[float, float, str]]) -> None:
    """Write each name above its point, to the right; below it where it would run into the one before."""
    before: tuple[float, float] | None = None
    for x, y, name in points:
        across, down = axes.transData.transform((x, y))
        crowded = (
            before is not None and across - before[0] < NAME_ROOM_PX[0] and abs(down - before[1]) < NAME_ROOM_PX[1]
        )
        axes.annotate(
            name, (x, y), xytext=(7, -13 if crowded else 5), textcoords="offset points", fontsize=8, color=INK
        )
        before = None if crowded else (across, down)


def plot_comparison(rows: Sequence[Measured], title: str, path: Path) -> None:
    """Draw the picture; points grow with the file, and are linked where no other network is faster and better."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

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
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.margins(x=0.18, y=0.15)
    _name_points(axes, [(ms, accuracy, row.name) for ms, accuracy, row in points])
    axes.set_xlabel("ms a face, one at a time, one thread (log)", fontsize=8)
    axes.set_ylabel("accuracy (%)", fontsize=8)
    axes.set_title(title, fontsize=9)
    axes.tick_params(labelsize=8, which="both")
    axes.grid(alpha=0.25)
    part = path.with_name(f"{path.name}.part")
    figure.savefig(part, format="png")
    part.replace(path)
