"""Pictures of any size into the one size that a video stream has."""

import cv2
import numpy as np

from mien.core.arrays import Image


def even_size(size_wh: tuple[int, int]) -> tuple[int, int]:
    """Return the size, each side rounded up to even: 4:2:0 video has one colour sample for 2x2 pixels."""
    return size_wh[0] + size_wh[0] % 2, size_wh[1] + size_wh[1] % 2


def fit_picture(image: Image, size_wh: tuple[int, int]) -> Image:
    """Bring ``image`` to ``size_wh`` without changing its proportions.

    A missing last row or column repeats its neighbour, so that no dark line appears at the edge. Anything else
    is scaled to fit and centred on black.

    Args:
        image: (H, W, 3) uint8.
        size_wh: Width and height to reach, pixels.

    Returns:
        (height, width, 3) uint8; the same array where it fits already.
    """
    width, height = size_wh
    have_height, have_width = image.shape[:2]
    if (have_width, have_height) == size_wh:
        return image
    if even_size((have_width, have_height)) == size_wh:
        return _bordered(image, 0, height - have_height, 0, width - have_width, cv2.BORDER_REPLICATE)
    scale = min(width / have_width, height / have_height)
    new_width = min(width, max(1, round(have_width * scale)))
    new_height = min(height, max(1, round(have_height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    scaled = np.asarray(cv2.resize(image, (new_width, new_height), interpolation=method), dtype=np.uint8)
    top, left = (height - new_height) // 2, (width - new_width) // 2
    bottom, right = height - new_height - top, width - new_width - left
    return _bordered(scaled, top, bottom, left, right, cv2.BORDER_CONSTANT)


def _bordered(image: Image, top: int, bottom: int, left: int, right: int, kind: int) -> Image:
    return np.asarray(cv2.copyMakeBorder(image, top, bottom, left, right, kind, value=(0, 0, 0)), dtype=np.uint8)
