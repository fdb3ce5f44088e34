"""Valence below the box, from unpleasant to pleasant; arousal left of it, from calm to excited; each named."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from mien.core.arrays import Image
from mien.overlay.rect import Rect
from mien.overlay.stamp import Stamp, blend, plate_canvas, rounded_mask
from mien.overlay.style import LINE, QUIET_TEXT, TEXT, UNCERTAIN_COLOUR, Sizes, bgr
from mien.overlay.text import line_height_px, text_mask, text_width_px

MIN_LENGTH_PX: Final = 40
MIN_TRACK_PX: Final = 40
"""A name is shortened to its first letter where it would leave less."""
BAND_OPACITY: Final = 0.35
_SHIFT: Final = 4
"""Binary places of the knob's position, so that it glides between pixels."""


def gauge_rects(box: Rect, sizes: Sizes, size_wh: tuple[int, int]) -> tuple[Rect, Rect] | None:
    """Return where valence and arousal are drawn, inside the picture, or None where there is no room.

    Args:
        box: The visible part of the face's box.
        sizes: Of this face's overlay.
        size_wh: Of the picture.
    """
    thickness = _thickness_px(sizes)
    if min(box.width, box.height) < max(MIN_LENGTH_PX, 4 * thickness):
        return None
    y = min(box.bottom + sizes.gap, size_wh[1] - thickness - 3)
    x = max(box.left - sizes.gap - thickness, 3)
    return Rect(box.left, y, box.right, y + thickness), Rect(x, box.top, x + thickness, box.bottom)


def draw_gauge(
    picture: Image, rect: Rect, value: float, sizes: Sizes, name: str, *, certain: bool, error: float = 0.0
) -> None:
    """Draw one gauge, in place: upright where ``rect`` is, with its name and −1 left or at the bottom.

    Args:
        picture: (H, W, 3) uint8 BGR.
        rect: Where; inside the picture.
        value: From −1 to 1.
        sizes: Of this face's overlay.
        name: Of what it shows.
        certain: Whether it is to be believed; gray otherwise.
        error: How far it lies from a person's rating; drawn as a band around the value. 0 draws none.
    """
    upright = rect.height > rect.width
    length, thickness = (rect.height, rect.width) if upright else (rect.width, rect.height)
    shown = _name_for(name, length, sizes.small)
    blend(picture, _groove(length, thickness, upright, shown, sizes.small), rect.left, rect.top)
    colour = bgr(TEXT if certain else UNCERTAIN_COLOUR)
    start, knob = _track_start_px(shown, sizes.small), sizes.gauge | 1
    half = (length - start - thickness) / 2
    middle = start + (length - start) / 2
    at = middle + value * half
    line = _line_px(sizes)
    if error > 0.0:
        low, high = (round(middle + min(max(value + side, -1.0), 1.0) * half) for side in (-error, error))
        band = _along(picture, rect, (low, high), 2 * line)
        cv2.addWeighted(band, 1 - BAND_OPACITY, np.full_like(band, colour), BAND_OPACITY, 0.0, dst=band)
    _along(picture, rect, sorted((round(middle), round(at))), line)[:] = colour
    centre = (
        (rect.left + thickness / 2, rect.bottom - at) if upright else (rect.left + at, rect.top + thickness / 2)
    )
    one = 1 << _SHIFT
    place = round((centre[0] - 0.5) * one), round((centre[1] - 0.5) * one)
    cv2.circle(picture, place, round((knob / 2 - 0.5) * one), colour, -1, cv2.LINE_AA, _SHIFT)


def _along(picture: Image, rect: Rect, span: Sequence[int], width_px: int) -> Image:
    """Return the part of a picture that a bar along a gauge covers, to be written to.

    Args:
        picture: (H, W, 3) uint8 BGR.
        rect: The gauge.
        span: First and last pixel along it, counted from its beginning: from the left, or from the bottom.
        width_px: Of the bar, across.
    """
    first, last = span
    if rect.height > rect.width:
        left = rect.left + (rect.width - width_px) // 2
        return picture[rect.bottom - last : rect.bottom - first, left : left + width_px]
    top = rect.top + (rect.height - width_px) // 2
    return picture[top : top + width_px, rect.left + first : rect.left + last]


def _thickness_px(sizes: Sizes) -> int:
    return max(sizes.gauge, line_height_px(sizes.small)) | 1


def _line_px(sizes: Sizes) -> int:
    """Return how thick the track is."""
    return max(3, sizes.gauge // 3 | 1)


def _name_for(name: str, length_px: int, text_px: int) -> str:
    """Return as much of the name as leaves room for the track: all of it, or its first letter."""
    return name if length_px - _track_start_px(name, text_px) >= MIN_TRACK_PX else name[:1]


def _track_start_px(name: str, text_px: int) -> int:
    return text_width_px(name, text_px) + text_px // 2


@lru_cache(1024)
def _groove(length_px: int, thickness_px: int, upright: bool, name: str, text_px: int) -> Stamp:
    """Return the plate of a gauge with its name and a mark at 0."""
    canvas = plate_canvas(length_px, thickness_px, thickness_px // 3)
    pad, start = text_px // 3, _track_start_px(name, text_px)
    canvas.lay(text_mask(name, text_px), pad, (thickness_px - line_height_px(text_px)) // 2, bgr(QUIET_TEXT))
    line = max(3, thickness_px // 5 | 1)
    end = length_px - thickness_px // 2
    left = start + thickness_px // 2
    if end > left:
        canvas.lay(rounded_mask(end - left, line, line), left, (thickness_px - line) // 2, bgr(LINE), 0.75)
        mark = max(1, thickness_px // 12)
        middle = start + (length_px - start) // 2
        high = thickness_px * 3 // 5
        canvas.lay(rounded_mask(mark, high, 0), middle - mark // 2, (thickness_px - high) // 2, bgr(QUIET_TEXT))
    return canvas.stamp().turned() if upright else canvas.stamp()
