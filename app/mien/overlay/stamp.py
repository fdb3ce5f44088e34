"""Small pictures with opacity, made once and laid on many frames."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from mien.core.arrays import Floats, Image, read_only
from mien.overlay.style import PLATE, PLATE_OPACITY, Bgr, bgr


@dataclass(frozen=True, slots=True, eq=False)
class Stamp:
    """A picture to be laid on another.

    Attributes:
        light: (H, W, 3) uint8 BGR, multiplied by the opacity.
        keep: (H, W, 3) uint8, how much of what lies below stays, 0 to 255.
    """

    light: Image
    keep: Image

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return int(self.light.shape[1]), int(self.light.shape[0])

    def turned(self) -> "Stamp":
        """Return it with its left end at the bottom."""
        return Stamp(*(read_only(np.ascontiguousarray(np.rot90(each))) for each in (self.light, self.keep)))


class Canvas:
    """Builds a stamp, layer upon layer.

    Args:
        width_px: At least 1.
        height_px: At least 1.
    """

    def __init__(self, width_px: int, height_px: int) -> None:
        self._light: Floats = np.zeros((height_px, width_px, 3), np.float32)
        self._alpha: Floats = np.zeros((height_px, width_px, 1), np.float32)

    def lay(self, mask: Image, x: int, y: int, colour: Bgr, opacity: float = 1.0) -> None:
        """Lay a colour through a mask.

        Args:
            mask: (h, w) uint8 coverage, cut off at the canvas.
            x: Column of the mask's left edge, 0 or more.
            y: Row of the mask's top edge, 0 or more.
            colour: Blue, green, red.
            opacity: 0 to 1.
        """
        light, alpha = self._light[y:, x:][: mask.shape[0], : mask.shape[1]], self._alpha[y:, x:]
        alpha = alpha[: mask.shape[0], : mask.shape[1]]
        cover = mask[: light.shape[0], : light.shape[1], None].astype(np.float32) * (opacity / 255)
        light *= 1 - cover
        light += cover * np.asarray(colour, np.float32)
        alpha *= 1 - cover
        alpha += cover

    def stamp(self) -> Stamp:
        """Return what was built."""
        keep = np.repeat(np.rint(255 * (1 - self._alpha)).astype(np.uint8), 3, axis=2)
        return Stamp(read_only(np.rint(self._light).astype(np.uint8)), read_only(keep))


def plate_canvas(width_px: int, height_px: int, radius_px: int) -> Canvas:
    """Return a canvas with the dark plate on which everything stands."""
    canvas = Canvas(width_px, height_px)
    canvas.lay(rounded_mask(width_px, height_px, radius_px), 0, 0, bgr(PLATE), PLATE_OPACITY)
    return canvas


def blend(picture: Image, stamp: Stamp, x: int, y: int) -> None:
    """Lay a stamp on a picture, in place; what lies outside is cut off.

    Args:
        picture: (H, W, 3) uint8 BGR.
        stamp: What to lay.
        x: Column of its left edge.
        y: Row of its top edge.
    """
    width, height = stamp.size_wh
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + width, picture.shape[1]), min(y + height, picture.shape[0])
    if left >= right or top >= bottom:
        return
    below = picture[top:bottom, left:right]
    inside = slice(top - y, bottom - y), slice(left - x, right - x)
    cv2.multiply(below, stamp.keep[inside], dst=below, scale=1 / 255)
    cv2.add(below, stamp.light[inside], dst=below)


@lru_cache(512)
def rounded_mask(width_px: int, height_px: int, radius_px: int) -> Image:
    """Return the coverage of a rectangle with round corners: (H, W) uint8, read-only."""
    radius = min(radius_px, width_px / 2, height_px / 2)
    x = np.abs(np.arange(width_px) + 0.5 - width_px / 2) - (width_px / 2 - radius)
    y = np.abs(np.arange(height_px) + 0.5 - height_px / 2) - (height_px / 2 - radius)
    beyond = np.hypot(np.maximum(x, 0)[None, :], np.maximum(y, 0)[:, None]) - radius
    return read_only(np.rint(255 * np.clip(0.5 - beyond, 0, 1)).astype(np.uint8))


@lru_cache(128)
def hatched_mask(width_px: int, height_px: int, period_px: int) -> Image:
    """Return the coverage of diagonal stripes: (H, W) uint8, read-only."""
    phase = (np.arange(width_px)[None, :] + np.arange(height_px)[:, None]) % period_px
    distance = np.abs(phase - period_px / 2) - period_px / 4
    return read_only(np.rint(255 * np.clip(0.5 - distance, 0, 1)).astype(np.uint8))
