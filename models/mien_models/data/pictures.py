"""Pictures of faces: in memory, in files or in a zip archive; decoded one at a time, and never beyond a bound."""

import hashlib
import io
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from mien_models.data.errors import DataError

Picture = NDArray[np.uint8]
"""(h, w) gray or (h, w, 3) BGR."""

MAX_FILE_BYTES: Final = 50_000_000
MAX_PIXELS: Final = 40_000_000
"""A camera's largest; a small file that claims more is made to fill memory."""

PICTURE_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".pgm"})


class Pictures(Protocol):
    """N pictures."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Picture:
        """Return one picture.

        Raises:
            DataError: It cannot be read, or is larger than any picture of a face.
        """

    def digest(self, index: int) -> bytes:
        """Return a short value that identical pictures share."""

    def take(self, rows: NDArray[np.integer]) -> Self:
        """Return some of the pictures."""


class ArrayPictures:
    """Gray pictures in memory.

    Args:
        pixels: (N, h, w) uint8.
    """

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self.pixels = pixels

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, index: int) -> Picture:
        return np.asarray(self.pixels[index], dtype=np.uint8)

    def digest(self, index: int) -> bytes:
        """See `Pictures`."""
        return hashlib.sha256(np.ascontiguousarray(self.pixels[index]).tobytes()).digest()[:16]

    def take(self, rows: NDArray[np.integer]) -> Self:
        """See `Pictures`."""
        return type(self)(self.pixels[rows])


class FilePictures:
    """Pictures in files.

    Args:
        paths: One a picture.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = list(paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, index: int) -> Picture:
        return decode(self._bytes(index), str(self._paths[index]))

    def digest(self, index: int) -> bytes:
        """See `Pictures`."""
        return hashlib.sha256(self._bytes(index)).digest()[:16]

    def take(self, rows: NDArray[np.integer]) -> Self:
        """See `Pictures`."""
        return type(self)([self._paths[row] for row in rows])

    def _bytes(self, index: int) -> bytes:
        path = self._paths[index]
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                raise DataError(f"{path}: larger than any picture of a face; take it out of the set")
            return path.read_bytes()
        except OSError as error:
            raise DataError(f"{path}: cannot be read ({error.strerror}); take it out of the set") from error


class ZipPictures:
    """Pictures in a zip archive, which stays open.

    Args:
        archive: Open for reading.
        names: Of the entries, one a picture.
    """

    def __init__(self, archive: zipfile.ZipFile, names: Sequence[str]) -> None:
        self._archive = archive
        self._names = list(names)

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, index: int) -> Picture:
        return decode(self._bytes(index), f"{self._archive.filename}, {self._names[index]}")

    def digest(self, index: int) -> bytes:
        """See `Pictures`."""
        return hashlib.sha256(self._bytes(index)).digest()[:16]

    def take(self, rows: NDArray[np.integer]) -> Self:
        """See `Pictures`."""
        return type(self)(self._archive, [self._names[row] for row in rows])

    def _bytes(self, index: int) -> bytes:
        name = self._names[index]
        origin = f"{self._archive.filename}, {name}"
        try:
            if self._archive.getinfo(name).file_size > MAX_FILE_BYTES:
                raise DataError(f"{origin}: larger than any picture of a face; take it out of the set")
            return self._archive.read(name)  # zipfile gives no entry more than its claim
        except (zipfile.BadZipFile, KeyError, OSError, EOFError, RuntimeError, NotImplementedError) as error:
            raise DataError(f"{origin}: cannot be read ({error}); fetch the archive again") from error


def decode(data: bytes, origin: str) -> Picture:
    """Decode a picture after looking at the size that it claims; (h, w) gray or (h, w, 3) BGR.

    Raises:
        DataError: It is none, or larger than any picture of a face.
    """
    width, height = _claimed_size(data, origin)
    if width * height > MAX_PIXELS:
        raise DataError(f"{origin}: claims {width}x{height} pixels, more than any picture of a face; refused")
    try:
        image = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_ANYCOLOR)
    except cv2.error as error:
        raise DataError(f"{origin}: cannot be read as a picture; take it out of the set") from error
    if image is None or image.ndim not in (2, 3):
        raise DataError(f"{origin}: cannot be read as a picture; take it out of the set")
    return np.asarray(image[:, :, :3] if image.ndim == 3 else image, dtype=np.uint8)


def _claimed_size(data: bytes, origin: str) -> tuple[int, int]:
    """Return width and height out of the head of a file, before anything is decoded."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as picture:
                return picture.size
    except Image.DecompressionBombError as error:
        raise DataError(f"{origin}: claims more pixels than any picture of a face; refused") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise DataError(f"{origin}: cannot be read as a picture; take it out of the set") from error
