"""The figures of a model card, written by the judge itself so that nobody copies numbers by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from mien_models.evaluation.metrics import ClassFigures
from mien_models.evaluation.plots import plot_confusion
from mien_models.judge.protocol import joint_curve

BEGIN: Final = "<!-- figures: written by `python -m mien_models card`, not by hand -->"
END: Final = "<!-- end of figures -->"

_WHO: Final = {
    "network": "the network",
    "mean_of_true_class": "mean of the true class",
    "mean_of_predicted_class": "mean of the class it says",
}
WEB: Final = ("ratedweb", "expw")


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


def write_report(folder: Path, report: Mapping[str, Any]) -> None:
    """Write `report.json`, and a confusion matrix of each set, as a picture."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for name, one in report["sets"].items():
        prior = "balanced" if "balanced" in one["priors"] else next(iter(one["priors"]))
        figures = one["priors"][prior]
        classes = ClassFigures(tuple(figures["classes"]), np.asarray(figures["confusion"], np.int64))
        title = f"{one['title'].replace('`', '')}, prior {prior or 'its own'}"
        plot_confusion(classes, title, folder / f"confusion-{Path(name).stem}.png")


def figures_as_markdown(report: Mapping[str, Any]) -> str:
    """Return the tables of a report.

    Args:
        report: `judge_for_card`, or the same read from `report.json`.
    """
    parts = [_overview(report), _head(report), _certain(report), *_curves(report)]
    parts += [_classes(one) for one in report["sets"].values()]
    parts += [_affect(one) for one in report["sets"].values() if "affect" in _first(one)]
    parts += [_changes(one) for one in report["sets"].values() if one["changes"]]
    if "unreadable" in report:
        parts.append(_unreadable(report["unreadable"]))
    parts.append(
        f"Temperature {report['temperature']:.3f}. {report['milliseconds_per_face']:.1f} ms a face with its "
        f"preprocessing, processor time of one thread, one face at a time. File {report['sha256'][:16]}…"
    )
    return "\n\n".join(part for part in parts if part)


def _first(one: Mapping[str, Any]) -> Mapping[str, Any]:
    figures: Mapping[str, Any] = next(iter(one["priors"].values()))
    return figures


def _overview(report: Mapping[str, Any]) -> str:
    lines = [
        "| set | faces | classes | prior | accuracy | mean recall | calibration error | CCC valence / arousal |",
        "| --- | --: | --: | --- | --: | --: | --: | --: |",
    ]
    for one in report["sets"].values():
        for prior, figures in one["priors"].items():
            lines.append(_row(one["title"], prior, figures))
        if one["without_copies"] is not None:
            title = f"{one['title']}, without {one['copies']} near-copies"
            lines.append(_row(title, next(iter(one["priors"])), one["without_copies"]))
    return "\n".join(lines)


def _row(title: str, prior: str, figures: Mapping[str, Any]) -> str:
    affect = figures.get("affect")
    agreement = "–"
    if affect is not None:
        agreement = " / ".join(f"{affect[name]['network']['ccc']:.2f}" for name in ("valence", "arousal"))
    counts = f"{figures['faces']:,} | {len(figures['classes'])} | {prior or 'its own'}"
    right = f"{figures['accuracy']:.1%} | {figures['mean_recall']:.1%} | {figures['calibration_error']:.3f}"
    return f"| {title} | {counts} | {right} | {agreement} |"


def _head(report: Mapping[str, Any]) -> str:
    head = report.get("fer2013_head")
    if head is None:
        return ""
    return (
        f"By its head for FER2013's labels: {head['accuracy']:.1%} of FER2013 PublicTest ({head['faces']:,} "
        f"faces, 7 classes), macro-F1 {head['macro_f1']:.3f}, calibration error {head['calibration_error']:.3f}."
    )


def _curves(report: Mapping[str, Any]) -> list[str]:
    """Return coverage against accuracy, in the wild and on RAF-DB, for each prior."""
    sets = report["sets"]
    if not {*WEB, "rafdb"} <= set(sets):
        return []
    tables = []
    for prior in sets["rafdb"]["priors"]:
        lines = [
            f'Labels below a confidence withheld as "uncertain", prior {prior or "its own"}: how many faces still '
            "get one, and how many of these labels are right:",
            "",
            "| least confidence | `ratedweb`, `expw` val: with a label | right | `rafdb` val: with one | right |",
            "| --- | --: | --: | --: | --: |",
        ]
        both = zip(joint_curve(sets, WEB, prior), joint_curve(sets, ["rafdb"], prior), strict=True)
        for (threshold, shown, right), (_, shown_there, right_there) in both:
            shares = (shown, right, shown_there, right_there)
            cells = " | ".join(f"{share:.1%}" if share == share else "–" for share in shares)
            lines.append(f"| {threshold:.2f} | {cells} |")
        tables.append("\n".join(lines))
    return tables


