"""Hiding faces: for pictures that may be shown where the people in them should not be known."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import cv2

from mien.core.arrays import Image
from mien.core.face import FaceBox
from mien.overlay.stamp import Canvas, blend, rounded_mask
from mien.overlay.style import LINE, PLATE, bgr

_MARGIN: Final = 0.15
"""Of the box's sides, added all round: detectors cut hair, ears and chin."""
_CELLS: Final = 5
"""A blurred face keeps so many colours along each side; what is averaged away cannot be computed back."""


class Cover(StrEnum):
    """What becomes of faces in the picture."""

    NONE = "none"
    BLUR = "blur"
    PLATE = "plate"


def cover_faces(picture: Image, boxes: Iterable[FaceBox], cover: Cover) -> None:
    """Hide faces, in place.

    Args:
        picture: (H, W, 3) uint8 BGR.
        boxes: Where the faces are.
        cover: How.
    """
    if cover is Cover.NONE:
        return
    for box in boxes:
        _hide(picture, box, cover)


def _hide(picture: Image, box: FaceBox, cover: Cover) -> None:
    height, width = picture.shape[:2]
    across, down = _MARGIN * box.width_px, _MARGIN * box.height_px
    left, right = max(int(box.x1 - across), 0), min(int(box.x2 + across) + 1, width)
    top, bottom = max(int(box.y1 - down), 0), min(int(box.y2 + down) + 1, height)
    if left >= right or top >= bottom:
        return
    if cover is Cover.BLUR:
        part = picture[top:bottom, left:right]
        few = cv2.resize(
            part, (min(_CELLS, right - left), min(_CELLS, bottom - top)), interpolation=cv2.INTER_AREA
        )
        part[:] = cv2.resize(few, (right - left, bottom - top), interpolation=cv2.INTER_CUBIC)
        return
    # Opaque to the last pixel, with a rounded panel inside for the eye.
    picture[top:bottom, left:right] = bgr(PLATE)
    inset = max((right - left) // 12, 1)
    panel_wh = right - left - 2 * inset, bottom - top - 2 * inset
    if min(panel_wh) > 0:
        panel = Canvas(*panel_wh)
        panel.lay(rounded_mask(*panel_wh, min(panel_wh) // 2), 0, 0, bgr(LINE), 0.35)
        blend(picture, panel.stamp(), left + inset, top + inset)
