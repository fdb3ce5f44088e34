"""The box round a face: a thin line with strong corners."""

from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from mien.core.arrays import Floats, Image
from mien.overlay.rect import Rect
from mien.overlay.style import PLATE, Bgr, Sizes, bgr

_OPACITY: Final = 0.6
_CORNER: Final = 0.16
"""Length of a corner mark, as a share of the box's shorter side."""


def draw_outline(picture: Image, box: Rect, colour: Bgr, sizes: Sizes, *, dashed: bool) -> None:
    """Draw the box, in place; what lies outside the picture is left out.

    Args:
        picture: (H, W, 3) uint8 BGR.
        box: Where the face is.
        colour: Of the expression.
        sizes: Of this face's overlay.
        dashed: For a face whose label is withheld.
    """
    _draw_sides(picture, box, colour, sizes.line, dashed)
    reach = max(2 * sizes.mark, round(_CORNER * min(box.width, box.height)))
    corners = [
        np.array([(x + reach * dx, y), (x, y), (x, y + reach * dy)], np.int32)
        for x, dx in ((box.left, 1), (box.right - 1, -1))
        for y, dy in ((box.top, 1), (box.bottom - 1, -1))
    ]
    cv2.polylines(picture, corners, False, bgr(PLATE), sizes.mark + 2, cv2.LINE_AA)
    cv2.polylines(picture, corners, False, colour, sizes.mark, cv2.LINE_AA)


def _draw_sides(picture: Image, box: Rect, colour: Bgr, line_px: int, dashed: bool) -> None:
    height, width = picture.shape[:2]
    left, right = max(box.left, 0), min(box.right, width)
    top, bottom = max(box.top, 0), min(box.bottom, height)
    if left >= right or top >= bottom:
        return
    period_px = 8 * line_px if dashed else 0
    for y in (box.top, box.bottom - line_px):
        strip = picture[max(y, 0) : max(y + line_px, 0), left:right]
        _tint(strip, colour, _dashes(right - left, period_px)[None, :, None])
    for x in (box.left, box.right - line_px):
        strip = picture[top:bottom, max(x, 0) : max(x + line_px, 0)]
        _tint(strip, colour, _dashes(bottom - top, period_px)[:, None, None])


def _tint(strip: Image, colour: Bgr, weights: Floats) -> None:
    if strip.size:
        strip[:] = strip + (np.asarray(colour, np.float32) - strip) * weights


@lru_cache(512)
def _dashes(length_px: int, period_px: int) -> Floats:
    """Return the opacity along a side: even, or in dashes of half a period."""
    weights = np.full(length_px, _OPACITY, np.float32)
    if period_px:
        weights[np.arange(length_px) % period_px >= period_px // 2] = 0
    return weights