def _certain(report: Mapping[str, Any]) -> str:
    """Return how often the program gives a certain label as it is shipped, set by set."""
    if not report.get("certain_from"):
        return ""
    lines = [
        f"As shipped, a label is certain from a probability of {report['certain_from']:.2f} on, with every "
        'expression alike to be expected, whatever the prior; other faces are "uncertain". The threshold was '
        "chosen on the val parts: at least 75% right on `ratedweb` and `expw` together, at least 90% on `rafdb`.",
        "",
        "| set | faces | certain | right of these |",
        "| --- | --: | --: | --: |",
    ]
    sets = report["sets"]
    rows = [("`ratedweb` and `expw` val together", [sets[name] for name in WEB])] if {*WEB} <= set(sets) else []
    rows += [(one["title"], [one]) for one in sets.values()]
    for title, judged in rows:
        parts = [one["priors"]["everyday"] for one in judged]
        count = sum(part["faces"] for part in parts)
        given = [(part["faces"] * part["certain"]["shown"], part["certain"]["right"]) for part in parts]
        shown = sum(labels for labels, _ in given)
        right = sum(labels * share for labels, share in given if labels)
        lines.append(f"| {title} | {count:,} | {shown / count:.1%} | {f'{right / shown:.1%}' if shown else '–'} |")
    return "\n".join(lines)


def _classes(one: Mapping[str, Any]) -> str:
    priors = list(one["priors"])
    recalls = " | ".join(f"recall, {prior or 'its own'}" for prior in priors)
    lines = [
        f"{one['title']}:",
        "",
        f"| expression | faces | {recalls} |",
        f"| --- | --: |{' --: |' * len(priors)}",
    ]
    for label, row in _first(one)["classes"].items():
        cells = " | ".join(f"{one['priors'][prior]['classes'][label]['recall']:.1%}" for prior in priors)
        lines.append(f"| {label} | {row['faces']:,} | {cells} |")
    return "\n".join(lines)


def _affect(one: Mapping[str, Any]) -> str:
    figures = _first(one)
    lines = [
        f"Valence and arousal, {one['title']}; class means of {figures['class_means_of']}:",
        "",
        "| | | CCC | RMSE | Pearson | SAGR |",
        "| --- | --- | --: | --: | --: | --: |",
    ]
    for dimension in ("valence", "arousal"):
        for who, name in _WHO.items():
            row = figures["affect"][dimension][who]
            numbers = " | ".join(f"{row[key]:.3f}" for key in ("ccc", "rmse", "pearson", "sagr"))
            lines.append(f"| {dimension} | {name} | {numbers} |")
    return "\n".join(lines)


def _unreadable(figures: Mapping[str, Any]) -> str:
    shown = ", ".join(f"{share:.1%} at {threshold}" for threshold, share in figures["shown"].items())
    return (
        f"{figures['faces']:,} pictures from which nothing can be read (faces shuffled, or covered up to the "
        f"forehead): mean confidence {figures['mean_confidence']:.2f}; given a label all the same at a least "
        f"confidence: {shown}."
    )


def _changes(one: Mapping[str, Any]) -> str:
    """Return one table: each change in a row, how often the label stays at three strengths, and accuracy."""
    rows: Sequence[Mapping[str, Any]] = one["changes"]
    changes = list(dict.fromkeys(row["change"] for row in rows if row["strength"] > 0))
    lines = [
        f"Agreement with itself, {one['title']}: for how many of {rows[0]['faces']:,} faces the label stays the "
        f"same when the face is changed, and the accuracy then ({rows[0]['unchanged']:.1%} unchanged):",
        "",
        "| change | mild | medium | strong |",
        "| --- | --- | --- | --- |",
    ]
    for change in changes:
        cells = [
            f"{row['setting']}: {row['agreement']:.0%}, {row['accuracy']:.1%}"
            for row in rows
            if row["change"] == change
        ]
        lines.append(f"| {change} | {' | '.join(cells)} |")
    for row in rows:
        if row["strength"] == 0:
            lines += ["", f"{row['change'].capitalize()}: the same label for {row['agreement']:.1%} of the faces."]
    return "\n".join(lines)
