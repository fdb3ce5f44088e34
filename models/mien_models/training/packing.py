"""Sets of faces, cut out once as the program cuts them and kept as arrays, for a training on several sets.

Each face is turned and scaled by its eyes, from the picture at the size that it has, and stored with a rim around
what a network sees, so that augmentation can move it without inventing borders.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.core.arrays import Image
from mien.core.emotion import EXPRESSIONS
from mien.core.face import FaceBox
from mien.inference.manifest import CropSpec, InputSpec
from mien.vision.crops import crop_face
from mien_models.data.faces import LabelledFaces, Split
from mien_models.data.pictures import Picture
from mien_models.training.synthetic import EYE_DISTANCE, EYE_Y

log = logging.getLogger(__name__)

FACE_PX: Final = 80
RIM_PX: Final = 8
STORED_PX: Final = FACE_PX + 2 * RIM_PX

STORED: Final = InputSpec(
    name="image",
    size_wh=(STORED_PX, STORED_PX),
    layout="NCHW",
    colour="GRAY",
    scale=1.0 / 255.0,
    mean=(0.0,),
    std=(1.0,),
    crop=CropSpec(
        align="eyes",
        eye_y=(RIM_PX + EYE_Y * FACE_PX) / STORED_PX,
        eye_distance=EYE_DISTANCE * FACE_PX / STORED_PX,
    ),
)
"""The crop of the network, `FACE_PX` a side, with `RIM_PX` around it."""

FRAMINGS: Final = ((0.5, 224), (0.25, 320), (0.1, 224), (0.75, 160))
"""How a close face is shown to the detector: rim around the picture as a share of its side, and the longer side in
pixels. Detectors miss faces that fill the picture, or that are very small."""

LEAST_SCORE: Final = 0.5

RAFDB_EYES: Final = np.array([[27.0, 32.0], [71.0, 32.0]], np.float32)
"""Where RAF-DB's aligned 100x100 pictures have the eyes."""


@dataclass(frozen=True, slots=True, eq=False)
class PackedFaces:
    """N faces ready for training.

    Attributes:
        pixels: (N, 96, 96) uint8 gray.
        expression: (N, 8) float32, rows sum to 1, order of `EXPRESSIONS`.
        affect: (N, 2) float32 [valence, arousal] in [-1, 1], NaN where unknown.
        split: (N,) int8, values of `Split`.
        fer2013: (N, 7) float32, how FER2013 labels the face; rows of 0 where it does not.
        found: (N,) bool: the eyes were known or found; elsewhere the set's usual place was taken.
        picture: (N,) int64, the row in the set that it was cut from.
    """

    pixels: NDArray[np.uint8]
    expression: NDArray[np.float32]
    affect: NDArray[np.float32]
    split: NDArray[np.int8]
    fer2013: NDArray[np.float32]
    found: NDArray[np.bool_]
    picture: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.pixels)

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> PackedFaces:
        """Return the faces of `rows`: indices (M,) or a mask (N,)."""
        return PackedFaces(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def save(self, path: Path) -> None:
        """Write an `.npz`."""
        with path.open("wb") as file:
            np.savez(file, **{name: getattr(self, name) for name in self.__dataclass_fields__})

    @classmethod
    def load(cls, path: Path) -> PackedFaces:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as archive:
            return cls(*(archive[name] for name in cls.__dataclass_fields__))


class EyeFinder:
    """Finds the eyes in a picture that one face fills.

    Args:
        detector: YuNet, `face_detection_yunet_2023mar.onnx`.
    """

    def __init__(self, detector: Path) -> None:
        self._detector = cv2.FaceDetectorYN.create(str(detector), "", (224, 224), LEAST_SCORE)

    def find(self, picture: Image) -> NDArray[np.float32] | None:
        """Return (2, 2) float32, the eyes at the left and the right in pixels of the picture, or None.

        Of several faces the one nearest to the middle counts, in proportion to its size.
        """
        for rim_share, longer_px in FRAMINGS:
            eyes = self._find_framed(picture, rim_share, longer_px)
            if eyes is not None:
                return eyes
        return None

    def _find_framed(self, picture: Image, rim_share: float, longer_px: int) -> NDArray[np.float32] | None:
        height, width = picture.shape[:2]
        rim = round(rim_share * max(height, width))
        framed = cv2.copyMakeBorder(picture, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=(127, 127, 127))
        scale = longer_px / max(framed.shape[:2])
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        shown = cv2.resize(framed, None, fx=scale, fy=scale, interpolation=way)
        self._detector.setInputSize((shown.shape[1], shown.shape[0]))
        found: Any = self._detector.detect(shown)[1]
        if not isinstance(found, np.ndarray):
            return None
        box = found[:, :4] / scale
        middle = box[:, :2] + box[:, 2:] / 2 - rim
        off = np.hypot(middle[:, 0] - width / 2, middle[:, 1] - height / 2) / np.sqrt(box[:, 2] * box[:, 3])
        best = int(np.argmin(off))
        if off[best] > 0.6:
            return None
        # YuNet's pixels count from the centre of the first one, Mien's from its corner.
        return np.asarray((found[best, 4:8].reshape(2, 2) + 0.5) / scale - rim, np.float32)


def in_colour(picture: Picture) -> Image:
    """Return (H, W, 3) of a gray or a colour picture."""
    return picture if picture.ndim == 3 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), np.uint8)


