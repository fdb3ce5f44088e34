"""How well a face can be read, judged from its box, its landmarks and its crop: numpy only, some 0.1 ms a face."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.face import Condition, FaceBox, Quality, Reason

NOSE_DEPTH: Final = 0.55
"""How far the tip of the nose stands out before the eyes, in distances of the eyes (30 to 35 mm to 62 mm)."""

MOUTH_ROOM: Final = 0.06
"""Eyes and mouth reach so far around their middle, in sides of the box: nearer to the border they are cut."""

SWAPPED: Final = 0.3
"""Eyes at least so far apart, in distances to the mouth, say by their order which way up the head is."""

SCALE_PX: Final = 48
"""Sharpness is judged at details of a face that is so many pixels wide, whatever the crop's size."""

MIN_UPSIDE_DOWN: Final = 10
UPSIDE_DOWN_SHARE: Final = 0.7
"""So many heads upside down, and such a share of all, mean that the picture is."""

SMOOTH: Final = 1.0
CRISP: Final = 1.6
"""Ends of the scale of ``_detail``: 1.0 is a smear; faces in focus reach 1.24 to 1.7."""


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """From when on a face is called unusable.

    Attributes:
        min_height_px: A box lower than this is too small. Of 160 faces of the web mien-m reads 44 % as their
            raters do, 42 % where the detector's box is 32 px high, 41 % at 28 and 38 % at 24
            (`tests/benchmarks/face_heights.py`).
        min_sharpness: A crop below this is blurred. The widespread mini-XCEPTION, right on 62 % of FER2013, is
            right on 52 % after a Gaussian blur of 2 % of the face's width, of which 5 % fall below, and on 37 %
            after one of 3 %, of which 70 % do.
        min_light: Below this luma of its lightest twentieth, 0 to 1, a crop is dark. The lightest part and not the
            mean, so that a dark skin in good light is not called dark. FER2013's faces have 0.82 at the median;
            dimmed to a quarter of that the network is right on 50 %, to an eighth on 30 %.
        max_light: Above this median luma, 0 to 1, a crop is overexposed.
        max_yaw_deg: A head turned further is turned away.
        max_roll_deg: A head tilted further is upside down: networks have seen none, and answer nonsense.
        max_upside_down: So is one of which a closer look says so with a likelihood above this.
        max_covered: A part of the face that is covered with a likelihood above this cannot be read.
        min_visible: Less of the box inside the picture, as a fraction of its area, is cut off.
    """

    min_height_px: float = 32.0
    min_sharpness: float = 0.18
    min_light: float = 0.15
    max_light: float = 0.94
    max_yaw_deg: float = 45.0
    max_roll_deg: float = 100.0
    max_upside_down: float = 0.35
    max_covered: float = 0.8
    min_visible: float = 0.8


def assess(
    box: FaceBox,
    luma: npt.NDArray[np.uint8],
    size_wh: tuple[int, int],
    condition: Condition | None = None,
    limits: QualityLimits = QualityLimits(),
) -> Quality:
    """Judge one face.

    Args:
        box: The face, in pixels of the picture; landmarks in the order of ``FaceBox``.
        luma: (h, w) uint8, the gray crop of the face.
        size_wh: Width and height of the picture, pixels.
        condition: What else stands in the way; None where nobody looked.
        limits: When to call it unusable.
    """
    height_px = box.height_px
    sharpness = sharpness_of(luma)
    levels = np.bincount(luma.reshape(-1), minlength=256).cumsum() / luma.size
    median, light = np.searchsorted(levels, (0.5, 0.95)) / 255.0
    yaw_deg, roll_deg = pose_of(box)
    condition = condition or Condition()
    visible = visible_share(box, size_wh)
    # Each measure from 0 to 1 with 0.5 at its limit, in the order in which people can do something about it.
    measures = {
        Reason.TOO_SMALL: _clip(height_px / limits.min_height_px / 2),
        Reason.CUT_OFF: _graded(visible, limits.min_visible),
        Reason.UPSIDE_DOWN: min(
            _graded(1.0 - abs(roll_deg) / 180.0, 1.0 - limits.max_roll_deg / 180.0),
            _graded(1.0 - condition.upside_down, 1.0 - limits.max_upside_down),
        ),
        Reason.TURNED_AWAY: _graded(1.0 - abs(yaw_deg) / 90.0, 1.0 - limits.max_yaw_deg / 90.0),
        Reason.EYES_COVERED: _graded(1.0 - condition.eyes_covered, 1.0 - limits.max_covered),
        Reason.MOUTH_COVERED: _graded(1.0 - condition.mouth_covered, 1.0 - limits.max_covered),
        Reason.DARK: _graded(light, limits.min_light),
        Reason.OVEREXPOSED: _graded(1.0 - median, 1.0 - limits.max_light),
        Reason.BLURRED: _graded(sharpness, limits.min_sharpness),
    }
    reason = next((name for name, measure in measures.items() if measure < 0.5), None)
    return Quality(
        face_height_px=height_px,
        sharpness=sharpness,
        brightness=float(luma.mean()) / 255.0,
        yaw_deg=yaw_deg,
        roll_deg=roll_deg,
        reason=reason,
        score=min(measures.values()),
    )


