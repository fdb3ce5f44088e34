"""Synthetic faces rated for valence and arousal (DiffusionFER), framed like the FER2013 crops.

The pictures show a face somewhere in 224x224. Eyes are found with YuNet and brought to where the manifest's crop
(`align: eyes`) puts them, which is what the program does at run time.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.faces import FaceSet
from models.training.targets import LABELS

EYE_Y: Final = 0.381
EYE_DISTANCE: Final = 0.361
"""Where FER2013 has its eyes, as fractions of the crop.

Medians over the 686 near-frontal of 1,123 Training faces in which YuNet found landmarks (enlarged four times). Spread, 5th to
95th percentile: height 0.26 to 0.47, distance 0.28 to 0.48, roll -11 to 13 degrees (standard deviation 7.4).
"""

SIZE_PX: Final = 48
_OVERSAMPLING: Final = 4
_NAMES: Final = {"happy": "happiness", "sad": "sadness"}


def eye_alignment(
    eyes: NDArray[np.floating], size_px: int, eye_y: float = EYE_Y, eye_distance: float = EYE_DISTANCE
) -> NDArray[np.float64]:
    """Return the similarity that brings two eyes to their place in a square crop.

    Args:
        eyes: (2, 2) px in the picture: the eye on its left side first, then the other.
        size_px: Side of the crop.
        eye_y: Height of the eye line, fraction of the side.
        eye_distance: Distance of the eyes, fraction of the side.

    Returns:
        (2, 3) float64 affine matrix, picture px to crop px (pixel centres at whole numbers).
    """
    left, right = complex(*map(float, eyes[0])), complex(*map(float, eyes[1]))
    if left == right:
        raise ValueError("eye_alignment: the two eyes are at the same point")
    turn = complex(eye_distance * size_px, 0.0) / (right - left)
    middle = complex(0.5 * size_px - 0.5, eye_y * size_px - 0.5)
    shift = middle - turn * (left + right) / 2
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def aligned_crop(image: NDArray[np.uint8], eyes: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Cut a 48x48 gray face out of a BGR picture (H, W, 3) uint8, anti-aliased by oversampling."""
    gray = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    large = SIZE_PX * _OVERSAMPLING
    warped = cv2.warpAffine(
        gray, eye_alignment(eyes, large), (large, large), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(cv2.resize(warped, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def largest_face_eyes(detector: cv2.FaceDetectorYN, image: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """Return the (2, 2) eye centres of the largest face in a BGR picture, left of the picture first, or None."""
    detector.setInputSize((image.shape[1], image.shape[0]))
    _, found = detector.detect(image)
    if found is None:
        return None
    face = found[np.argmax(found[:, 2] * found[:, 3])]
    return np.asarray(face[4:8].reshape(2, 2), dtype=np.float32)


def load_synthetic(folder: Path, split: str, detector_path: Path, weight: float) -> FaceSet:
    """Load one split of DiffusionFER as aligned gray crops; pictures without a found face are left out.

    Args:
        folder: Holds `labels.csv` and the pictures.
        split: "train" or "val".
        detector_path: YuNet, `face_detection_yunet_2023mar.onnx`.
        weight: Of each rating in the affect loss; a face with FER+ votes weighs 1.
    """
    detector = cv2.FaceDetectorYN.create(str(detector_path), "", (224, 224), 0.6)
    crops, expressions, affects = [], [], []
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["split"] != split:
                continue
            image = np.asarray(cv2.imread(str(folder / row["file"])), dtype=np.uint8)
            eyes = largest_face_eyes(detector, image)
            if eyes is None:
                continue
            crops.append(aligned_crop(image, eyes))
            expressions.append(LABELS.index(_NAMES.get(row["expression"], row["expression"])))
            affects.append((float(row["valence"]), float(row["arousal"])))
    one_hot = np.eye(len(LABELS), dtype=np.float32)[np.array(expressions, dtype=np.int64)]
    return FaceSet(
        np.stack(crops), one_hot, np.array(affects, np.float32), np.full(len(crops), weight, np.float32)
    )