def stored_crop(picture: Image, eyes: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return (96, 96) uint8 gray of a (H, W, 3) BGR picture."""
    box = FaceBox(0.0, 0.0, float(picture.shape[1]), float(picture.shape[0]), 1.0, np.vstack([eyes] * 3)[:5])
    return crop_face(picture, box, STORED)[:, :, 0]


def pack(faces: LabelledFaces, finder: EyeFinder | None, eyes: NDArray[np.float32] | None = None) -> PackedFaces:
    """Cut out all faces of a set.

    Args:
        faces: The set; each picture is one face.
        finder: Finds the eyes where they are not known.
        eyes: (2, 2), where every picture of the set has them, or None.
    """
    count = len(faces)
    places = np.full((count, 2, 2), np.nan, np.float32)
    sides = np.ones((count, 2), np.float32)
    for row in range(count):
        picture = in_colour(faces.pictures[row])
        sides[row] = picture.shape[1], picture.shape[0]
        place = eyes if eyes is not None or finder is None else finder.find(picture)
        if place is not None:
            places[row] = place
    found = np.asarray(np.isfinite(places).all(axis=(1, 2)))
    usual = np.median(places[found] / sides[found, None], axis=0)
    places[~found] = usual * sides[~found, None]
    pixels = np.stack([stored_crop(in_colour(faces.pictures[row]), places[row]) for row in range(count)])
    log.info("%s: %d faces, eyes found in %.1f %%", faces.name, count, 100 * found.mean())
    expression = np.zeros((count, len(EXPRESSIONS)), np.float32)
    known = faces.expression >= 0
    expression[known, faces.expression[known]] = 1.0
    nothing = np.zeros((count, 7), np.float32)
    return PackedFaces(
        pixels, expression, faces.affect.astype(np.float32), faces.split, nothing, found, np.arange(count)
    )


def enlarged(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return (N, 96, 96) of the (N, 48, 48) faces of FER2013, which are not cut anew; the rim is repeated."""
    rim = (RIM_PX,) * 4
    large = (cv2.resize(face, (FACE_PX, FACE_PX), interpolation=cv2.INTER_LINEAR) for face in pixels)
    return np.stack([cv2.copyMakeBorder(face, *rim, cv2.BORDER_REPLICATE) for face in large])


def near_copies(faces: PackedFaces, limit: float = 0.97) -> NDArray[np.bool_]:
    """Return (N,) bool: faces of `Split.VAL` of which `Split.TRAIN` has nearly the same picture.

    Compared is the correlation of what the network sees, at 20x20.
    """
    core = faces.pixels[:, RIM_PX:-RIM_PX, RIM_PX:-RIM_PX]
    small = np.stack([cv2.resize(face, (20, 20), interpolation=cv2.INTER_AREA) for face in core])
    flat = small.reshape(len(small), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True) + 1e-6
    val, train = np.flatnonzero(faces.split == Split.VAL), np.flatnonzero(faces.split == Split.TRAIN)
    copies = np.zeros(len(faces), np.bool_)
    copies[val] = (flat[val] @ flat[train].T).max(axis=1) > limit
    return copies
