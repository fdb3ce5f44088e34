"""The course of a run: one row an epoch, as a CSV file and as curves."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from mien_models.training.plots import ACCURACIES, plot_history

CSV_NAME: Final = "history.csv"
PLOT_NAME: Final = "curves.png"

Row = dict[str, Any]


def write_history(rows: Sequence[Row], folder: Path, accuracies: Sequence[str] = ACCURACIES) -> None:
    """Write `history.csv` and `curves.png`, whole, so that a resumed run leaves neither gaps nor doubles."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    part = folder / f"{CSV_NAME}.part"
    part.write_text(text.getvalue(), encoding="utf-8")
    part.replace(folder / CSV_NAME)
    plot_history(rows, folder / PLOT_NAME, accuracies=accuracies)


def epochs_since_best(rows: Sequence[Row], key: str = "held_out_loss") -> int:
    """Return how many epochs have passed since the least value of `key`; 0 where the last row has it."""
    if not rows:
        return 0
    values = [row[key] for row in rows]
    return len(values) - 1 - values.index(min(values))
