"""One command from an exported network to its figures."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien_models.data import open_faces
from mien_models.data.eyes import open_finder
from mien_models.evaluation.affect import compare_affect
from mien_models.evaluation.labelled import (
    ask_about,
    common_labels,
    judge_affect,
    judge_expressions,
)
from mien_models.evaluation.network import JudgedNetwork
from mien_models.evaluation.plots import plot_confusion, plot_reliability
from mien_models.evaluation.reports import AffectReport, NetworkReport, expression_report
from mien_models.evaluation.stress import stress, stress_alignment
from mien_models.evaluation.testsets import FerTestSet, RatedTestSet, load_public_test, load_rated
from mien_models.training.targets import FER2013_TO_LABEL, LABELS

TIMED_FACES: Final = 300


def milliseconds_per_face(network: JudgedNetwork, crops: Iterable[NDArray[np.uint8]]) -> float:
    """Return the mean processor time of preparing and reading one face, in milliseconds.

    The calling thread does all the work, so its own clock is right even where other programs want the processor.
    """
    count, start_s = 0, time.thread_time()
    for pixels in islice(crops, TIMED_FACES):
        network.ask([pixels])
        count += 1
    return 1000.0 * (time.thread_time() - start_s) / max(1, count)


def judge_fer(network: JudgedNetwork, faces: FerTestSet, report: NetworkReport) -> None:
    """Add the figures on PublicTest: 7 classes by FER2013, 8 by FER+, and affect by the votes.

    The 7-class answer is the 8-class one without contempt, renormalised. A network with a head of its own for
    FER2013's labels is judged by that as well.
    """
    answers = network.ask(faces.pixels)
    flipped = np.ascontiguousarray(faces.pixels[:, :, ::-1])
    averaged = answers.averaged_with(network.ask(flipped))
    columns = np.sort(FER2013_TO_LABEL)
    labels = tuple(LABELS[column] for column in columns)
    report.expressions.append(
        expression_report(
            "FER2013 PublicTest, 7 classes",
            answers.within(columns),
            np.searchsorted(columns, faces.fer2013),
            labels,
            faces.is_copy,
            averaged.within(columns),
        )
    )
    if network.has_fer2013:
        said, mirrored = (network.ask_fer2013(pixels) for pixels in (faces.pixels, flipped))
        report.expressions.append(
            expression_report(
                "FER2013 PublicTest, 7 classes, by the head for FER2013's labels",
                said,
                faces.fer2013,
                LABELS[:7],
                faces.is_copy,
                (said + mirrored) / 2.0,
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
            averaged.probabilities[voted],
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


def evaluate(
    model: Path,
    data: Path,
    detector: Path | None,
    out: Path | None,
    number_names: tuple[str, ...] | None = None,
) -> NetworkReport:
    """Judge a network and return the figures.

    Args:
        model: The `.onnx` file.
        data: Folder with `fer2013plus.npz` and, for affect, `diffusionfer/`; or any other set of faces that
            `mien_models.data.open_faces` knows.
        detector: YuNet; without it DiffusionFER and the alignment by the program are left out.
        out: Folder for `report.json` and the pictures, or None.
        number_names: What numbers mean that stand for labels in the data, where its form does not say it.
    """
    network = JudgedNetwork(model)
    checksum = hashlib.sha256(model.read_bytes()).hexdigest()
    if not (data / "fer2013plus.npz").is_file():
        return evaluate_labelled(network, checksum, data, detector, out, number_names)
    faces = load_public_test(data / "fer2013plus.npz")
    report = NetworkReport(
        network.name, checksum, network.temperature, milliseconds_per_face(network, faces.pixels)
    )
    judge_fer(network, faces, report)
    if detector is not None:
        voted = faces.plurality >= 0
        yunet = cv2.FaceDetectorYN.create(str(detector), "", (320, 320), 0.7)
        report.stress.append(stress_alignment(network, yunet, faces.pixels[voted], faces.plurality[voted]))
    if detector is not None and (data / "diffusionfer").is_dir():
        judge_rated(network, load_rated(data / "diffusionfer", detector, network.input_spec), report)
    if out is not None:
        by_head = ("fer2013-head",) if network.has_fer2013 else ()
        write_report(report, ("fer2013", *by_head, "ferplus"), out)
    return report


def evaluate_labelled(
    network: JudgedNetwork,
    checksum: str,
    data: Path,
    detector: Path | None,
    out: Path | None,
    number_names: tuple[str, ...] | None,
) -> NetworkReport:
    """Judge a network by a set of faces of any form: its test part, else its val part, else all of it."""
    whole = open_faces(data, number_names=number_names)
    faces = whole.to_judge_by()
    crops = [faces.pictures[row] for row in range(min(len(faces), TIMED_FACES))]
    report = NetworkReport(network.name, checksum, network.temperature, milliseconds_per_face(network, crops))
    answers = ask_about(network, faces, None if detector is None else open_finder(str(detector)))
    if faces.labels:
        labels = common_labels(faces.labels, network.labels)
        report.expressions.append(judge_expressions(answers, faces, labels))
    if (affect := judge_affect(answers, faces, whole)) is not None:
        report.affects.append(affect)
    if out is not None:
        write_report(report, ("expressions",) * len(report.expressions), out)
    return report


def write_report(report: NetworkReport, names: Sequence[str], out: Path) -> None:
    """Write `report.json`, and the pictures of each set of expressions under its name."""
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report.as_dict(), indent=2) + "\n"
    (out / "report.json").write_text(text, encoding="utf-8")
    for name, expressions in zip(names, report.expressions, strict=True):
        plot_confusion(expressions.figures, expressions.title, out / f"confusion-{name}.png")
        plot_reliability(expressions.calibration, expressions.title, out / f"reliability-{name}.png")
