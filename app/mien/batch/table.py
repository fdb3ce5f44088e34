"""What came of many files, as tables: a row for each file, and a row for each face of the pictures."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from mien.batch.item import Item, State
from mien.core.emotion import EXPRESSIONS
from mien.errors import printable
from mien.runs.summary import Summary
from mien.sinks.part_file import write_whole
from mien.sinks.readings.picture_table import write_pictures

SUMMARY_NAME: Final = "mien-summary.csv"


class Tables(Protocol):
    """What a queue knows of tables and networks; see ``BatchQueue``."""

    def network_of(self, item: Item) -> str:
        """Return the SHA-256 of the network that read an item; empty where none did."""

    def owns_table(self, table: Path) -> bool:
        """Whether a table that is there was written by Mien and left alone since."""

    def keep_table(self, table: Path) -> None:
        """Write down that Mien wrote a table."""


def write_tables(items: Sequence[Item], queue: Tables, home: Path) -> tuple[Path, ...]:
    """Write the summary, and the table of all faces where there are pictures; return where they lie.

    What Mien did not write, or somebody changed since, is never replaced: the table takes the next free name.

    Args:
        items: All files, in the order of their rows.
        queue: Which they are from.
        home: The folder of the summary.

    Raises:
        RecordingError: One cannot be written.
    """
    target = _free_name(home / SUMMARY_NAME, queue)
    write_whole(target, _summary(items, [queue.network_of(item) for item in items], target.parent).encode())
    queue.keep_table(target)
    return (target, *write_picture_tables(items, queue))


def write_picture_tables(items: Sequence[Item], queue: Tables) -> tuple[Path, ...]:
    """Write the tables of all faces that pictures belong to; otherwise like ``write_tables``."""
    written = []
    for wanted in dict.fromkeys(item.task.table for item in items):
        if wanted is None:
            continue
        done = [(item, item.summary) for item in items if item.task.table == wanted and item.summary is not None]
        if not done:
            continue
        is_replaced = any(item.task.overwrite for item, _ in done)
        target = wanted if is_replaced else _free_name(wanted, queue)
        pictures = [(_relative(item.source, target.parent), summary.faces_read) for item, summary in done]
        write_pictures(target, pictures, model=done[0][1].model, overwrite=True, csv_form=done[0][0].task.csv_form)
        queue.keep_table(target)
        written.append(target)
    return tuple(written)


def _free_name(wanted: Path, queue: Tables) -> Path:
    """Return the name of a table, past what is not Mien's to replace: ``mien-summary-2.csv``."""
    name, number = wanted, 1
    while os.path.lexists(name) and not queue.owns_table(name):
        number += 1
        name = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return name


def _summary(items: Sequence[Item], networks: Sequence[str], folder: Path) -> str:
    """Return a row for each file.

    Args:
        items: All files.
        networks: The SHA-256 of the network that read each one.
        folder: That the paths in it are relative to.
    """
    labels = _labels(items)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        [
            *("file", "state", "reason", "frames", "frames_with_face", "faces", "length_s"),
            *(f"share_{label}" for label in labels),
            *("uncertain_share", "valence", "arousal", "seconds", "network", "network_sha256"),
            "outputs",
        ]
    )
    for item, sha256 in zip(items, networks, strict=True):
        writer.writerow(_row(item, sha256, labels, folder))
    return text.getvalue()


def _labels(items: Sequence[Item]) -> list[str]:
    """Return all labels of all networks: the eight that Mien names first, in their order."""
    seen = {label for item in items if item.summary is not None for label in item.summary.labels}
    return [label for label in EXPRESSIONS if label in seen] + sorted(seen.difference(EXPRESSIONS))


def _row(item: Item, sha256: str, labels: Sequence[str], folder: Path) -> list[object]:
    state = State.DONE if item.state is State.UP_TO_DATE else item.state
    head = [
        _named(item.source, folder),
        state.value,
        _plain(item.reason or "").encode("utf-8", "backslashreplace").decode(),
    ]
    outputs = "; ".join(_named(path, folder) for path in item.outputs)
    summary = item.summary
    if summary is None:
        return [*head, *[""] * (4 + len(labels) + 6), outputs]
    return [
        *head,
        *(summary.frames, summary.frames_with_face, summary.faces, f"{summary.media_s:.3f}"),
        *(_share(summary, label) for label in labels),
        *(_number(value) for value in (summary.uncertain_share, summary.valence, summary.arousal)),
        *(f"{summary.elapsed_s:.1f}", summary.model, sha256),
        outputs,
    ]


def _share(summary: Summary, label: str) -> str:
    """Return the share of a label; empty where the network does not know it, or no label was given at all."""
    return _number(summary.shares.get(label) if summary.certain else None)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"


def _named(path: Path, folder: Path) -> str:
    return _plain(_relative(path, folder))


def _relative(path: Path, folder: Path) -> str:
    """Return a path as seen from the table, so that folder and table can be moved together."""
    try:
        text = Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on different drives of Windows
        text = str(path)
    return printable(text)


def _plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: names of files come from anywhere."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
