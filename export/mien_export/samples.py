"""Pictures for the parity check: real face crops, varied, and noise."""

from pathlib import Path
from typing import Final

import cv2
import numpy as np

from mien.core.arrays import Floats, Image
from mien.errors import ExportError
from mien.inference.manifest import InputSpec
from mien.places import assets_folder

FACE_COUNT: Final = 20
NOISE_COUNT: Final = 10
"""Multiples of the largest batch of the parity check."""

MAX_FILES: Final = 50
MAX_FILE_BYTES: Final = 50_000_000
PICTURE_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})

PORTRAIT: Final = assets_folder() / "portrait.png"
PORTRAIT_FACE_XYXY: Final = (0.30, 0.10, 0.58, 0.38)
"""Where the face lies in the bundled portrait, as fractions of its sides."""


def face_crops(folder: Path | None, count: int = FACE_COUNT) -> list[Image]:
    """Return real face crops: square, (S, S, 3) uint8 BGR, shifted, scaled and lit differently.

    Args:
        folder: Pictures that show a face each, filling the picture. None takes the bundled portrait.
        count: How many crops.

    Raises:
        ExportError: There is no such picture.
    """
    pictures = [_bundled_face()] if folder is None else _pictures_of(folder)
    generator = np.random.default_rng(20)
    return [_vary(pictures[index % len(pictures)], generator) for index in range(count)]


def noise_pictures(size_wh: tuple[int, int], count: int = NOISE_COUNT) -> list[Image]:
    """Return random pictures, (H, W, 3) uint8, from fine grain to large blotches."""
    width, height = size_wh
    generator = np.random.default_rng(21)
    pictures: list[Image] = []
    for index in range(count):
        cells = 2 ** (2 + index % 5)
        coarse = generator.integers(0, 256, (cells, cells, 3), dtype=np.uint8)
        pictures.append(np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8))
    return pictures


def as_batch(pictures: list[Image], spec: InputSpec) -> Floats:
    """Return pictures as the network wants them: (N, C, H, W) or (N, H, W, C) float32."""
    batch = np.stack([_as_input(picture, spec) for picture in pictures])
    return np.ascontiguousarray(batch.transpose(0, 3, 1, 2) if spec.layout == "NCHW" else batch)


def _as_input(picture: Image, spec: InputSpec) -> Floats:
    resized = cv2.resize(picture, spec.size_wh, interpolation=cv2.INTER_AREA)
    if spec.colour == "GRAY":
        resized = cv2.cvtColor(resized, cv2.COLOR_BGR2GRAY)[:, :, None]
    elif spec.colour == "RGB":
        resized = cv2.cvtColor(resized, cv2.COLOR_BGR2RGB)
    scaled = np.asarray(resized, np.float32) * np.float32(spec.scale)
    mean, std = np.asarray(spec.mean, np.float32), np.asarray(spec.std, np.float32)
    return np.asarray((scaled - mean) / std, np.float32)


def _vary(picture: Image, generator: np.random.Generator) -> Image:
    """Cut a square out of a picture, a little elsewhere, larger or smaller, brighter or darker each time."""
    height, width = picture.shape[:2]
    side = round(min(height, width) * generator.uniform(0.7, 1.0))
    left = round(generator.uniform(0, width - side))
    top = round(generator.uniform(0, height - side))
    crop = picture[top : top + side, left : left + side].astype(np.float32)
    if generator.random() < 0.5:
        crop = crop[:, ::-1]
    lit = crop * generator.uniform(0.6, 1.2) + generator.uniform(-25.0, 25.0)
    return np.ascontiguousarray(np.clip(lit, 0.0, 255.0).astype(np.uint8))


def _bundled_face() -> Image:
    portrait = read_picture(PORTRAIT)
    if portrait is None:
        raise ExportError("the bundled portrait is missing; name a folder of face crops with --samples")
    height, width = portrait.shape[:2]
    x1, y1, x2, y2 = PORTRAIT_FACE_XYXY
    return portrait[round(y1 * height) : round(y2 * height), round(x1 * width) : round(x2 * width)]


def _pictures_of(folder: Path) -> list[Image]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURE_SUFFIXES)[:MAX_FILES]
    pictures = [picture for path in files if (picture := read_picture(path)) is not None]
    if not pictures:
        raise ExportError(f"{folder}: no picture there; name a folder of face crops with --samples")
    return pictures


def read_picture(path: Path) -> Image | None:
    """Return (H, W, 3) uint8 BGR, or None where there is no readable picture."""
    if not path.is_file() or path.stat().st_size > MAX_FILE_BYTES:
        return None
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    return None if picture is None else np.asarray(picture, np.uint8)
