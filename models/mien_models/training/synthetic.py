"""Synthetic faces rated for valence and arousal (DiffusionFER), framed like the FER2013 crops.

The pictures show a face somewhere in 224x224. Eyes are found with YuNet, and the face is cut out with the
program's own `mien.vision.crops`, so that training sees what the program will show the network.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.core.face import FaceBox
from mien.inference.manifest import CropSpec, InputSpec
from mien.vision.crops import crop_face
from mien_models.training.faces import FaceSet
from mien_models.training.targets import LABELS

EYE_Y: Final = 0.381
EYE_DISTANCE: Final = 0.361
"""Where FER2013 has its eyes, as fractions of the crop.

Medians over the 686 near-frontal of 1,123 Training faces in which YuNet found landmarks (enlarged four times).
Spread, 5th to 95th percentile: height 0.26 to 0.47, distance 0.28 to 0.48, roll -11 to 13 degrees (standard
deviation 7.4).
"""

SIZE_PX: Final = 48
INPUT: Final = InputSpec(
    name="image",
    size_wh=(SIZE_PX, SIZE_PX),
    layout="NCHW",
    colour="GRAY",
    scale=1.0 / 255.0,
    mean=(0.0,),
    std=(1.0,),
    crop=CropSpec(align="eyes", eye_y=EYE_Y, eye_distance=EYE_DISTANCE),
)
"""How the network wants its faces: what the manifest of the exported file will say."""

EXPRESSION_NAMES: Final = {"happy": "happiness", "sad": "sadness"}
"""Names in `labels.csv` that differ from `LABELS`."""


def largest_face(detector: cv2.FaceDetectorYN, image: NDArray[np.uint8]) -> FaceBox | None:
    """Return the largest face of a (H, W, 3) uint8 BGR picture with its eyes, or None."""
    detector.setInputSize((image.shape[1], image.shape[0]))
    found: object = detector.detect(image)[1]
    if not isinstance(found, np.ndarray):  # None where there is no face, which the stubs do not know
        return None
    x, y, width, height, *points = found[np.argmax(found[:, 2] * found[:, 3])][:14]
    # YuNet's pixels count from the centre of the first one, Mien's from its corner.
    landmarks = np.asarray(points, dtype=np.float32).reshape(5, 2) + 0.5
    return FaceBox(float(x), float(y), float(x + width), float(y + height), 1.0, landmarks)


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
            face = largest_face(detector, image)
            if face is None:
                continue
            crops.append(crop_face(image, face, INPUT)[:, :, 0])
            expressions.append(LABELS.index(EXPRESSION_NAMES.get(row["expression"], row["expression"])))
            affects.append((float(row["valence"]), float(row["arousal"])))
    one_hot = np.eye(len(LABELS), dtype=np.float32)[np.array(expressions, dtype=np.int64)]
    return FaceSet(
        np.stack(crops), one_hot, np.array(affects, np.float32), np.full(len(crops), weight, np.float32)
    )