def sharpness_of(luma: npt.NDArray[np.uint8]) -> float:
    """Return how sharp a crop (h, w) of a face is: 0 for a smear to 1 for sharp."""
    return _clip((_detail(luma) - SMOOTH) / (CRISP - SMOOTH))


def _graded(value: float, limit: float) -> float:
    """Map 0, the limit and 1 to 0, 0.5 and 1, in straight lines."""
    share = value / limit / 2 if value < limit else 0.5 + (value - limit) / (1.0 - limit) / 2
    return _clip(share)


def _clip(value: float) -> float:
    return float(min(max(value, 0.0), 1.0))


def _detail(luma: npt.NDArray[np.uint8]) -> float:
    """Return how much finer the crop's detail is than its coarse shapes: 1.0 for a smear, more for a sharp crop.

    The mean difference of pixels a short step apart, over that of pixels four times as far apart, times four:
    where light changes evenly, as in a blur, this is 1. Contrast cancels out.
    """
    short = max(round(luma.shape[1] / SCALE_PX), 1)
    long = min(max(round(4 * luma.shape[1] / SCALE_PX), short + 1), *(side - 1 for side in luma.shape))
    if long <= short:
        return SMOOTH
    coarse = _difference(luma, long)
    return _difference(luma, short) / coarse * (long / short) if coarse > 0 else SMOOTH


def _difference(luma: npt.NDArray[np.uint8], step: int) -> float:
    return _apart(luma[:, step:], luma[:, :-step]) + _apart(luma[step:], luma[:-step])


def _apart(first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8]) -> float:
    """Return the mean difference of two gray pictures; in whole numbers, which are summed fast and exactly."""
    return int((np.maximum(first, second) - np.minimum(first, second)).sum(dtype=np.uint32)) / first.size


def pose_of(box: FaceBox) -> tuple[float, float]:
    """Return yaw and roll in degrees: the first from where the nose lies between the eyes, 0 where unknown."""
    if box.landmarks is None:
        return 0.0, 0.0
    points: list[list[float]] = box.landmarks.tolist()
    left, right = points[:2]
    if len(points) >= 4 and _is_swapped(points):
        left, right = right, left
    across, down = right[0] - left[0], right[1] - left[1]
    square = across * across + down * down
    if square == 0.0:
        return 90.0, 0.0
    roll_deg = math.degrees(math.atan2(down, across))
    if len(points) < 3:
        return 0.0, roll_deg
    # Turned by an angle a, the eyes are cos(a) apart and the nose is NOSE_DEPTH * sin(a) off their middle.
    nose = points[2][0] - (left[0] + right[0]) / 2, points[2][1] - (left[1] + right[1]) / 2
    aside = (nose[0] * across + nose[1] * down) / square
    return math.degrees(math.atan2(aside, NOSE_DEPTH)), roll_deg


def looks_turned(upside_down: int, readings: int) -> bool:
    """Return whether a picture itself, and not a head in it, looks turned.

    Args:
        upside_down: How many faces were read upside down.
        readings: How many were read at all.
    """
    return upside_down >= max(MIN_UPSIDE_DOWN, UPSIDE_DOWN_SHARE * readings)


def _is_swapped(points: Sequence[Sequence[float]]) -> bool:
    """Whether the mouth lies above the line of the eyes as they are named: the head is the other way up.

    A detector that names the eyes by where they lie in the picture never says so itself.
    """
    left, right, _, mouth = points[:4]
    across = right[0] - left[0], right[1] - left[1]
    down = mouth[0] - (left[0] + right[0]) / 2, mouth[1] - (left[1] + right[1]) / 2
    turn = across[0] * down[1] - across[1] * down[0]
    # In profile the eyes fall together and their order says nothing.
    return turn < -SWAPPED * (down[0] ** 2 + down[1] ** 2)


def visible_share(box: FaceBox, size_wh: tuple[int, int]) -> float:
    """Return which part of the box's area lies inside the picture; none where eye or mouth is outside."""
    if box.landmarks is not None:
        eyes_nose_mouth = box.landmarks[:4].tolist()
        room = MOUTH_ROOM * max(box.width_px, box.height_px)
        right, bottom = size_wh[0] - room, size_wh[1] - room
        for x, y in (*eyes_nose_mouth[:2], *eyes_nose_mouth[3:]):
            if not (room <= x <= right and room <= y <= bottom):
                return 0.0
    width = min(box.x2, size_wh[0]) - max(box.x1, 0.0)
    height = min(box.y2, size_wh[1]) - max(box.y1, 0.0)
    return max(width, 0.0) * max(height, 0.0) / (box.width_px * box.height_px)
