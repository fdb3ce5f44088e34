"""Faces whose pose and expression are known, since they are made: a portrait, warped on its own mesh.

A portrait's mesh, with a ring around it for hair and chin, is cut into triangles. Turned in space and drawn
again, it shows the same face under a pose that is known to the degree; with some of its points moved, under an
expression that is known by what was moved. Neither is a photo of a person who did so: light and skin don't follow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from mien.core.head_pose import HeadPose
from mien.core.landmarks import CONTOURS

Image = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]

RING: Final = 1.45
"""The ring lies so far from the middle of the face, in distances of its outline."""

RING_BACK: Final = 0.35
"""And so far behind it, in widths of the face."""

MESH_POINTS: Final = 468
GROUND: Final = (96, 96, 96)


@dataclass(frozen=True)
class Portrait:
    """A picture with the points that it is warped by.

    Attributes:
        image: (H, W, 3) uint8 BGR.
        points: (468 + ring, 3) pixels.
        triangles: (T, 3) indices of points.
    """

    image: Image
    points: Points
    triangles: npt.NDArray[np.intp]

    @property
    def width_px(self) -> float:
        """Width of the face."""
        return float(np.ptp(self.points[:MESH_POINTS, 0]))


def portrait_of(image: Image, mesh_points: npt.NDArray[np.floating[Any]]) -> Portrait:
    """Return a portrait for a picture and the mesh that was found in it, (478, 3)."""
    face = mesh_points[:MESH_POINTS].astype(np.float64)
    outline = face[list(CONTOURS[0][:-1])]
    middle = face.mean(axis=0)
    ring = middle + RING * (outline - middle)
    ring[:, 2] = outline[:, 2] + RING_BACK * np.ptp(face[:, 0])
    points = np.concatenate([face, ring])
    return Portrait(image, points, _triangles(points[:, :2]))


def turned(portrait: Portrait, pose: HeadPose) -> tuple[Image, Points]:
    """Return the portrait under a further turn of the head, and where its points lie then.

    Args:
        portrait: The face.
        pose: By how much it is turned, in the axes of ``mien.core.head_pose``.
    """
    middle = portrait.points[:MESH_POINTS].mean(axis=0)
    placed = (portrait.points - middle) @ pose.matrix.T + middle
    return _drawn(portrait, placed, ground=None), placed


def moved(portrait: Portrait, shifts: Mapping[int, tuple[float, float]]) -> Image:
    """Return the portrait with points moved, and the skin between them with it.

    Args:
        portrait: The face.
        shifts: By point, how far to the right and down, in widths of the face.
    """
    placed = portrait.points.copy()
    for point, shift in shifts.items():
        placed[point, :2] += np.array(shift) * portrait.width_px
    return _drawn(portrait, placed, ground=portrait.image)


def spread(
    portrait: Portrait, points: Sequence[int], shift: tuple[float, float], reach: float
) -> dict[int, tuple[float, float]]:
    """Return shifts that take the skin around with some points, less the farther away it is.

    Args:
        portrait: The face.
        points: What moves by all of the shift.
        shift: To the right and down, in widths of the face.
        reach: How far the skin follows, in widths of the face (the deviation of a Gaussian).
    """
    places = portrait.points[:MESH_POINTS, :2]
    nearest = np.linalg.norm(places[:, None] - places[list(points)][None], axis=2).min(axis=1) / portrait.width_px
    weights = np.exp(-0.5 * (nearest / reach) ** 2)
    return {
        at: (shift[0] * weight, shift[1] * weight) for at, weight in enumerate(weights.tolist()) if weight > 0.01
    }


def _triangles(points: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return Delaunay's triangles of points in the plane, as indices."""
    low = points.min(axis=0) - 10
    division = cv2.Subdiv2D(
        (int(low[0]), int(low[1]), int(np.ptp(points[:, 0])) + 30, int(np.ptp(points[:, 1])) + 30)
    )
    keys: dict[tuple[float, float], int] = {}
    for at, (x, y) in enumerate(points.astype(np.float32).tolist()):
        keys.setdefault((x, y), at)
        division.insert((x, y))
    corners = np.asarray(division.getTriangleList()).reshape(-1, 3, 2)
    found = [[keys.get((float(x), float(y)), -1) for x, y in triangle] for triangle in corners]
    return np.array([each for each in found if min(each) >= 0], np.intp)


def _drawn(portrait: Portrait, placed: Points, ground: Image | None) -> Image:
    """Draw all triangles where they lie now, the farthest first."""
    image = portrait.image
    picture = np.full_like(image, GROUND) if ground is None else ground.copy()
    height, width = image.shape[:2]
    order = np.argsort(-placed[portrait.triangles, 2].mean(axis=1))
    for triangle in portrait.triangles[order]:
        source = portrait.points[triangle, :2].astype(np.float32)
        target = placed[triangle, :2].astype(np.float32)
        low = np.floor(target.min(axis=0)).astype(int)
        high = np.ceil(target.max(axis=0)).astype(int) + 1
        low, high = np.maximum(low, 0), np.minimum(high, (width, height))
        if (high <= low).any() or abs(cv2.contourArea(target)) < 0.05:
            continue
        matrix = cv2.getAffineTransform(source, (target - low).astype(np.float32))
        size = int(high[0] - low[0]), int(high[1] - low[1])
        patch = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        mask = np.zeros(size[::-1], np.uint8)
        cv2.fillConvexPoly(mask, np.rint((target - low) * 16).astype(np.int32), 255, cv2.LINE_8, 4)
        region = picture[low[1] : high[1], low[0] : high[0]]
        region[mask > 0] = patch[mask > 0]
    return picture
