"""FER2013 with the votes of FER+ in one NumPy archive, `fer2013plus.npz`."""

import zipfile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.core.emotion import EXPRESSIONS
from mien_models.data.errors import DataError
from mien_models.data.faces import MAX_FACES, LabelledFaces, LeftOut, Split
from mien_models.data.pictures import ArrayPictures
from mien_models.data.targets import FER2013_TO_LABEL, LABELS, affect_targets, vote_plurality

ARCHIVE_NAME: Final = "fer2013plus.npz"
NEEDED: Final = ("pixels", "split", "fer2013_label", "ferplus_votes")
MAX_BYTES: Final = MAX_FACES * 48 * 48


def is_fer_archive(path: Path) -> bool:
    """Return whether a file is such an archive."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return {f"{name}.npy" for name in NEEDED} <= set(archive.namelist())


def read_fer_archive(path: Path, by_votes: bool) -> LabelledFaces:
    """Read the archive; its PublicTest is the test part, as it holds no PrivateTest.

    Args:
        path: The file.
        by_votes: Take the label with the most FER+ votes (ties are left out) and the votes' place on the
            circumplex; otherwise FER2013's label.

    Raises:
        DataError: It is damaged or claims too much.
    """
    arrays = _read(path)
    pixels = np.asarray(arrays["pixels"], dtype=np.uint8)
    votes = np.asarray(arrays["ferplus_votes"], dtype=np.int16)
    labels = np.asarray(arrays["fer2013_label"], dtype=np.int64)
    count, left_out = len(pixels), LeftOut()
    fits = pixels.shape == (count, 48, 48) and votes.shape == (count, 10) and labels.shape == (count,)
    if not fits or (count and not 0 <= labels.min() <= labels.max() < len(FER2013_TO_LABEL)):
        raise DataError(f"{path}: its pixels {pixels.shape}, votes and labels fit no set of faces; fetch it again")
    split = np.where(arrays["split"] == 0, Split.TRAIN, Split.TEST).astype(np.int8)
    place = np.array([EXPRESSIONS.index(label) for label in LABELS])
    affect = np.full((count, 2), np.nan, np.float32)
    if by_votes:
        plurality = vote_plurality(votes)
        expression = np.where(plurality >= 0, place[plurality], -1)
        points, known = affect_targets(votes)
        affect[known] = points[known]
        for row in np.flatnonzero(expression < 0):
            left_out.add(f"face {row}: no label has most votes")
    else:
        expression = place[FER2013_TO_LABEL[labels]]
    name = "FER+" if by_votes else "FER2013"
    faces = LabelledFaces(
        name, ArrayPictures(pixels), expression.astype(np.int64), affect, split, left_out=left_out
    )
    return faces.take(expression >= 0)


def _read(path: Path) -> dict[str, NDArray[np.generic]]:
    try:
        with zipfile.ZipFile(path) as archive:
            claimed = sum(archive.getinfo(f"{name}.npy").file_size for name in NEEDED)
        if claimed > MAX_BYTES:
            raise DataError(f"{path}: claims {claimed:,} bytes of faces; that is no such set")
        with np.load(path, allow_pickle=False) as content:
            return {name: content[name] for name in NEEDED}
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, MemoryError, EOFError) as error:
        raise DataError(f"{path}: a damaged archive ({error}); fetch it again") from error
