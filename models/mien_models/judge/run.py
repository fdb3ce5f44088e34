"""From a network or a table, and a set of labelled faces, to a report."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mien.inference.manifest import PriorName
from mien_models.data.copies import copies_of, thumbprints
from mien_models.data.crops import face_crop
from mien_models.data.errors import DataError
from mien_models.data.eyes import EyeFinder, in_colour
from mien_models.data.faces import LabelledFaces, Split
from mien_models.data.open import open_faces
from mien_models.evaluation.labelled import common_labels
from mien_models.evaluation.network import Answers, JudgedNetwork
from mien_models.evaluation.stress import StressFigure, stress
from mien_models.judge.figures import LEAST_IN_GROUP, Figures, judge
from mien_models.judge.tables import AnswerTable

FACES_AT_ONCE: Final = 64
SPLITS: Final = {"train": Split.TRAIN, "val": Split.VAL, "test": Split.TEST}


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """How a set is read and what is asked.

    Attributes:
        split: "train", "val", "test" or "all"; "" takes test, else val, else all.
        by_votes: FER+'s most voted label instead of FER2013's.
        number_names: What numbers mean that stand for labels.
        group_column: Of a list: the group that a face belongs to.
        eyes: (2, 2) where every picture of an aligned set has them, or None.
        learned_from: Another set whose faces count as learned from, for copies.
        with_changes: Also ask about changed faces.
    """

    split: str = ""
    by_votes: bool = False
    number_names: Sequence[str] | None = None
    group_column: str | None = None
    eyes: NDArray[np.float32] | None = None
    learned_from: Path | None = None
    with_changes: bool = False


@dataclass(slots=True)
class JudgeReport:
    """A network or a table, judged.

    Attributes:
        subject: Its name.
        file: Of the network or the table.
        sha256: Of that file.
        set_name: Of the faces.
        faces: How many were judged.
        left_out: Rows of the set that could not be used, in words.
        notes: What a reader must know.
        parts: By prior ("" where there is no choice).
        without_copies: The first part's figures without faces that were learned from; None where there are none.
        copies: How many of those.
        groups: By group, the first part's figures.
        changes: What changed faces are answered with.
    """

    subject: str
    file: str
    sha256: str
    set_name: str
    faces: int
    left_out: str
    notes: list[str] = field(default_factory=list)
    parts: dict[str, Figures] = field(default_factory=dict)
    without_copies: Figures | None = None
    copies: int = 0
    groups: dict[str, Figures] = field(default_factory=dict)
    changes: list[StressFigure] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "subject": self.subject,
            "file": self.file,
            "sha256": self.sha256,
            "set": self.set_name,
            "faces": self.faces,
            "left_out": self.left_out,
            "notes": self.notes,
            "priors": {prior: figures.as_dict() for prior, figures in self.parts.items()},
            "copies": self.copies,
            "without_copies": None if self.without_copies is None else self.without_copies.as_dict(),
            "groups": {name: figures.as_dict() for name, figures in self.groups.items()},
            "changes": [asdict(figure) for figure in self.changes],
        }


def judge_file(subject: Path, data: Path, finder: EyeFinder | None, options: JudgeOptions) -> JudgeReport:
    """Judge a network (`.onnx`) or a table of answers (`.csv`) by a set of faces.

    Raises:
        DataError: The set or the table cannot be used, or both share no expressions.
        ModelError: The network cannot be used.
    """
    whole = open_faces(
        data,
        by_votes=options.by_votes,
        number_names=options.number_names,
        group_column=options.group_column,
    )
    return judge_faces(subject, whole, finder, options)


def judge_faces(
    subject: Path, whole: LabelledFaces, finder: EyeFinder | None, options: JudgeOptions
) -> JudgeReport:
    """Judge by a set that is open; see `judge_file`."""
    faces = _part(whole, options.split)
    if options.eyes is not None:
        faces = replace(faces, eyes=np.broadcast_to(options.eyes, (len(faces), 2, 2)))
    checksum = hashlib.sha256(subject.read_bytes()).hexdigest()
    report = JudgeReport(subject.stem, subject.name, checksum, whole.name, len(faces), whole.left_out.as_text())
    if subject.suffix.lower() == ".onnx":
        faces, answers, labels = _ask_network(subject, faces, finder, report, options)
    else:
        faces, answers, labels = _ask_table(subject, faces, report)
    base = whole.of(Split.TRAIN)
    has_confidence = "label alone" not in " ".join(report.notes)
    for prior, said in answers.items():
        report.parts[prior] = judge(said, faces, labels, base, has_confidence)
    first = next(iter(answers.values()))
    _leave_out_copies(report, first, faces, labels, base, options)
    _by_group(report, first, faces, labels, base)
    return report


def _part(whole: LabelledFaces, split: str) -> LabelledFaces:
    if not split:
        return whole.to_judge_by()
    faces = whole if split == "all" else whole.of(SPLITS[split])
    if not len(faces):
        raise DataError(f"{whole.name}: has no faces for --split {split}; leave it out to judge by what there is")
    return faces


def _ask_network(
    path: Path, faces: LabelledFaces, finder: EyeFinder | None, report: JudgeReport, options: JudgeOptions
) -> tuple[LabelledFaces, dict[str, Answers], tuple[str, ...]]:
    network = JudgedNetwork(path)
    report.subject = network.name
    spec = network.input_spec
    crops = [face_crop(faces, row, spec, finder) for row in range(len(faces))]
    if finder is not None and options.eyes is None:
        missed = sum(crop.shape[:2] != (spec.size_wh[1], spec.size_wh[0]) for crop in crops)
        report.notes.append(
            f"In {missed:,} of {len(crops):,} pictures no eyes were found; these were taken whole."
        )
    priors: tuple[PriorName | None, ...] = network.priors or (None,)
    answers: dict[str, Answers] = {}
    for prior in priors:
        asked = network if prior is None else JudgedNetwork(path, prior=prior)
        parts = [asked.ask(crops[start : start + FACES_AT_ONCE]) for start in range(0, len(crops), FACES_AT_ONCE)]
        affect = [part.affect for part in parts if part.affect is not None]
        certain = [part.certain for part in parts if part.certain is not None]
        answers[prior or ""] = Answers(
            np.concatenate([part.probabilities for part in parts]),
            np.concatenate(affect) if affect else None,
            np.concatenate(certain) if certain else None,
        )
    labels = common_labels(faces.labels, network.labels) if faces.labels else ()
    if options.with_changes and labels:
        known = faces.expression >= 0
        gray = [_gray(crop, spec.size_wh) for crop, is_known in zip(crops, known, strict=True) if is_known]
        report.changes = stress(network, np.stack(gray), faces.expression[known])
    return faces, answers, labels


def _gray(crop: NDArray[np.uint8], size_wh: tuple[int, int]) -> NDArray[np.uint8]:
    import cv2

    gray = cv2.cvtColor(in_colour(crop), cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(gray, size_wh, interpolation=cv2.INTER_AREA), np.uint8)


def _ask_table(
    path: Path, faces: LabelledFaces, report: JudgeReport
) -> tuple[LabelledFaces, dict[str, Answers], tuple[str, ...]]:
    table = AnswerTable(path)
    answers, known = table.about(faces)
    if not known.all():
        missing = int((~known).sum())
        report.notes.append(
            f"The table says nothing about {missing:,} of {len(faces):,} faces: left out, not counted wrong."
        )
    if not table.has_confidence:
        report.notes.append("The table holds the label alone, so that nothing can be said of confidence.")
    report.faces = int(known.sum())
    kept = faces.take(known)
    affect = None if answers.affect is None else answers.affect[known]
    labels = common_labels(kept.labels, table.labels) if kept.labels else ()
    return kept, {"": Answers(answers.probabilities[known], affect)}, labels


def _leave_out_copies(
    report: JudgeReport,
    answers: Answers,
    faces: LabelledFaces,
    labels: tuple[str, ...],
    base: LabelledFaces,
    options: JudgeOptions,
) -> None:
    """Look for faces that stand in the training part, or in the set that was learned from, as well."""
    learned = base if options.learned_from is None else open_faces(options.learned_from)
    if not len(learned) or (options.split in ("train", "all") and options.learned_from is None):
        return
    prints = thumbprints(faces.pictures[row] for row in range(len(faces)))
    copies = copies_of(prints, thumbprints(learned.pictures[row] for row in range(len(learned))))
    report.copies = int(copies.sum())
    if copies.any() and not copies.all():
        rest = Answers(answers.probabilities[~copies], None if answers.affect is None else answers.affect[~copies])
        report.without_copies = judge(rest, faces.take(~copies), labels, base)


def _by_group(
    report: JudgeReport, answers: Answers, faces: LabelledFaces, labels: tuple[str, ...], base: LabelledFaces
) -> None:
    if faces.groups is None:
        return
    for group in sorted(set(faces.groups.tolist())):
        rows = np.asarray(faces.groups == group)
        if rows.sum() < LEAST_IN_GROUP:
            report.notes.append(f"Group {group or '(none)'}: {int(rows.sum())} faces, too few for figures.")
            continue
        part = Answers(answers.probabilities[rows], None if answers.affect is None else answers.affect[rows])
        report.groups[group or "(none)"] = judge(part, faces.take(rows), labels, base)


def brief(report: JudgeReport) -> str:
    """Return the report in a few lines for a terminal."""
    lines = [f"{report.subject} on {report.set_name}: {report.faces:,} faces"]
    for prior, figures in report.parts.items():
        name = f"prior {prior}: " if prior else ""
        if figures.classes is not None:
            recall = np.nanmean(figures.classes.recall)
            line = f"  {name}accuracy {figures.classes.accuracy:.1%} of {len(figures.classes.labels)} classes, "
            line += f"mean recall {recall:.1%}"
            if figures.calibration_error is not None:
                line += f", calibration error {figures.calibration_error:.3f}"
            lines.append(line)
    for dimension, comparison in (next(iter(report.parts.values())).affect or {}).items():
        lines.append(
            f"  {dimension}: CCC {comparison.network.ccc:.2f}, RMSE {comparison.network.rmse:.2f} "
            f"(class means: {comparison.mean_of_true_class.ccc:.2f} of the true class, "
            f"{comparison.mean_of_predicted_class.ccc:.2f} of the predicted one)"
        )
    if report.copies:
        lines.append(f"  {report.copies} of them are nearly the same as a face that was learned from")
    lines += [f"  {note}" for note in [*report.notes, report.left_out] if note]
    return "\n".join(lines)
