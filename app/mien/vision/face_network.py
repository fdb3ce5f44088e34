"""One look of a face detector's network: pictures of one size in, faces out. Anchors, decoding, overlaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mien.core.arrays import Floats, Image
from mien.core.face import FaceBox
from mien.inference.detector_manifest import POINTS, Anchors
from mien.inference.detector_session import DetectorSession

SAME_FACE: Final = 0.4
"""Boxes that share more than this, intersection over union, mean one face (Pytorch_Retinaface's figure)."""

MOST_CANDIDATES: Final = 1000
MAX_LOG_SIZE: Final = 8.0
"""A box is at most e^(0.2 * 8) = 5 times its anchor: keeps a damaged network's answers finite."""


@dataclass(frozen=True, slots=True)
class Found:
    """The faces of one look.

    Attributes:
        xyxy: (N, 4) float64, left, top, right, bottom in pixels.
        scores: (N,) float64, best first.
        points: (N, 5, 2) float64: eyes from left to right as they appear, nose, corners of the mouth.
    """

    xyxy: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    points: npt.NDArray[np.float64]

    def placed(self, scale: float, left_px: float, top_px: float) -> list[FaceBox]:
        """Return the boxes in a picture of which this look showed a part.

        Args:
            scale: Pixels of the look for one of the picture.
            left_px: Where the look's left edge lies in the picture.
            top_px: Where its top edge lies.
        """
        if not len(self.scores):
            return []
        shift = np.array([left_px, top_px])
        boxes = self.xyxy / scale + np.array([left_px, top_px, left_px, top_px])
        eyes_nose, mouth = self.points[:, :3], self.points[:, 3:].mean(axis=1, keepdims=True)
        points = (np.concatenate([eyes_nose, mouth], axis=1) / scale + shift).astype(np.float32)
        return [
            FaceBox(x1, y1, x2, y2, score, landmarks)
            for (x1, y1, x2, y2), score, landmarks in zip(
                boxes.tolist(), self.scores.tolist(), points, strict=True
            )
        ]


NOTHING: Final = Found(np.empty((0, 4)), np.empty(0), np.empty((0, POINTS, 2)))


class FaceNetwork:
    """Looks at pictures with a detector's network.

    Args:
        session: The network.
        lowest_score: What scores less is left out.
    """

    def __init__(self, session: DetectorSession, lowest_score: float) -> None:
        self._session = session
        self._lowest_score = lowest_score
        spec = session.manifest.input
        self.multiple_px = spec.multiple_px
        std = np.asarray(spec.std, dtype=np.float32)
        self._factor = np.float32(spec.scale) / std
        self._offset = -np.asarray(spec.mean, dtype=np.float32) / std
        neutral = np.clip(np.rint(np.asarray(spec.mean) / spec.scale), 0, 255).astype(np.uint8)
        self._is_rgb = spec.colour == "RGB"
        self.fill_bgr = neutral[::-1] if self._is_rgb else neutral

    def look(self, pictures: Sequence[Image]) -> list[Found]:
        """Return the faces of each picture, in its pixels.

        Args:
            pictures: (H, W, 3) uint8 BGR, all of one size, whose sides are multiples of ``multiple_px``.

        Raises:
            ModelError: The network answers something else than its manifest promises.
        """
        height, width = pictures[0].shape[:2]
        answers = self._session.run(self._batch(pictures))
        anchors = self._session.manifest.anchors
        return [
            self._decode(scores, boxes, points, anchors, (height, width))
            for scores, boxes, points in zip(*answers, strict=True)
        ]

    def _batch(self, pictures: Sequence[Image]) -> Floats:
        """Return (N, 3, H, W) as the network wants it, plane by plane: much faster than all of it at once."""
        height, width = pictures[0].shape[:2]
        batch = np.empty((len(pictures), 3, height, width), dtype=np.float32)
        for planes, picture in zip(batch, pictures, strict=True):
            colours = cv2.split(picture)
            for at, colour in enumerate(reversed(colours) if self._is_rgb else colours):
                if self._factor[at] == 1.0:
                    np.add(colour, self._offset[at], out=planes[at])
                else:
                    np.multiply(colour, self._factor[at], out=planes[at])
                    planes[at] += self._offset[at]
        return batch

    def _decode(
        self, scores: Floats, boxes: Floats, points: Floats, spec: Anchors, size_hw: tuple[int, int]
    ) -> Found:
        """Turn the answers of a picture's anchors into faces."""
        likely = np.flatnonzero(scores > self._lowest_score)
        if not len(likely):
            return NOTHING
        likely = likely[np.argsort(-scores[likely], kind="stable")[:MOST_CANDIDATES]]
        centres, sides = _anchors(spec, size_hw)
        centres, sides = centres[likely], sides[likely, None]
        near, far = spec.variances
        answers, offsets = boxes[likely].astype(np.float64), points[likely].astype(np.float64)
        middle = centres + answers[:, :2] * near * sides
        half = sides * np.exp(np.minimum(np.maximum(answers[:, 2:], -MAX_LOG_SIZE), MAX_LOG_SIZE) * far) / 2
        xyxy = np.concatenate([middle - half, middle + half], axis=1)
        placed = centres[:, None] + offsets.reshape(-1, POINTS, 2) * near * sides[:, None]
        sure = np.minimum(scores[likely].astype(np.float64), 1.0)
        is_finite = np.isfinite(xyxy).all(axis=1) & np.isfinite(placed).all(axis=(1, 2))
        if not is_finite.all():
            xyxy, placed, sure = xyxy[is_finite], placed[is_finite], sure[is_finite]
        groups = same_faces(xyxy)
        best = [group[0] for group in groups]
        weights = sure**2
        shares = [weights[group] / weights[group].sum() for group in groups]
        means = [share @ xyxy[group] for share, group in zip(shares, groups, strict=True)]
        points_of = [
            share @ placed[group].reshape(-1, 2 * POINTS) for share, group in zip(shares, groups, strict=True)
        ]
        return Found(np.array(means).reshape(-1, 4), sure[best], np.array(points_of).reshape(-1, POINTS, 2))


def same_faces(xyxy: npt.NDArray[np.float64]) -> list[npt.NDArray[np.intp]]:
    """Return the rows of (N, 4) boxes, best first, in groups that mean the same face, the best one first.

    The mean of a group weighted by the squared scores is steadier than its best box alone: against YuNet's points
    on 50 faces, a crop's corners lie 3.0 px of 48 apart at the median, not 3.3, and 5.1 instead of 6.0 at worst.
    """
    areas = (xyxy[:, 2] - xyxy[:, 0]) * (xyxy[:, 3] - xyxy[:, 1])
    left = np.arange(len(xyxy))
    groups = []
    while len(left):
        best = left[0]
        top_left = np.maximum(xyxy[left, :2], xyxy[best, :2])
        bottom_right = np.minimum(xyxy[left, 2:], xyxy[best, 2:])
        wide_high = np.maximum(bottom_right - top_left, 0.0)
        shared = wide_high[:, 0] * wide_high[:, 1]
        is_same = shared > SAME_FACE * (areas[left] + areas[best] - shared)
        is_same[0] = True
        groups.append(left[is_same])
        left = left[~is_same]
    return groups


@lru_cache(maxsize=32)
def _anchors(spec: Anchors, size_hw: tuple[int, int]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return centres (A, 2) and sides (A,) of the anchors of a picture."""
    centres, sides = [], []
    for stride, of_level in zip(spec.strides_px, spec.sides_px, strict=True):
        rows, columns = size_hw[0] // stride, size_hw[1] // stride
        y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
        places = (np.stack([x, y], axis=2).reshape(-1, 2) + 0.5) * stride
        centres.append(np.repeat(places, len(of_level), axis=0))
        sides.append(np.tile(np.asarray(of_level, dtype=np.float64), rows * columns))
    return np.concatenate(centres), np.concatenate(sides)
