"""A page for people: what a run came to, with its curves."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from mien_models.evaluation.metrics import ClassFigures
from mien_models.training.history import PLOT_NAME

PAGE: Final = "summary.html"
STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1f27}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .75rem;border-bottom:1px solid #d0d5dd;"
    "text-align:right}td:first-child,th:first-child{text-align:left}img{max-width:100%}"
)


def write_summary(result: Mapping[str, Any], classes: Mapping[str, ClassFigures], folder: Path) -> None:
    """Write `summary.html`, whole; its pictures lie beside it.

    Args:
        result: What `result.json` holds.
        classes: Figures of each part that the network was judged by.
        folder: Of the run.
    """
    name = str(result["architecture"])
    parts = list(classes)
    figures = list(dict.fromkeys(key for part in parts for key in result[part]))
    rows = [
        [figure.replace("_", " "), *(_number(result[part].get(figure)) for part in parts)] for figure in figures
    ]
    faces = ", ".join(f"{count:,} {part.replace('_', ' ')}" for part, count in result["faces"].items())
    copies = ", ".join(f"{part.replace('_', ' ')} {count}" for part, count in result["near_copies"].items())
    sections = [
        f"<h1>{escape(name)}</h1>",
        f"<p>{result['parameters']:,} parameters, {result['steps']:,} steps, {result['passes']} passes,"
        f" {result['minutes']} minutes. Faces: {escape(faces)}."
        f" Near-copies of faces learned from: {escape(copies)}."
        f" Best epoch: {result['best']['epoch']}.</p>",
        _table(["", *(part.replace("_", " ") for part in parts)], rows),
        f'<img src="{PLOT_NAME}" alt="curves over the epochs">',
    ]
    for part, found in classes.items():
        recalls = [
            [label, f"{count:,}", _number(recall), _number(precision), _number(f1)]
            for label, count, recall, precision, f1 in zip(
                found.labels, found.counts, found.recall, found.precision, found.f1, strict=True
            )
        ]
        sections += [
            f"<h2>{escape(part.replace('_', ' '))}</h2>",
            _table(["expression", "faces", "recall", "precision", "F1"], recalls),
            f'<img src="confusion-{escape(part)}.png" alt="confusion matrix">',
        ]
    page = f'<!doctype html><meta charset="utf-8"><title>{escape(name)}</title><style>{STYLE}</style>'
    temporary = folder / f"{PAGE}.part"
    temporary.write_text(page + "\n".join(sections) + "\n", encoding="utf-8")
    temporary.replace(folder / PAGE)


def _number(value: float | None) -> str:
    return "–" if value is None or value != value else f"{value:.3f}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    def line(cells: list[str], kind: str) -> str:
        return "<tr>" + "".join(f"<{kind}>{escape(cell)}</{kind}>" for cell in cells) + "</tr>"

    return "<table>" + line(head, "th") + "".join(line(row, "td") for row in rows) + "</table>"
