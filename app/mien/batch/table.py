"""What came of many files, as one table."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from mien.api.summary import Summary
from mien.batch.item import Item, State
from mien.core.emotion import EXPRESSIONS
from mien.sinks.output_path import write_failure

SUMMARY_NAME = "summary.csv"


def write_table(items: Sequence[Item], networks: Sequence[str], target: Path) -> None:
    """Write a row for each file, replacing an earlier table in one step.

    Args:
        items: All files, in the order of their rows.
        networks: The SHA-256 of the network that read each one; empty where none did.
        target: The table.

    Raises:
        RecordingError: It cannot be written.
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
        writer.writerow(_row(item, sha256, labels, target.parent))
    part = target.with_name(f"{target.name}.part")
    try:
        part.write_text(text.getvalue(), encoding="utf-8", newline="")
        os.replace(part, target)
    except OSError as error:
        raise write_failure(target, error) from error


def _labels(items: Sequence[Item]) -> list[str]:
    """Return all labels of all networks: the eight that Mien names first, in their order."""
    seen = {label for item in items if item.summary is not None for label in item.summary.labels}
    return [label for label in EXPRESSIONS if label in seen] + sorted(seen.difference(EXPRESSIONS))


def _row(item: Item, sha256: str, labels: Sequence[str], folder: Path) -> list[object]:
    state = State.DONE if item.state is State.UP_TO_DATE else item.state
    head = [_named(item.source, folder), state.value, _plain(item.reason or "")]
    outputs = "; ".join(_named(path, folder) for path in item.task.outputs if path.exists())
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
    """Return a path as seen from the table, so that folder and table can be moved together."""
    text = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
    return _plain(text)


def _plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: names of files come from anywhere."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
