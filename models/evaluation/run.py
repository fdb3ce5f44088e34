"""One command from an exported network to its figures."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from models.evaluation.affect import compare_affect
from models.evaluation.network import JudgedNetwork
from models.evaluation.plots import plot_confusion, plot_reliability
from models.evaluation.reports import AffectReport, NetworkReport, expression_report
from models.evaluation.stress import stress, stress_alignment
from models.evaluation.testsets import FerTestSet, RatedTestSet, load_public_test, load_rated
from models.training.targets import FER2013_TO_LABEL, LABELS

TIMED_FACES: Final = 300


def milliseconds_per_face(network: JudgedNetwork, faces: FerTestSet) -> float:
    """Return the median time of preparing and reading one face, in milliseconds."""
    times_s = []
    for pixels in faces.pixels[:TIMED_FACES]:
        start_s = time.perf_counter()
        network.ask([pixels])
        times_s.append(time.perf_counter() - start_s)
    return 1000.0 * float(np.median(times_s))


def judge_fer(network: JudgedNetwork, faces: FerTestSet, report: NetworkReport) -> None:
    """Add the figures on PublicTest: 7 classes by FER2013, 8 by FER+, and affect by the votes.

    The 7-class answer is the 8-class one without contempt, renormalised: no second head, no second network.
    """
    answers = network.ask(faces.pixels)
    columns = np.sort(FER2013_TO_LABEL)
    labels = tuple(LABELS[column] for column in columns)
    report.expressions.append(
        expression_report(
            "FER2013 PublicTest, 7 classes",
            answers.within(columns),
            np.searchsorted(columns, faces.fer2013),
            labels,
            faces.is_copy,
        )
    )
    voted = faces.plurality >= 0
    report.expressions.append(
        expression_report(
            "FER+ PublicTest, 8 classes, plurality of the votes, ties left out",
            answers.probabilities[voted],
            faces.plurality[voted],
            LABELS,
            faces.is_copy[voted],
        )
    )
    report.stress.extend(stress(network, faces.pixels[voted], faces.plurality[voted]))
    if answers.affect is None:
        return
    rows = voted & faces.affect_known
    for name, chosen in (("", rows), (", without near-copies", rows & ~faces.is_copy)):
        dimensions = compare_affect(
            answers.affect[chosen],
            faces.affect[chosen],
            faces.plurality[chosen],
            answers.probabilities[chosen].argmax(axis=1),
            faces.affect_means,
        )
        title = f"Affect, FER+ PublicTest: votes placed on the circumplex (no ratings of faces){name}"
        report.affects.append(AffectReport(f"{title}: {int(chosen.sum())} faces", dimensions))


def judge_rated(network: JudgedNetwork, faces: RatedTestSet, report: NetworkReport) -> None:
    """Add the figures on rated synthetic faces."""
    answers = network.ask(faces.crops)
    if answers.affect is None:
        return
    top = answers.probabilities.argmax(axis=1)
    dimensions = compare_affect(answers.affect, faces.affect, faces.expression, top, faces.affect_means)
    title = f"Affect, DiffusionFER val (synthetic, rated): {len(faces.crops)} faces, {faces.missed} not found"
    report.affects.append(AffectReport(title, dimensions))


def evaluate(model: Path, data: Path, detector: Path | None, out: Path | None) -> NetworkReport:
    """Judge a network and return the figures.

    Args:
        model: The `.onnx` file.
        data: Folder with `fer2013plus.npz` and, for affect, `diffusionfer/`.
        detector: YuNet; without it DiffusionFER and the alignment by the program are left out.
        out: Folder for `report.json` and the pictures, or None.
    """
    network = JudgedNetwork(model)
    faces = load_public_test(data / "fer2013plus.npz")
    checksum = hashlib.sha256(model.read_bytes()).hexdigest()
    report = NetworkReport(network.name, checksum, network.temperature, milliseconds_per_face(network, faces))
    judge_fer(network, faces, report)
    if detector is not None:
        voted = faces.plurality >= 0
        yunet = cv2.FaceDetectorYN.create(str(detector), "", (320, 320), 0.7)
        report.stress.append(stress_alignment(network, yunet, faces.pixels[voted], faces.plurality[voted]))
    if detector is not None and (data / "diffusionfer").is_dir():
        judge_rated(network, load_rated(data / "diffusionfer", detector, network.input_spec), report)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        text = json.dumps(report.as_dict(), indent=2) + "\n"
        (out / "report.json").write_text(text, encoding="utf-8")
        for name, expressions in zip(("fer2013", "ferplus"), report.expressions, strict=True):
            plot_confusion(expressions.figures, expressions.title, out / f"confusion-{name}.png")
            plot_reliability(expressions.calibration, expressions.title, out / f"reliability-{name}.png")
    return report
