"""Text as masks: anti-aliased, kerned, figures of one width."""

import json
import math
import unicodedata
from functools import cache, lru_cache
from typing import Final, Literal

import cv2
import numpy as np

from mien.core.arrays import Image, read_only
from mien.places import assets_folder

Weight = Literal["Medium", "SemiBold"]

_FONTS: Final = assets_folder() / "fonts"
_ASCENT: Final = 1.06
_DESCENT: Final = 0.3
"""In ems; higher than the ascent of Inter itself, for the accents on capitals."""
_CAP_HEIGHT: Final = 0.727
_MAX_SIGNS: Final = 24
"""Of a text that is shortened; no longer one is tried."""


@cache
def _face(weight: Weight) -> cv2.FontFace:
    path = _FONTS / f"Overlay-{weight}.ttf"
    return cv2.FontFace(str(path)) if path.is_file() else cv2.FontFace("sans")


@cache
def _kerning() -> dict[str, dict[str, int]]:
    path = _FONTS / "Overlay-kerning.json"
    pairs: dict[str, dict[str, int]] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return pairs


def line_height_px(size_px: int) -> int:
    """Return the height of every mask of this size."""
    return round(size_px * _ASCENT) + math.ceil(size_px * _DESCENT)


def centre_offset_px(size_px: int) -> int:
    """Return how far the middle of the capitals lies below the top of a mask."""
    return round(size_px * (_ASCENT - _CAP_HEIGHT / 2))


def text_width_px(text: str, size_px: int, weight: Weight = "Medium") -> int:
    """Return the width of ``text`` in pixels."""
    return int(text_mask(text, size_px, weight).shape[1])


def shortened(text: str, width_px: int, size_px: int, weight: Weight = "Medium") -> str:
    """Return the beginning of a text, without its last signs where it would be wider than ``width_px``."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)[:_MAX_SIGNS]
    if text_width_px(plain, size_px, weight) <= width_px:
        return plain
    while plain and text_width_px(f"{plain}…", size_px, weight) > width_px:
        plain = plain[:-1]
    return f"{plain.rstrip()}…"


@lru_cache(4096)
def text_mask(text: str, size_px: int, weight: Weight = "Medium") -> Image:
    """Return the coverage of a line of text.

    The text is drawn several times as large and averaged down: glyphs then stand at fractions of a pixel, which
    keeps the rhythm of small sizes even.

    Args:
        text: One line; signs that the font lacks come from OpenCV's own fonts, or become question marks.
        size_px: One em.
        weight: Of the font.

    Returns:
        (line_height_px, W) uint8, 0 to 255, read-only.
    """
    text = unicodedata.normalize("NFC", "".join(sign if sign.isprintable() else " " for sign in text))
    factor = 4 if size_px < 40 else 2
    large_px = size_px * factor
    origin = large_px, round(size_px * _ASCENT) * factor
    height = line_height_px(size_px) * factor
    canvas = np.zeros((height, large_px * (2 * len(text) + 2), 1), np.uint8)
    end = _draw(canvas, text, origin, large_px, weight)
    used = np.flatnonzero(canvas.any(axis=(0, 2)))
    left = min(origin[0], int(used[0])) if used.size else origin[0]
    right = max(end, int(used[-1]) + 1) if used.size else end
    width = max(-(-(right - left) // factor), 1)
    part = np.ascontiguousarray(canvas[:, left : left + width * factor, 0])
    return read_only(cv2.resize(part, (width, height // factor), interpolation=cv2.INTER_AREA))


def _draw(canvas: Image, text: str, origin: tuple[int, int], size_px: int, weight: Weight) -> int:
    """Draw ``text`` and return where it ends; scripts whose letters join are left to OpenCV as a whole."""
    face = _face(weight)
    x, y = origin
    if not all(unicodedata.name(sign, "").startswith("LATIN") or sign.isascii() for sign in text):
        return int(cv2.putText(canvas, text, (x, y), (255,), face, size_px)[0][0])
    pairs = _kerning().get(weight, {})
    bases = [unicodedata.normalize("NFD", sign)[:1] for sign in text]
    at = float(x)
    for index, sign in enumerate(text):
        at += int(cv2.putText(canvas, sign, (round(at), y), (255,), face, size_px)[0][0]) - round(at)
        at += pairs.get("".join(bases[index : index + 2]), 0) * size_px / 1000
    return round(at)
