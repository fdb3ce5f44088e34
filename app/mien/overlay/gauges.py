"""Valence below the box, from unpleasant to pleasant; arousal left of it, from calm to excited."""

from functools import lru_cache
from typing import Final

import cv2

from mien.core.arrays import Image
from mien.overlay.rect import Rect
from mien.overlay.stamp import Stamp, blend, plate_canvas, rounded_mask
from mien.overlay.style import LINE, QUIET_TEXT, TEXT, UNCERTAIN_COLOUR, Sizes, bgr

MIN_LENGTH_PX: Final = 40
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


def draw_gauge(picture: Image, rect: Rect, value: float, sizes: Sizes, *, certain: bool) -> None:
    """Draw one gauge, in place: upright where ``rect`` is, with −1 left or at the bottom.

    Args:
        picture: (H, W, 3) uint8 BGR.
        rect: Where; inside the picture.
        value: From −1 to 1.
        sizes: Of this face's overlay.
        certain: Whether it is to be believed; gray otherwise.
    """
    upright = rect.height > rect.width
    length, thickness = (rect.height, rect.width) if upright else (rect.width, rect.height)
    blend(picture, _groove(length, thickness, upright), rect.left, rect.top)
    colour = bgr(TEXT if certain else UNCERTAIN_COLOUR)
    half = (length - thickness) / 2
    middle = length / 2
    at = middle + (-value if upright else value) * half
    first, last = sorted((round(middle), round(at)))
    inset = _track_inset_px(thickness)
    if upright:
        picture[rect.top + first : rect.top + last, rect.left + inset : rect.right - inset] = colour
        centre = rect.left + thickness / 2, rect.top + at
    else:
        picture[rect.top + inset : rect.bottom - inset, rect.left + first : rect.left + last] = colour
        centre = rect.left + at, rect.top + thickness / 2
    one = 1 << _SHIFT
    place = round((centre[0] - 0.5) * one), round((centre[1] - 0.5) * one)
    cv2.circle(picture, place, round((thickness / 2 - 0.5) * one), colour, -1, cv2.LINE_AA, _SHIFT)


def _thickness_px(sizes: Sizes) -> int:
    return sizes.gauge | 1


def _track_inset_px(thickness_px: int) -> int:
    """Return how much thinner the track is than the plate, on each side."""
    return (thickness_px - max(3, thickness_px // 3 | 1)) // 2


@lru_cache(1024)
def _groove(length_px: int, thickness_px: int, upright: bool) -> Stamp:
    """Return the plate of a gauge with a mark at 0."""
    size = (thickness_px, length_px) if upright else (length_px, thickness_px)
    canvas = plate_canvas(*size, thickness_px // 2)
    inset = _track_inset_px(thickness_px)
    track_wh = size[0] - 2 * inset, size[1] - 2 * inset
    canvas.lay(rounded_mask(*track_wh, thickness_px), inset, inset, bgr(LINE), 0.75)
    mark = max(1, thickness_px // 6)
    start = (length_px - mark) // 2
    middle = rounded_mask(thickness_px, mark, 0) if upright else rounded_mask(mark, thickness_px, 0)
    canvas.lay(middle, *((0, start) if upright else (start, 0)), bgr(QUIET_TEXT))
    return canvas.stamp()
