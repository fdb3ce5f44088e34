"""One command from several exported networks to their table."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mien_models.compare.measure import Measured, measure, time_networks
from mien_models.compare.plot import plot_comparison
from mien_models.compare.table import as_markdown, as_text
from mien_models.data import DataError, open_faces
from mien_models.data.eyes import open_finder
from mien_models.evaluation.labelled import columns_of, common_labels
from mien_models.evaluation.network import JudgedNetwork


@dataclass(frozen=True, slots=True)
class Comparison:
    """Networks on the same faces.

    Attributes:
        data: What they were judged by, for people.
        labels: That all of them and the data share, which the scores are of.
        rows: One a network, best first.
        notes: What a reader must know.
    """

    data: str
    labels: tuple[str, ...]
    rows: tuple[Measured, ...]
    notes: tuple[str, ...]

    def as_text(self) -> str:
        """Return the table with its notes."""
        return "\n".join([f"{self.data}: {self.rows[0].faces:,} faces", as_text(self.rows), *self.notes])

    def write(self, folder: Path) -> None:
        """Write `compare.csv`, `.json`, `.md` and `.png`."""
        folder.mkdir(parents=True, exist_ok=True)
        rows = [row.as_dict() for row in self.rows]
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        content: dict[str, Any] = {"data": self.data, "labels": self.labels, "notes": self.notes, "networks": rows}
        page = "\n\n".join([f"{self.data}: {self.rows[0].faces:,} faces", as_markdown(self.rows), *self.notes])
        files = {"compare.csv": text.getvalue(), "compare.json": json.dumps(content, indent=2) + "\n"}
        for name, body in {**files, "compare.md": page + "\n"}.items():
            part = folder / f"{name}.part"
            part.write_text(body, encoding="utf-8")
            part.replace(folder / name)
        plot_comparison(self.rows, f"{self.data}, {len(self.labels)} classes", folder / "compare.png")


def compare(
    models: Sequence[Path],
    data: Path,
    *,
    by_votes: bool = False,
    number_names: tuple[str, ...] | None = None,
    detector: Path | None = None,
    limit: int = 0,
) -> Comparison:
    """Judge networks by the same faces: the test part of a set, else its val part, else all of it.

    Networks may have different expressions and inputs. All are scored on the expressions that every one of them
    and the data have: faces of others are left out, and probabilities are renormalised.

    Args:
        models: Their `.onnx` files.
        data: Any form that `open_faces` knows.
        by_votes: See `open_faces`.
        number_names: See `open_faces`.
        detector: YuNet, to find the eyes of faces whose set does not say where they are.
        limit: Judge by so many faces, drawn at random; 0 takes all.

    Raises:
        DataError: There are fewer than two expressions that all share.
    """
    whole = open_faces(data, by_votes=by_votes, number_names=number_names)
    networks = [JudgedNetwork(path) for path in models]
    labels = common_labels(whole.labels, *(network.labels for network in networks))
    faces = whole.to_judge_by()
    faces = faces.take(np.isin(faces.expression, columns_of(labels)))
    if 0 < limit < len(faces):
        faces = faces.take(np.sort(np.random.default_rng(0).permutation(len(faces))[:limit]))
    if not len(faces):
        raise DataError(f"{data}: no face to judge by shows any of {', '.join(labels)}")
    times = time_networks(networks, faces)
    finder = None if detector is None else open_finder(str(detector))
    rows = [
        measure(path, network, faces, whole, labels, ms_a_face, finder)
        for path, network, ms_a_face in zip(models, networks, times, strict=True)
    ]
    rows.sort(key=lambda row: row.accuracy, reverse=True)
    return Comparison(whole.name, labels, tuple(rows), _notes(labels, rows, whole.left_out.as_text()))


def _notes(labels: tuple[str, ...], rows: Sequence[Measured], left_out: str) -> tuple[str, ...]:
    notes = []
    if any(set(row.labels) != set(labels) for row in rows):
        notes.append(
            f"The networks tell different expressions apart: all are scored on the {len(labels)} that they share "
            f"with the data ({', '.join(labels)}), other faces left out, probabilities renormalised."
        )
    notes.append("Times: ONNX Runtime, one CPU thread, preprocessing included, median, the networks taking turns.")
    return (*notes, left_out) if left_out else tuple(notes)
