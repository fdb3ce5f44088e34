"""Sets of faces, cut out once as the program cuts them and kept as arrays, for a training on several sets.

Each face is turned and scaled by its eyes, from the picture at the size that it has, and stored with a rim around
what a network sees, so that augmentation can move it without inventing borders.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.core.arrays import Image
from mien.core.face import FaceBox
from mien.vision.crops import crop_face
from mien_models.data.aligned import FACE_PX, RIM_PX, STORED
from mien_models.data.copies import copies_of, thumbprints
from mien_models.data.errors import DataError
from mien_models.data.eyes import EyeFinder, in_colour, open_finder
from mien_models.data.faces import FER2013_COUNT, LabelledFaces, Split, one_hot
from mien_models.data.fer_archive import ARCHIVE_NAME
from mien_models.data.open import open_faces
from mien_models.data.packed import pixels_of, save_packed
from mien_models.data.pictures import ArrayPictures
from mien_models.data.split_by_group import a_tenth
from mien_models.data.targets import FER2013_TO_LABEL, affect_targets, vote_distribution

log = logging.getLogger(__name__)


def stored_crop(picture: Image, eyes: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return (S, S) uint8 gray, S = `STORED_PX`, of a (H, W, 3) BGR picture."""
    box = FaceBox(0.0, 0.0, float(picture.shape[1]), float(picture.shape[0]), 1.0, np.vstack([eyes] * 3)[:5])
    return crop_face(picture, box, STORED)[:, :, 0]


def pack(
    path: Path, out: Path, detectors: Sequence[str], eyes: NDArray[np.float32] | None, hold_out: str | None
) -> LabelledFaces:
    """Cut out all faces of a set, and write them.

    Faces in which no eyes were found, and faces kept out that are nearly the same as one of the training part,
    belong to no part.

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
        if faces.groups is not None:
            split = np.where(a_tenth(faces.groups), Split.VAL, Split.TRAIN)
            faces = replace(faces, split=split.astype(np.int8))
        elif (faces.split == Split.NONE).all():
            faces = replace(faces, split=np.full(len(faces), Split.TRAIN, np.int8))
        ways = [None] * (eyes is not None) + [open_finder(detector) for detector in detectors]
        parts = [pack_faces(faces, finder, None if finder else eyes) for finder in ways]
        parts[1:] = [part.of(Split.TRAIN) for part in parts[1:]]
        packed = joined(parts)
        split = np.where(near_copies(packed), Split.NONE, packed.split)
        packed = replace(packed, split=split.astype(np.int8))
    save_packed(packed, out)
    return packed


def pack_fer(path: Path, held_out: float = 0.05, seed: int = 0) -> LabelledFaces:
    """Pack FER2013's Training rows with the votes of FER+; PublicTest is never touched here.

    The part kept out is the one that earlier networks of the zoo have not learned from either, so that one of them
    can be the teacher.
    """
    with np.load(path, allow_pickle=False) as archive:
        rows = archive["split"] == 0
        pixels, votes = archive["pixels"][rows], archive["ferplus_votes"][rows]
        label, ambiguous = archive["fer2013_label"][rows], archive["label_ambiguous"][rows]
    targets, usable = vote_distribution(votes)
    affect, known = affect_targets(votes)
    split = np.where(held_out_mask(pixels, held_out, seed), Split.VAL, Split.TRAIN)
    return LabelledFaces(
        path.stem,
        ArrayPictures(enlarged(pixels)),
        np.where(usable, targets.argmax(axis=1), -1).astype(np.int64),
        np.where(known[:, None], affect, np.nan).astype(np.float32),
        np.where(usable, split, Split.NONE).astype(np.int8),
        targets=targets,
        fer2013=one_hot(np.where(ambiguous, -1, FER2013_TO_LABEL[label]), FER2013_COUNT),
    )


def held_out_mask(pixels: NDArray[np.uint8], fraction: float, seed: int) -> NDArray[np.bool_]:
    """Return (N,) bool: a share of (N, h, w) faces, identical pictures always on the same side."""
    flat = np.ascontiguousarray(pixels.reshape(len(pixels), -1))
    _, group = np.unique(flat, axis=0, return_inverse=True)
    group = group.reshape(-1)
    chosen = np.random.default_rng(seed).random(int(group.max()) + 1) < fraction
    mask: NDArray[np.bool_] = chosen[group]
    return mask


def pack_faces(faces: LabelledFaces, finder: EyeFinder | None, eyes: NDArray[np.float32] | None) -> LabelledFaces:
    """Cut out all faces of a set that is open; those without eyes are cut as usual there and belong to no part."""
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
    if not found.any():
        raise DataError(f"{faces.name}: no eyes found in any of {count} faces; say them with --eyes")
    usual = np.median(places[found] / sides[found, None], axis=0)
    places[~found] = usual * sides[~found, None]
    pixels = np.stack([stored_crop(in_colour(faces.pictures[row]), places[row]) for row in range(count)])
    log.info("%s: %d faces, eyes found in %.1f %%", faces.name, count, 100 * found.mean())
    split = np.where(found, faces.split, Split.NONE).astype(np.int8)
    return replace(faces, pictures=ArrayPictures(pixels), split=split, eyes=None, names=None, groups=None)


def joined(parts: Sequence[LabelledFaces]) -> LabelledFaces:
    """Return the faces of all parts, one after the other; all in memory, with labels or all with targets."""
    return LabelledFaces(
        parts[0].name,
        ArrayPictures(np.concatenate([pixels_of(part) for part in parts])),
        np.concatenate([part.expression for part in parts]),
        np.concatenate([part.affect for part in parts]),
        np.concatenate([part.split for part in parts]),
        targets=np.concatenate([part.soft_targets() for part in parts]),
    )


def enlarged(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return (N, S, S) of the (N, 48, 48) faces of FER2013, which are not cut anew; the rim is repeated."""
    rim = (RIM_PX,) * 4
    large = (cv2.resize(face, (FACE_PX, FACE_PX), interpolation=cv2.INTER_LINEAR) for face in pixels)
    return np.stack([cv2.copyMakeBorder(face, *rim, cv2.BORDER_REPLICATE) for face in large])


def near_copies(faces: LabelledFaces) -> NDArray[np.bool_]:
    """Return (N,) bool: faces kept out of which the training part has nearly the same picture."""
    prints = thumbprints(pixels_of(faces)[:, RIM_PX:-RIM_PX, RIM_PX:-RIM_PX])
    kept_out = faces.split == Split.VAL
    copies = np.zeros(len(faces), np.bool_)
    copies[kept_out] = copies_of(prints[kept_out], prints[faces.split == Split.TRAIN])
    return copies
