"""Faces that `pack` cut out once, in one NumPy archive, so that a training opens no picture."""

import zipfile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien_models.data.aligned import STORED_PX
from mien_models.data.errors import DataError
from mien_models.data.faces import MAX_FACES, LabelledFaces, Split
from mien_models.data.pictures import ArrayPictures

NEEDED: Final = ("pixels", "expression", "affect", "split", "fer2013")
MAX_BYTES: Final = MAX_FACES * STORED_PX**2


def is_packed(path: Path) -> bool:
    """Return whether a file is such an archive."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return {f"{name}.npy" for name in NEEDED} <= set(archive.namelist())


def save_packed(faces: LabelledFaces, path: Path) -> None:
    """Write faces of `STORED_PX` a side."""
    with path.open("wb") as file:
        np.savez(
            file,
            pixels=pixels_of(faces),
            expression=faces.soft_targets(),
            affect=faces.affect,
            split=faces.split,
            fer2013=faces.fer2013_targets(),
        )


def load_packed(path: Path) -> LabelledFaces:
    """Read what `save_packed` wrote, all rows; those to be used for nothing belong to `Split.NONE`.

    Raises:
        DataError: It is no such file, damaged, or claims too much.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            claimed = sum(entry.file_size for entry in archive.infolist())
        if claimed > MAX_BYTES:
            raise DataError(f"{path}: claims {claimed:,} bytes of faces; that is no such set")
        with np.load(path, allow_pickle=False) as content:
            arrays = {name: content[name] for name in NEEDED}
            # Earlier files say apart in which faces the eyes were found.
            found = content["found"] if "found" in content.files else np.ones(len(arrays["split"]), np.bool_)
        if arrays["pixels"].shape[1:] != (STORED_PX, STORED_PX):
            raise DataError(f"{path}: its faces are of another size than {STORED_PX} px; pack the set again")
        expression = np.asarray(arrays["expression"], np.float32)
        return LabelledFaces(
            path.stem,
            ArrayPictures(np.asarray(arrays["pixels"], np.uint8)),
            np.where(expression.sum(axis=1) > 0, expression.argmax(axis=1), -1).astype(np.int64),
            np.asarray(arrays["affect"], np.float32),
            np.where(found, arrays["split"], Split.NONE).astype(np.int8),
            targets=expression,
            fer2013=np.asarray(arrays["fer2013"], np.float32),
        )
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, MemoryError, EOFError) as error:
        raise DataError(f"{path}: no set that `pack` wrote ({error}); pack it again") from error


def read_packed(path: Path) -> LabelledFaces:
    """Read the faces of such a file that belong to a part of the set."""
    faces = load_packed(path)
    return faces.take(faces.split != Split.NONE)


def pixels_of(faces: LabelledFaces) -> NDArray[np.uint8]:
    """Return (N, h, w) uint8, without a copy, of faces that lie in memory.

    Raises:
        TypeError: They lie elsewhere.
    """
    if not isinstance(faces.pictures, ArrayPictures):
        raise TypeError(f"{faces.name}: its pictures are not in memory")
    return faces.pictures.pixels
