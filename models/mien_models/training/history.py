"""The course of a run: one row an epoch, as a CSV file and as curves."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from mien_models.training.plots import plot_history

CSV_NAME: Final = "history.csv"
PLOT_NAME: Final = "curves.png"

OLD_NAME: Final = "history.jsonl"
"""Where runs over several sets kept their rows, before all runs kept them in `last.pt`."""

Row = dict[str, Any]


def write_history(rows: Sequence[Row], folder: Path) -> None:
    """Write `history.csv` and `curves.png`, whole, so that a resumed run leaves neither gaps nor doubles."""
    text = io.StringIO()
    columns = list(dict.fromkeys(key for row in rows for key in row))
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    part = folder / f"{CSV_NAME}.part"
    part.write_text(text.getvalue(), encoding="utf-8")
    part.replace(folder / CSV_NAME)
    plot_history(rows, folder / PLOT_NAME)


def show_in_tensorboard(row: Row, folder: Path) -> None:
    """Add an epoch's figures to `tensorboard/` where that package is installed; the CSV has them in any case."""
    if find_spec("tensorboard") is None:
        return
    # By name: whether its calls have types depends on which packages are installed.
    writer: Any = import_module("torch.utils.tensorboard").SummaryWriter(str(folder / "tensorboard"))
    for name, value in row.items():
        if name not in ("epoch", "steps") and isinstance(value, int | float):
            writer.add_scalar(name, value, row["steps"])
    writer.close()


def kept_history(state: Mapping[str, Any], folder: Path) -> list[Row]:
    """Return the rows of a run that goes on."""
    if "history" in state:
        return list(state["history"])
    old = folder / OLD_NAME
    lines = old.read_text(encoding="utf-8").splitlines() if old.is_file() else []
    rows = [json.loads(line) for line in lines]
    return [{"epoch": number, "steps": row.pop("step", None), **row} for number, row in enumerate(rows, start=1)]


def epochs_since_best(rows: Sequence[Row], key: str = "held_out_loss") -> int:
    """Return how many epochs have passed since the least value of `key`; 0 where the last row has it.

    Rows without it, of older runs, count as worse than any with it.
    """
    if not rows:
        return 0
    values = [row.get(key, float("inf")) for row in rows]
    return len(values) - 1 - values.index(min(values))
