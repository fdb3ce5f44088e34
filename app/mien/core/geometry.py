"""Plane geometry of faces: overlap of boxes, and the transforms that bring a face into a crop.

Positions are continuous: a picture W pixels wide spans 0 to W, the centre of its first pixel lies at 0.5.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Affine = npt.NDArray[np.float64]
"""A (2, 3) float64 matrix that takes (x, y, 1) to (x', y')."""

Boxes = npt.NDArray[np.float64]
"""(N, 4) float64: left, top, right, bottom."""

EYES_Y_IN_BOX: Final = 0.37
EYE_DISTANCE_IN_BOX: Final = 0.46
"""Where a detector's box has the eyes: medians over the boxes of RetinaFace on 50 faces."""


def iou(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the intersection over union of two boxes: left, top, right, bottom of each."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    overlap = max(width, 0.0) * max(height, 0.0)
    areas = (first[2] - first[0]) * (first[3] - first[1]) + (second[2] - second[0]) * (second[3] - second[1])
    return overlap / max(areas - overlap, 1e-9)


def iou_matrix(first: Boxes, second: Boxes) -> npt.NDArray[np.float64]:
    """Return the intersection over union of each box of (N, 4) with each of (M, 4), as (N, M)."""
    top_left = np.maximum(first[:, None, :2], second[None, :, :2])
    bottom_right = np.minimum(first[:, None, 2:], second[None, :, 2:])
    overlap = np.clip(bottom_right - top_left, 0.0, None).prod(axis=2)
    union = _areas(first)[:, None] + _areas(second)[None, :] - overlap
    return np.asarray(overlap / np.maximum(union, 1e-9))


def _areas(boxes: Boxes) -> npt.NDArray[np.float64]:
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))


def align_eyes(
    eyes: npt.NDArray[np.floating], size_wh: tuple[int, int], eye_y: float, eye_distance: float
) -> Affine:
    """Return the similarity transform that puts the eyes of a picture where a crop wants them.

    Args:
        eyes: (2, 2) positions (x, y) in the picture, the left one of the picture first.
        size_wh: Of the crop, pixels.
        eye_y: Height of the line through the eyes, as a fraction of the crop's height.
        eye_distance: Distance of the eyes, as a fraction of the crop's width.

    Raises:
        ValueError: The eyes coincide.
    """
    width, height = size_wh
    (left_x, left_y), (right_x, right_y) = np.asarray(eyes, dtype=np.float64).tolist()
    dx, dy = right_x - left_x, right_y - left_y
    square = dx * dx + dy * dy
    if not square > 1e-6:
        raise ValueError(f"align_eyes: expected two eyes apart from each other, got {eyes.tolist()}")
    # Dividing the wanted vector (d, 0) by (dx, dy) as complex numbers gives scale and rotation at once.
    wanted = eye_distance * width
    cos, sin = wanted * dx / square, -wanted * dy / square
    middle_x, middle_y = (left_x + right_x) / 2, (left_y + right_y) / 2
    return np.array(
        [
            [cos, -sin, 0.5 * width - cos * middle_x + sin * middle_y],
            [sin, cos, eye_y * height - sin * middle_x - cos * middle_y],
        ]
    )


def align_box(xyxy: Sequence[float], size_wh: tuple[int, int], margin: float) -> Affine:
    """Return the transform that stretches the square around a box over a crop.

    Args:
        xyxy: Left, top, right and bottom in the picture.
        size_wh: Of the crop, pixels.
        margin: What is added on each side, as a fraction of the box's longer side.
    """
    x1, y1, x2, y2 = xyxy
    side = max(x2 - x1, y2 - y1) * (1.0 + 2.0 * margin)
    scale_x, scale_y = size_wh[0] / side, size_wh[1] / side
    left, top = (x1 + x2 - side) / 2, (y1 + y2 - side) / 2
    return np.array([[scale_x, 0.0, -scale_x * left], [0.0, scale_y, -scale_y * top]])


def eyes_of_box(xyxy: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return where the eyes of an upright face lie on average, (2, 2), the left one of the picture first."""
    x1, y1, x2, y2 = xyxy
    middle, half = (x1 + x2) / 2, EYE_DISTANCE_IN_BOX * (x2 - x1) / 2
    y = y1 + EYES_Y_IN_BOX * (y2 - y1)
    return np.array([[middle - half, y], [middle + half, y]])


def shrinkage(transform: Affine) -> float:
    """Return how many pixels of the picture fall on one of the crop, along one side; below 1 it is enlarged."""
    determinant = abs(transform[0, 0] * transform[1, 1] - transform[0, 1] * transform[1, 0])
    return 1.0 / math.sqrt(max(float(determinant), 1e-12))


def source_bounds(transform: Affine, size_wh: tuple[int, int]) -> tuple[float, float, float, float]:
    """Return the box of the picture (left, top, right, bottom) from which a crop of ``size_wh`` is drawn."""
    width, height = size_wh
    (a, b, x), (c, d, y) = transform.tolist()
    determinant = a * d - b * c
    corners = [(0.0 - x, 0.0 - y), (width - x, 0.0 - y), (0.0 - x, height - y), (width - x, height - y)]
    across = [(d * right - b * down) / determinant for right, down in corners]
    along = [(a * down - c * right) / determinant for right, down in corners]
    return min(across), min(along), max(across), max(along)
