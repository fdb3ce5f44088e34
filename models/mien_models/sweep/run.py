"""Training the points of a sweep, one after the other; what is finished is not trained again."""

import csv
import io
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from mien_models.sweep.grid import Point
from mien_models.sweep.plot import plot_sweep
from mien_models.training.learner import Order
from mien_models.training.run import BEST, RESULT, Training, train
from mien_models.training.trainer import LAST

log = logging.getLogger(__name__)

COLUMNS: Final = (
    "stages",
    "kernels",
    "dense_layers",
    "neurons",
    "parameters",
    "train_loss",
    "train_accuracy",
    "held_out_loss",
    "held_out_accuracy",
    "passes",
    "minutes",
)

Row = dict[str, Any]


def sweep(points: Sequence[Point], base: Training) -> list[Row]:
    """Train every point and return the table's rows, best on the held-out faces first.

    Args:
        points: What to train.
        base: How; its order's options and its folder are those of the whole sweep. Each point has a folder of its
            own in there. The table and the picture are written anew after each point.
    """
    rows: list[Row] = []
    for number, point in enumerate(points, start=1):
        folder = base.out / point.name
        if (folder / RESULT).is_file():
            result = json.loads((folder / RESULT).read_text(encoding="utf-8"))
        else:
            log.info("point %d of %d: %s", number, len(points), point.name)
            order: Order = replace(base.order, options={**base.order.options, **point.options()})
            result = train(replace(base, order=order, out=folder))
            for leftover in (LAST, BEST):  # three times the network; a finished run needs neither
                (folder / leftover).unlink(missing_ok=True)
        rows.append(_row(point, result))
        _write(rows, base.out)
    return sorted(rows, key=lambda row: float(row["held_out_loss"]))


def _row(point: Point, result: dict[str, Any]) -> Row:
    best = {key: result["best"][key] for key in COLUMNS if key in result["best"]}
    return {
        **point.options(),
        **best,
        "parameters": result["parameters"],
        "passes": result["passes"],
        "minutes": result["minutes"],
    }


def _write(rows: Sequence[Row], folder: Path) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    part = folder / "sweep.csv.part"
    part.write_text(text.getvalue(), encoding="utf-8")
    part.replace(folder / "sweep.csv")
    plot_sweep(rows, folder / "sweep.png")


def as_markdown(rows: Sequence[Row]) -> str:
    """Return the table, which reads well in a terminal too."""
    table = [
        [name.replace("_", " ") for name in COLUMNS],
        *([_cell(row[name]) for name in COLUMNS] for row in rows),
    ]
    widths = [max(len(line[column]) for line in table) for column in range(len(COLUMNS))]
    lines = [" | ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)) for line in table]
    rule = " | ".join("-" * (width - 1) + ":" for width in widths)
    return "\n".join(f"| {line} |" for line in [lines[0], rule, *lines[1:]])


def _cell(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
