"""A picture file as pixels, without a word from the libraries that decode it, and in bounded memory."""

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from mien.core.arrays import Image
from mien.errors import VideoUnreadable

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

_DAMAGE: Final = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError)
"""What Pillow's readers of damaged files raise."""

MAX_BYTES: Final = 1_000_000_000
MAX_PIXELS: Final = 160_000_000
"""More than the largest cameras give; the picture and what is made of it take 10 bytes a pixel."""


MANY_PAGES: Final = frozenset((".tif", ".tiff", ".webp", ".png"))
"""Files that may hold several pictures which belong after each other: pages, or the frames of an animation."""

MAX_PAGES: Final = 100_000
_MAX_PAGE_MS: Final = 3.6e6


def count_pages(path: Path) -> int:
    """Return how many pictures a file holds; 1 where it cannot be read."""
    if path.suffix.lower() not in MANY_PAGES:
        return 1
    from PIL import Image as pillow

    try:
        with warnings.catch_warnings(action="ignore"), pillow.open(path) as picture:
            return min(max(int(getattr(picture, "n_frames", 1)), 1), MAX_PAGES)
    except (*_DAMAGE, MemoryError, pillow.DecompressionBombError):
        return 1


def page_times(path: Path) -> tuple[float, ...] | None:
    """Return when each frame of an animation is shown, in seconds from 0, or None where a file does not say."""
    from PIL import Image as pillow
    from PIL import ImageSequence

    try:
        with warnings.catch_warnings(action="ignore"), pillow.open(path) as picture:
            lengths_ms = []
            for page in ImageSequence.Iterator(picture):
                page.load()
                lengths_ms.append(float(page.info.get("duration", 0)))
    except (*_DAMAGE, MemoryError, pillow.DecompressionBombError):
        return None
    if len(lengths_ms) < 2 or not all(0 < length < _MAX_PAGE_MS for length in lengths_ms):
        return None
    return tuple(float(start) / 1000 for start in np.cumsum([0.0, *lengths_ms[:-1]]))


def read_still(path: Path, page: int = 0) -> Image:
    """Return a picture, (H, W, 3) uint8 BGR, turned as its EXIF data says.

    16-bit pictures are scaled to 8, gray ones get three channels, alpha is dropped.

    Args:
        path: The file.
        page: Which of its pictures, from 0; see ``count_pages``.

    Raises:
        VideoUnreadable: It is missing, no picture, damaged, cut off, or too large.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise VideoUnreadable(f"{path}: larger than {MAX_BYTES / 1e9:.0f} GB; make the picture smaller")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise VideoUnreadable(f"{path}: cannot be opened ({reason}); check the path") from error
    try:
        return _decoded(data, path, page)
    except _DAMAGE as error:
        raise VideoUnreadable(f"{path}: not a picture that can be read, or cut off; try another copy") from error
    except MemoryError as error:
        raise VideoUnreadable(f"{path}: needs more memory than there is; make the picture smaller") from error


def _decoded(data: bytes, path: Path, page: int) -> Image:
    from PIL import Image as pillow
    from PIL import ImageOps

    if path.suffix.lower() in (".heic", ".heif"):
        from pillow_heif import register_heif_opener

        register_heif_opener()  # opens the whole picture, whatever tiles it is stored in

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd metadata, and of sizes that are judged here
        try:
            picture: PillowImage = pillow.open(io.BytesIO(data))
        except pillow.DecompressionBombError as error:
            raise _too_large(path) from error
        with picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_large(path)
            if page:
                picture.seek(page)
            picture.load()
            turned = ImageOps.exif_transpose(picture)
        return _bgr(turned)


def _bgr(picture: "PillowImage") -> Image:
    if picture.mode.startswith(("I", "F")):
        return _gray(np.asarray(picture))
    if picture.mode == "CMYK":
        rgb = np.asarray(picture.convert("RGB"))
    else:
        has_alpha = picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info
        rgb = np.asarray(picture.convert("RGBA") if has_alpha else picture.convert("RGB"))
    return np.ascontiguousarray(rgb[:, :, 2::-1], dtype=np.uint8)


def _gray(values: "np.ndarray[tuple[int, ...], np.dtype[np.generic]]") -> Image:
    """Return gray values of more than 8 bits as three channels of 8."""
    numbers = np.nan_to_num(values.astype(np.float32))
    most = float(numbers.max(initial=0.0))
    white = 1.0 if most <= 1 else 255.0 if most <= 255 else 65535.0
    gray = np.clip(np.round(numbers * (255.0 / white)), 0, 255).astype(np.uint8)
    return np.repeat(gray[:, :, None], 3, axis=2)


def _too_large(path: Path) -> VideoUnreadable:
    return VideoUnreadable(f"{path}: more than {MAX_PIXELS // 1_000_000} megapixels; make the picture smaller")
