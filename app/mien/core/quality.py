"""How well a face can be read, judged from its box, its landmarks and its crop: numpy only, some 0.1 ms a face."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.face import FaceBox, Quality

NOSE_DEPTH: Final = 0.55
"""How far the tip of the nose stands out before the eyes, in distances of the eyes (30 to 35 mm to 62 mm)."""

SCALE_PX: Final = 48
"""Sharpness is judged at details of a face that is so many pixels wide, whatever the crop's size."""

SMOOTH: Final = 1.0
CRISP: Final = 1.6
"""Ends of the scale of ``_detail``: 1.0 is a smear; faces in focus reach 1.24 to 1.7."""


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """From when on a face is called unusable.

    Attributes:
        min_height_px: A box lower than this is too small. The widespread mini-XCEPTION is right on 62 % of
            FER2013's faces at 48 px, 59 % at 40, 53 % at 28, 43 % at 20.
        min_sharpness: A crop below this is blurred. The same network is right on 52 % after a Gaussian blur of
            2 % of the face's width, of which 5 % fall below, and on 37 % after one of 3 %, of which 70 % do.
        min_light: Below this luma of its lightest twentieth, 0 to 1, a crop is dark. The lightest part and not the
            mean, so that a dark skin in good light is not called dark. FER2013's faces have 0.82 at the median;
            dimmed to a quarter of that the network is right on 50 %, to an eighth on 30 %.
        max_light: Above this median luma, 0 to 1, a crop is overexposed.
        max_yaw_deg: A head turned further is turned away.
        min_visible: Less of the box inside the picture, as a fraction of its area, is cut off.
    """

    min_height_px: float = 40.0
    min_sharpness: float = 0.18
    min_light: float = 0.15
    max_light: float = 0.94
    max_yaw_deg: float = 45.0
    min_visible: float = 0.8


def assess(
    box: FaceBox,
    luma: npt.NDArray[np.uint8],
    size_wh: tuple[int, int],
    limits: QualityLimits = QualityLimits(),
) -> Quality:
    """Judge one face.

    Args:
        box: The face, in pixels of the picture; landmarks in the order of ``FaceBox``.
        luma: (h, w) uint8, the gray crop of the face.
        size_wh: Width and height of the picture, pixels.
        limits: When to call it unusable.
    """
    height_px = box.height_px
    sharpness = _clip((_detail(luma) - SMOOTH) / (CRISP - SMOOTH))
    levels = np.bincount(luma.reshape(-1), minlength=256).cumsum() / luma.size
    median, light = np.searchsorted(levels, (0.5, 0.95)) / 255.0
    yaw_deg, roll_deg = _pose(box)
    visible = _visible(box, size_wh)
    # Each measure from 0 to 1 with 0.5 at its limit, in the order in which people can do something about it.
    measures = {
        "too small": _clip(height_px / limits.min_height_px / 2),
        "cut off": _graded(visible, limits.min_visible),
        "dark": _graded(light, limits.min_light),
        "overexposed": _graded(1.0 - median, 1.0 - limits.max_light),
        "turned away": _graded(1.0 - abs(yaw_deg) / 90.0, 1.0 - limits.max_yaw_deg / 90.0),
        "blurred": _graded(sharpness, limits.min_sharpness),
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
    pixels = luma.astype(np.int16)
    short = max(round(luma.shape[1] / SCALE_PX), 1)
    long = min(max(round(4 * luma.shape[1] / SCALE_PX), short + 1), *(side - 1 for side in luma.shape))
    if long <= short:
        return SMOOTH
    coarse = _difference(pixels, long)
    return _difference(pixels, short) / coarse * (long / short) if coarse > 0 else SMOOTH


def _difference(pixels: npt.NDArray[np.int16], step: int) -> float:
    across = np.abs(pixels[:, step:] - pixels[:, :-step]).mean()
    down = np.abs(pixels[step:] - pixels[:-step]).mean()
    return float(across + down)


def _pose(box: FaceBox) -> tuple[float, float]:
    """Return yaw and roll in degrees: the first from where the nose lies between the eyes, 0 where unknown."""
    if box.landmarks is None:
        return 0.0, 0.0
    left, right = box.landmarks[:2].astype(np.float64)
    across = right - left
    distance = math.hypot(*across)
    if distance == 0.0:
        return 90.0, 0.0
    roll_deg = math.degrees(math.atan2(across[1], across[0]))
    if len(box.landmarks) < 3:
        return 0.0, roll_deg
    # Turned by an angle a, the eyes are cos(a) apart and the nose is NOSE_DEPTH * sin(a) off their middle.
    aside = float((box.landmarks[2] - (left + right) / 2) @ across) / distance**2
    return math.degrees(math.atan2(aside, NOSE_DEPTH)), roll_deg


def _visible(box: FaceBox, size_wh: tuple[int, int]) -> float:
    """Return which part of the box's area lies inside the picture."""
    width = min(box.x2, size_wh[0]) - max(box.x1, 0.0)
    height = min(box.y2, size_wh[1]) - max(box.y1, 0.0)
    return max(width, 0.0) * max(height, 0.0) / (box.width_px * box.height_px)
