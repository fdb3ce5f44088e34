"""Faces to judge by: FER2013 PublicTest with FER+ votes, and the rated synthetic faces of DiffusionFER."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.inference.manifest import InputSpec
from mien.vision.crops import crop_face
from mien_models.training.synthetic import EXPRESSION_NAMES, largest_face
from mien_models.training.targets import FER2013_TO_LABEL, LABELS, affect_targets, vote_plurality

NEAR_COPY_RMSE: Final = 3.0
"""A test picture this close to a training picture (gray levels of 255) is a near-copy."""


@dataclass(frozen=True, slots=True, eq=False)
class FerTestSet:
    """PublicTest of FER2013.

    Attributes:
        pixels: (N, 48, 48) uint8 gray.
        fer2013: (N,) index into `LABELS`, never contempt.
        plurality: (N,) index into `LABELS`, -1 where the votes name no single label.
        affect: (N, 2) float32, the votes' expected position.
        affect_known: (N,) bool.
        is_copy: (N,) bool: nearly equals a Training picture.
        affect_means: (8, 2) class means of the votes' positions in Training.
    """

    pixels: NDArray[np.uint8]
    fer2013: NDArray[np.int64]
    plurality: NDArray[np.int64]
    affect: NDArray[np.float32]
    affect_known: NDArray[np.bool_]
    is_copy: NDArray[np.bool_]
    affect_means: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RatedTestSet:
    """Faces rated for valence and arousal.

    Attributes:
        crops: N faces, (h, w, C) uint8, cut out as the network's manifest wants them.
        expression: (N,) index into `LABELS`.
        affect: (N, 2) float64 [valence, arousal].
        affect_means: (8, 2) class means in the training split.
        missed: Pictures in which no face was found.
    """

    crops: list[NDArray[np.uint8]]
    expression: NDArray[np.int64]
    affect: NDArray[np.float64]
    affect_means: NDArray[np.float64]
    missed: int


def load_public_test(path: Path) -> FerTestSet:
    """Load the PublicTest rows of `fer2013plus.npz`."""
    from mien_models.evaluation.affect import class_means

    with np.load(path, allow_pickle=False) as archive:
        split, votes, label = archive["split"], archive["ferplus_votes"], archive["fer2013_label"]
        test, near = split == 1, archive["near_train_rmse"]
        pixels = archive["pixels"][test]
    plurality = vote_plurality(votes)
    affect, known = affect_targets(votes)
    base = (split == 0) & known & (plurality >= 0)
    return FerTestSet(
        pixels,
        FER2013_TO_LABEL[label[test]],
        plurality[test],
        affect[test],
        known[test],
        near[test] < NEAR_COPY_RMSE,
        class_means(affect[base], plurality[base], len(LABELS)),
    )


def load_rated(folder: Path, detector_path: Path, spec: InputSpec) -> RatedTestSet:
    """Load the val split of DiffusionFER, cut out as the program cuts faces for a network.

    Args:
        folder: Holds `labels.csv` and the pictures.
        detector_path: YuNet, `face_detection_yunet_2023mar.onnx`.
        spec: The network's input.
    """
    from mien_models.evaluation.affect import class_means

    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    def class_of(row: dict[str, str]) -> int:
        return LABELS.index(EXPRESSION_NAMES.get(row["expression"], row["expression"]))

    def affect_of(row: dict[str, str]) -> tuple[float, float]:
        return float(row["valence"]), float(row["arousal"])

    train = [row for row in rows if row["split"] == "train"]
    means = class_means(
        np.array([affect_of(row) for row in train]), np.array([class_of(row) for row in train]), len(LABELS)
    )
    detector = cv2.FaceDetectorYN.create(str(detector_path), "", (224, 224), 0.6)
    crops, kept = [], []
    tested = [row for row in rows if row["split"] == "val"]
    for row in tested:
        image = np.asarray(cv2.imread(str(folder / row["file"])), dtype=np.uint8)
        face = largest_face(detector, image)
        if face is not None:
            crop = crop_face(image, face, spec)
            crops.append(crop[:, :, ::-1] if spec.colour == "RGB" else crop)
            kept.append(row)
    return RatedTestSet(
        crops,
        np.array([class_of(row) for row in kept], dtype=np.int64),
        np.array([affect_of(row) for row in kept]),
        means,
        len(tested) - len(kept),
    )
