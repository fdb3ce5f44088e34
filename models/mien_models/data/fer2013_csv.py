"""FER2013's own file: a row for each face with emotion, pixels and usage (Goodfellow et al. 2013)."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien_models.data.errors import DataError
from mien_models.data.faces import MAX_FACES, FaceRows, LabelledFaces, LeftOut, Split, expression_of
from mien_models.data.pictures import ArrayPictures

SIDE_PX: Final = 48
CLASSES: Final = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""What the numbers of its first column mean."""

HEAD_BYTES: Final = 4096
MAX_LIST_BYTES: Final = 4 * 1024**3
MAX_LINE: Final = 100_000


def is_fer2013_csv(path: Path) -> bool:
    """Return whether the first line names the columns `emotion` and `pixels`."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).partition(b"\n")[0].decode("utf-8", "replace").lower()
    return {"emotion", "pixels"} <= {name.strip(' "\r\ufeff') for name in head.split(",")}


def checked_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a list, none longer than a face.

    Raises:
        DataError: The file or a line is larger than any list of faces has them, or is no text.
    """
    try:
        if path.stat().st_size > MAX_LIST_BYTES:
            raise DataError(f"{path}: larger than {MAX_LIST_BYTES / 1024**3:.0f} GiB, which no list of faces is")
        with path.open(encoding="utf-8-sig", newline="") as file:
            number = 0
            while line := file.readline(MAX_LINE):
                number += 1
                if number > MAX_FACES + 1 or (len(line) == MAX_LINE and not line.endswith("\n")):
                    raise DataError(f"{path}: line {number} is longer than any row of a list of faces; refused")
                yield line
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read as a list ({error}); check the file") from error


def read_fer2013_csv(path: Path) -> LabelledFaces:
    """Read the file; Training trains, PublicTest is val, PrivateTest is test. Rows that make no sense are named.

    Raises:
        DataError: It cannot be read.
    """
    faces: list[NDArray[np.uint8]] = []
    rows, left_out = FaceRows(), LeftOut()
    reader = csv.reader(checked_lines(path))
    columns = {name.strip().lower(): index for index, name in enumerate(next(reader))}
    emotion, pixels, usage = (columns.get(name, -1) for name in ("emotion", "pixels", "usage"))
    try:
        for row in reader:
            where = f"{path.name} line {reader.line_num}"
            if len(row) <= max(emotion, pixels, usage):
                left_out.add(f"{where}: {len(row)} columns")
                continue
            label = expression_of(row[emotion], CLASSES)
            split = Split.named(row[usage]) if usage >= 0 else Split.NONE
            face = _face(row[pixels])
            if label is None or split is None:
                wrong = f"emotion {row[emotion][:20]!r}" if label is None else f"usage {row[usage][:20]!r}"
                left_out.add(f"{where}: {wrong}")
            elif face is None:
                left_out.add(f"{where}: not {SIDE_PX * SIDE_PX} pixels of 0 to 255")
            else:
                faces.append(face)
                rows.add(label, split)
    except csv.Error as error:
        raise DataError(
            f"{path}: line {reader.line_num} cannot be read ({error}); fetch the file again"
        ) from error
    stacked = np.stack(faces) if faces else np.zeros((0, SIDE_PX, SIDE_PX), np.uint8)
    return LabelledFaces("FER2013", ArrayPictures(stacked), *rows.arrays(), left_out=left_out)


def _face(text: str) -> NDArray[np.uint8] | None:
    """Return (48, 48) uint8 out of numbers between blanks, or None where they are no picture."""
    try:
        values = np.array(text.split(), dtype=np.int64)
    except (ValueError, OverflowError):
        return None
    if values.shape != (SIDE_PX * SIDE_PX,) or values.min() < 0 or values.max() > 255:
        return None
    return values.astype(np.uint8).reshape(SIDE_PX, SIDE_PX)
