"""Notices hard cuts, and motion where nobody is known, on a gray picture of 64x36 pixels: some 0.1 ms a frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mien.core.arrays import Image
from mien.core.face import FaceBox

COLUMNS: Final = 64
ROWS: Final = 36

CUT_LIKENESS: Final = 0.55
"""Correlation of the details of two pictures below which they show different scenes."""

CUT_STEP: Final = 0.04
"""Mean difference, of 0 to 1, that a cut has at least: noise in a dark or empty picture has no likeness either."""

MOVED_STEP: Final = 0.10
"""Difference of a cell, of 0 to 1, that counts as motion and not as noise."""

MOVED_SHARE: Final = 0.012
"""Share of the picture that has to move: a head of 30 px in 640x360."""

AROUND_FACE: Final = 1.0
"""Around a known face hair and shoulders move with it, so many sides of its box."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened between two pictures.

    Attributes:
        is_cut: They show different scenes.
        is_motion: Something moved away from all known faces.
    """

    is_cut: bool
    is_motion: bool


class SceneChange:
    """Compares each picture of one stream with the one before."""

    def __init__(self) -> None:
        self._last: npt.NDArray[np.float32] | None = None

    def look(self, image: Image, faces: Sequence[FaceBox]) -> Change:
        """Return what changed since the last picture; of the first, nothing.

        Args:
            image: (H, W, 3) uint8 BGR.
            faces: Where faces were last.
        """
        gray = _small(image)
        last, self._last = self._last, gray
        if last is None:
            return Change(is_cut=False, is_motion=False)
        difference = np.abs(gray - last)
        is_cut = bool(difference.mean() > CUT_STEP and _likeness(last, gray) < CUT_LIKENESS)
        moved = difference > MOVED_STEP
        for face in faces:
            _clear_around(moved, face, image.shape[1], image.shape[0])
        return Change(is_cut, is_motion=bool(moved.mean() > MOVED_SHARE))


def _small(image: Image) -> npt.NDArray[np.float32]:
    """Return the picture in gray, (36, 64), 0 to 1: every n-th pixel, then averaged."""
    step = max(min(image.shape[0] // (4 * ROWS), image.shape[1] // (4 * COLUMNS)), 1)
    thin = np.ascontiguousarray(image[::step, ::step])
    small = cv2.resize(thin, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.float32) / np.float32(255.0)


def _likeness(first: npt.NDArray[np.float32], second: npt.NDArray[np.float32]) -> float:
    """Return the correlation of two pictures, -1 to 1; a change of brightness alone leaves it at 1."""
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first * first).sum() * (second * second).sum()))
    return float((first * second).sum()) / scale if scale > 1e-6 else 0.0


def _clear_around(moved: npt.NDArray[np.bool_], face: FaceBox, width: int, height: int) -> None:
    reach = AROUND_FACE * max(face.width_px, face.height_px)
    left, right = ((edge * COLUMNS / width) for edge in (face.x1 - reach, face.x2 + reach))
    top, bottom = ((edge * ROWS / height) for edge in (face.y1 - reach / 2, face.y2 + 3 * reach))
    moved[max(int(top), 0) : max(int(bottom) + 1, 0), max(int(left), 0) : max(int(right) + 1, 0)] = False
