"""Notices hard cuts, motion where nobody is known, and what is new, on a gray picture of 64x36: 0.1 ms a frame."""

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

NEW_STEP: Final = 0.05
"""Difference of a cell, of 0 to 1, by which it shows something new; the noise of a camera is less."""

NEAR_FACE: Final = 0.3
"""What is new so near to a known face, in sides of its box, is its hair or what it uncovered."""

Gray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Change:
    """What happened between two pictures.

    Attributes:
        is_cut: They show different scenes.
        is_motion: Something moved away from all known faces.
        is_new: Somewhere away from all known faces it looks otherwise than when the picture was searched last.
    """

    is_cut: bool
    is_motion: bool
    is_new: bool


class SceneChange:
    """Compares each picture of one stream with the one before, and with the one that was searched last."""

    def __init__(self) -> None:
        self._last: Gray | None = None
        self._searched: Gray | None = None
        self._known: Sequence[FaceBox] = ()

    def look(self, image: Image, faces: Sequence[FaceBox]) -> Change:
        """Return what changed since the last picture; of the first, nothing.

        Args:
            image: (H, W, 3) uint8 BGR.
            faces: Where faces were last.
        """
        gray = small_gray(image)
        last, self._last = self._last, gray
        if last is None:
            return Change(is_cut=False, is_motion=False, is_new=True)
        difference = np.abs(gray - last)
        is_cut = bool(difference.mean() > CUT_STEP and _likeness(last, gray) < CUT_LIKENESS)
        moved = difference > MOVED_STEP
        for face in faces:
            _clear_around(moved, face, image.shape[1], image.shape[0])
        size_wh = image.shape[1], image.shape[0]
        is_new = self._searched is None or bool(
            new_cells(self._searched, gray, [*faces, *self._known], size_wh).any()
        )
        return Change(is_cut, is_motion=bool(moved.mean() > MOVED_SHARE), is_new=is_new)

    def note_search(self, faces: Sequence[FaceBox]) -> None:
        """Note that the picture of the last look was searched.

        Args:
            faces: What is known in it.
        """
        self._searched, self._known = self._last, faces


def new_cells(
    first: Gray, second: Gray, known: Sequence[FaceBox], size_wh: tuple[int, int]
) -> npt.NDArray[np.bool_]:
    """Return the cells (36, 64) of a picture that show something else than those of an earlier one.

    Args:
        first: The earlier one, see ``small_gray``.
        second: The later one.
        known: Faces of both pictures; what happens near them is nothing new.
        size_wh: Of the pictures, pixels.
    """
    is_new: npt.NDArray[np.bool_] = np.abs(second - first) > NEW_STEP
    for face in known:
        room = NEAR_FACE * max(face.width_px, face.height_px)
        near_face = cells_of((face.x1 - room, face.y1 - room, face.x2 + room, face.y2 + room), size_wh)
        is_new[near_face] = False
    return is_new


def cells_of(xyxy: tuple[float, float, float, float], size_wh: tuple[int, int]) -> tuple[slice, slice]:
    """Return rows and columns of the cells that a part of a picture touches.

    Args:
        xyxy: Left, top, right and bottom of the part, pixels; it may reach beyond the picture.
        size_wh: Of the picture, pixels.
    """
    left, right = (x * COLUMNS / size_wh[0] for x in (xyxy[0], xyxy[2]))
    top, bottom = (y * ROWS / size_wh[1] for y in (xyxy[1], xyxy[3]))
    return slice(max(int(top), 0), max(int(bottom) + 1, 0)), slice(max(int(left), 0), max(int(right) + 1, 0))


def small_gray(image: Image) -> Gray:
    """Return a picture in gray, (36, 64), 0 to 1: every n-th pixel, then averaged."""
    step = max(min(image.shape[0] // (4 * ROWS), image.shape[1] // (4 * COLUMNS)), 1)
    thin_wh = image.shape[1] // step, image.shape[0] // step
    thin = image if step == 1 else cv2.resize(image, thin_wh, interpolation=cv2.INTER_NEAREST)
    small = cv2.resize(thin, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.float32) / np.float32(255.0)


def _likeness(first: Gray, second: Gray) -> float:
    """Return the correlation of two pictures, -1 to 1; a change of brightness alone leaves it at 1."""
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first * first).sum() * (second * second).sum()))
    return float((first * second).sum()) / scale if scale > 1e-6 else 0.0


def _clear_around(moved: npt.NDArray[np.bool_], face: FaceBox, width: int, height: int) -> None:
    reach = AROUND_FACE * max(face.width_px, face.height_px)
    around = face.x1 - reach, face.y1 - reach / 2, face.x2 + reach, face.y2 + 3 * reach
    moved[cells_of(around, (width, height))] = False
