"""Sets of faces, cut out once as the program cuts them and kept as arrays, for a training on several sets.

Each face is turned and scaled by its eyes, from the picture at the size that it has, and stored with a rim around
what a network sees, so that augmentation can move it without inventing borders.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.core.arrays import Image
from mien.core.emotion import EXPRESSIONS
from mien.core.face import FaceBox
from mien.inference.manifest import CropSpec, InputSpec
from mien.vision.crops import crop_face
from mien_models.data.copies import copies_of, thumbprints
from mien_models.data.eyes import EyeFinder, in_colour, open_finder
from mien_models.data.faces import LabelledFaces, Split
from mien_models.data.fer_archive import ARCHIVE_NAME
from mien_models.data.open import open_faces
from mien_models.data.split_by_group import a_tenth
from mien_models.training.faces import held_out_mask
from mien_models.training.synthetic import EYE_DISTANCE, EYE_Y
from mien_models.training.targets import FER2013_COUNT, FER2013_TO_LABEL, affect_targets, vote_distribution

log = logging.getLogger(__name__)

FACE_PX: Final = 80
RIM_PX: Final = 8
STORED_PX: Final = FACE_PX + 2 * RIM_PX

INPUT: Final = InputSpec(
    name="image",
    size_wh=(FACE_PX, FACE_PX),
    layout="NCHW",
    colour="GRAY",
    scale=1.0 / 255.0,
    mean=(0.0,),
    std=(1.0,),
    crop=CropSpec(align="eyes", eye_y=EYE_Y, eye_distance=EYE_DISTANCE),
)
"""What the manifest of an exported network says of its faces."""

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


def stored_crop(picture: Image, eyes: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return (96, 96) uint8 gray of a (H, W, 3) BGR picture."""
    box = FaceBox(0.0, 0.0, float(picture.shape[1]), float(picture.shape[0]), 1.0, np.vstack([eyes] * 3)[:5])
    return crop_face(picture, box, STORED)[:, :, 0]


def pack(
    path: Path, out: Path, detectors: Sequence[str], eyes: NDArray[np.float32] | None, hold_out: str | None
) -> PackedFaces:
    """Cut out all faces of a set, and write them.

    Faces of the part kept out that are nearly the same as one of the training part belong to neither.

    Args:
        path: What `mien_models.data.open_faces` opens.
        out: The `.npz` file.
        detectors: Find the eyes; see `open_finder`.
        eyes: (2, 2), where every picture of the set has them, or None. They and each detector cut all faces of the
            training part once, so that a network learns from all these crops; faces kept out are cut by the first.
        hold_out: Column of the list: the faces of a tenth of its values are kept out to choose by.
    """
    if path.name == ARCHIVE_NAME or (path / ARCHIVE_NAME).is_file():
        packed = pack_fer(path / ARCHIVE_NAME if path.is_dir() else path)
    else:
        faces = open_faces(path, group_column=hold_out)
        known = [] if eyes is None else [pack_faces(faces, None, eyes)]
        packed = joined([*known, *(pack_faces(faces, open_finder(detector), None) for detector in detectors)])
        split = packed.split
        if faces.groups is not None:
            split = np.where(a_tenth(faces.groups), Split.VAL, Split.TRAIN)[packed.picture]
        elif (split == Split.NONE).all():
            split = np.full(len(split), Split.TRAIN)
        packed = replace(packed, split=split.astype(np.int8))
        again = np.arange(len(packed)) >= len(faces)
        packed = packed.take(~again | (packed.split == Split.TRAIN))
        packed = replace(packed, split=np.where(near_copies(packed), Split.NONE, packed.split).astype(np.int8))
    packed.save(out)
    return packed


def pack_fer(path: Path, held_out: float = 0.05, seed: int = 0) -> PackedFaces:
    """Pack FER2013's Training rows with the votes of FER+; PublicTest is never touched here.

    The part kept out is the one that earlier networks of the zoo have not learned from either, so that one of them
    can be the teacher.
    """
    with np.load(path, allow_pickle=False) as archive:
        rows = archive["split"] == 0
        pixels, votes = archive["pixels"][rows], archive["ferplus_votes"][rows]
        label, ambiguous = archive["fer2013_label"][rows], archive["label_ambiguous"][rows]
    expression, usable = vote_distribution(votes)
    affect, known = affect_targets(votes)
    labels = np.eye(FER2013_COUNT, dtype=np.float32)[FER2013_TO_LABEL[label]]
    return PackedFaces(
        enlarged(pixels),
        np.where(usable[:, None], expression, np.float32(1 / 8)).astype(np.float32),
        np.where(known[:, None], affect, np.nan).astype(np.float32),
        np.where(held_out_mask(pixels, held_out, seed), Split.VAL, Split.TRAIN).astype(np.int8),
        np.where(ambiguous[:, None], np.float32(0), labels).astype(np.float32),
        usable,
        np.arange(len(pixels)),
    )


def pack_faces(faces: LabelledFaces, finder: EyeFinder | None, eyes: NDArray[np.float32] | None) -> PackedFaces:
    """Cut out all faces of a set that is open."""
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


def joined(parts: Sequence[PackedFaces]) -> PackedFaces:
    """Return the faces of all parts, one after the other."""
    names = PackedFaces.__dataclass_fields__
    return PackedFaces(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def enlarged(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return (N, 96, 96) of the (N, 48, 48) faces of FER2013, which are not cut anew; the rim is repeated."""
    rim = (RIM_PX,) * 4
    large = (cv2.resize(face, (FACE_PX, FACE_PX), interpolation=cv2.INTER_LINEAR) for face in pixels)
    return np.stack([cv2.copyMakeBorder(face, *rim, cv2.BORDER_REPLICATE) for face in large])


def near_copies(faces: PackedFaces) -> NDArray[np.bool_]:
    """Return (N,) bool: faces kept out of which the training part has nearly the same picture."""
    prints = thumbprints(faces.pixels[:, RIM_PX:-RIM_PX, RIM_PX:-RIM_PX])
    kept_out = faces.split == Split.VAL
    copies = np.zeros(len(faces), np.bool_)
    copies[kept_out] = copies_of(prints[kept_out], prints[faces.split == Split.TRAIN])
    return copies
