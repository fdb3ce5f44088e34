"""The figures of a model card, written by the evaluation itself so that nobody copies numbers by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

BEGIN: Final = "<!-- figures: written by `python -m mien_models evaluate --card`, not by hand -->"
END: Final = "<!-- end of figures -->"

_WHO: Final = {
    "network": "the network",
    "mean_of_true_class": "mean of the true class",
    "mean_of_predicted_class": "mean of the predicted class",
}


def figures_as_markdown(report: Mapping[str, Any]) -> str:
    """Return the tables of a report.

    Args:
        report: `NetworkReport.as_dict()`, or the same read from `report.json`.
    """
    parts = [_overview(report), *(_classes(part) for part in report["expressions"])]
    parts += [_affect(part) for part in report["affect"]]
    if report["stress"]:
        parts.append(_stress(report["stress"]))
    parts.append(
        f"Temperature {report['temperature']:.3f}. {report['milliseconds_per_face']:.1f} ms a face with its "
        f"preprocessing, processor time of one thread, one face at a time. File {report['sha256'][:16]}…"
    )
    return "\n\n".join(parts)


def write_figures(card: Path, report: Mapping[str, Any]) -> None:
    """Replace the figures of a model card; everything around the two markers stays.

    Raises:
        ValueError: The card has no markers.
    """
    text = card.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{card}: has no place for figures; put these two lines where they belong: {BEGIN} {END}")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    card.write_text(f"{before}{BEGIN}\n\n{figures_as_markdown(report)}\n\n{END}{after}", encoding="utf-8")


def _overview(report: Mapping[str, Any]) -> str:
    lines = [
        "| set | faces | accuracy | macro-F1 | calibration error | no near-copies: faces, accuracy, macro-F1 "
        "| with the mirror image |",
        "| --- | --: | --: | --: | --: | --- | --: |",
    ]
    for part in report["expressions"]:
        rest = part["without_near_copies"]
        others = f"{rest['count']:,}, {rest['accuracy']:.1%}, {rest['macro_f1']:.3f}"
        lines.append(
            f"| {part['title']} | {part['count']:,} | {part['accuracy']:.1%} | {part['macro_f1']:.3f} | "
            f"{part['calibration_error']:.3f} | {others} | {part['flip_average']['accuracy']:.1%} |"
        )
    return "\n".join(lines)


def _classes(part: Mapping[str, Any]) -> str:
    lines = [f"{part['title']}:", ""]
    lines += ["| expression | faces | recall | F1 |", "| --- | --: | --: | --: |"]
    for label, row in part["classes"].items():
        lines.append(f"| {label} | {row['count']:,} | {row['recall']:.1%} | {row['f1']:.3f} |")
    return "\n".join(lines)


def _affect(part: Mapping[str, Any]) -> str:
    lines = [
        f"{part['title']}:",
        "",
        "| | | RMSE | Pearson | CCC | SAGR |",
        "| --- | --- | --: | --: | --: | --: |",
    ]
    for dimension in ("valence", "arousal"):
        for who, name in _WHO.items():
            row = part[dimension][who]
            lines.append(
                f"| {dimension} | {name} | {row['rmse']:.3f} | {row['pearson']:.3f} | {row['ccc']:.3f} | "
                f"{row['sagr']:.3f} |"
            )
    return "\n".join(lines)


def _stress(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return one table: each change in a row, accuracy at three strengths with the points it costs."""
    single = [row for row in rows if row["strength"] == 0]
    changes = list(dict.fromkeys(row["change"] for row in rows if row["strength"] > 0))
    lines = [
        f"FER+ PublicTest, changed: accuracy, and points against the same {rows[0]['faces']:,} faces unchanged, "
        f"{rows[0]['unchanged']:.1%}:",
        "",
        "| change | mild | medium | strong |",
        "| --- | --- | --- | --- |",
    ]
    for change in changes:
        cells = [_cell(row) for row in rows if row["change"] == change]
        lines.append(f"| {change} | {' | '.join(cells)} |")
    lines.append("")
    for row in single:
        lines.append(
            f"- {row['change']}: {row['accuracy']:.1%} of {row['faces']:,} faces, {row['unchanged']:.1%} as they "
            f"are; the same label for {row['agreement']:.1%}"
        )
    return "\n".join(lines)


def _cell(row: Mapping[str, Any]) -> str:
    lost = 100.0 * (row["unchanged"] - row["accuracy"])
    return f"{row['setting']}: {row['accuracy']:.1%} ({-lost:+.1f})"
