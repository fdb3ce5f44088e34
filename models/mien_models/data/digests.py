"""Digests of faces and files, by which a run tells that it has the same ones as before."""

import hashlib
from pathlib import Path

import numpy as np

from mien_models.data.errors import DataError
from mien_models.data.faces import LabelledFaces

LENGTH = 16
READ_AT_ONCE = 1 << 20


def digest_of_faces(faces: LabelledFaces) -> str:
    """Return a digest of which pictures a set holds, in which order, with which labels and ratings."""
    found = hashlib.sha256()
    for row in range(len(faces)):
        found.update(faces.pictures.digest(row))
    for values in (faces.expression, faces.affect, faces.soft_targets(), faces.fer2013_targets()):
        found.update(np.ascontiguousarray(values).tobytes())
    return found.hexdigest()[:LENGTH]


def digest_of(path: Path) -> str:
    """Return a digest of a file's content, or of all files of a folder.

    Raises:
        DataError: One cannot be read.
    """
    found = hashlib.sha256()
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    try:
        for file in files:
            found.update(str(file.relative_to(path)).encode())
            with file.open("rb") as content:
                while block := content.read(READ_AT_ONCE):
                    found.update(block)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    return found.hexdigest()[:LENGTH]
