"""The table of every architecture: whether it exports, whether it trains, and what it reaches.

All is read from what runs left: `result.json` and `history.csv` in a folder of the architecture's name, or of a
day's training, and the exported file beside it. An architecture without a run is "not trained, because".
"""

from __future__ import annotations

import argparse
import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mien.errors import AppError
from mien.inference.manifest import METADATA_KEY, parse_manifest
from mien_models.compare.protocol import PUBLISHED
from mien_models.data import DataError
from mien_networks.registry import ARCHITECTURES

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

BEGIN: Final = "<!-- architectures: written by `python -m mien_models architectures`, not by hand -->"
END: Final = "<!-- end of architectures -->"
HEADINGS: Final = ("architecture", "exports (difference)", "trains", "reaches, PublicTest, %", "published, %")

COMMONEST: Final = 0.249
"""Share of the commonest class of PublicTest: what a network is right that says nothing else."""

ABOVE_CHANCE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one architecture.

    Attributes:
        name: Of the registry.
        exports: Largest difference between file and original, or why there is none.
        trains: Steps, and the loss before and after.
        reaches: The figure, or "not trained, because …".
    """

    name: str
    exports: str
    trains: str
    reaches: str

    def cells(self) -> tuple[str, ...]:
        """Return the cells of a row, in the order of `HEADINGS`."""
        return self.name, self.exports, self.trains, self.reaches, PUBLISHED.get(self.name, "–")


def outcomes(runs: Path) -> list[Outcome]:
    """Return what became of every architecture of the registry.

    Args:
        runs: Folder with a folder for each run, named after the architecture (or "published-" and it), and the
            exported files beside them.
    """
    found = []
    for name in ARCHITECTURES:
        folder = next((one for one in (runs / name, runs / f"published-{name}") if one.is_dir()), runs / name)
        reason = _why_not(name, folder)
        rows = _history(folder)
        trains = "–"
        if rows:
            first, last = rows[0]["train_loss"], rows[-1]["train_loss"]
            trains = f"{int(rows[-1]['steps']):,} steps, loss {float(first):.2f} → {float(last):.2f}"
        found.append(Outcome(name, _difference(runs / f"{name}.onnx"), trains, reason or _reached(folder)))
    return found


def _why_not(name: str, folder: Path) -> str:
    from mien_networks.registry import spec_of

    try:
        spec = spec_of(name)
    except AppError as error:
        return f"not trained, because {error}"
    if spec.recipe is None:
        return "not trained, because it has no recipe here"
    if not (folder / "result.json").is_file():
        return "not trained, because no run of it ended"
    return ""


def _reached(folder: Path) -> str:
    result: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    accuracy = float(result["test" if "test" in result else "held_out"]["accuracy"])
    if accuracy < COMMONEST + ABOVE_CHANCE:
        return f"not trained, because {result['passes']} passes left it at the commonest class"
    return f"{100 * accuracy:.1f}"


def _history(folder: Path) -> list[dict[str, str]]:
    path = folder / "history.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _difference(path: Path) -> str:
    """Return what the export measured, as the file says."""
    if not path.is_file():
        return "not exported here"
    import onnx

    entries = {entry.key: entry.value for entry in onnx.load(path, load_external_data=False).metadata_props}
    try:
        parity = parse_manifest(entries[METADATA_KEY], path.name).provenance["parity"]
        return f"{float(parity['max_abs_diff']):.1g}"
    except (KeyError, TypeError, ValueError, AppError):
        return "not said in the file"


def as_markdown(rows: list[Outcome]) -> str:
    """Return the table."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_into(page: Path, table: str) -> None:
    """Replace the table of a page.

    Raises:
        DataError: The page has no place for it.
    """
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise DataError(f"{page}: has no place for the table; put these two lines there: {BEGIN} {END}")
    before, rest = text.split(BEGIN, 1)
    part = page.with_name(f"{page.name}.part")
    part.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")
    part.replace(page)


def add_architectures(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser(
        "architectures", help="print of every architecture whether it exports, trains, and what it reaches"
    )
    command.add_argument("runs", type=Path, help="folder with their runs, or of a day's training")
    command.add_argument("--page", type=Path, help="a page whose table is written anew")
    command.set_defaults(run=_print)


def _print(arguments: argparse.Namespace) -> None:
    table = as_markdown(outcomes(arguments.runs))
    if arguments.page is not None:
        write_into(arguments.page, table)
    print(table)
