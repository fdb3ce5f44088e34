"""What webcams, rooms, detectors, glasses and hands do to a face crop, each at three strengths.

Every change takes an (h, w) uint8 gray face, one strength and a source of chance, and returns a like face.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien_models.data.aligned import EYE_DISTANCE, EYE_Y

Gray = NDArray[np.uint8]
Chance = np.random.Generator


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change.

    Attributes:
        name: For people.
        unit: How a strength reads; `{}` stands for the number.
        strengths: Mild, medium, strong.
        apply: Does it.
    """

    name: str
    unit: str
    strengths: tuple[float, float, float]
    apply: Callable[[Gray, float, Chance], Gray]


def _as_face(values: NDArray[np.floating]) -> Gray:
    return np.asarray(np.clip(np.rint(values), 0, 255), dtype=np.uint8)


def _warp(face: Gray, turn_deg: float, zoom: float, shift_x: float, shift_y: float) -> Gray:
    """Turn and scale about the middle, then shift by fractions of the side; the border repeats its last pixel."""
    height, width = face.shape
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), turn_deg, zoom))
    matrix[:, 2] += (shift_x * width, shift_y * height)
    moved = cv2.warpAffine(face, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.uint8)


def _sign(chance: Chance) -> float:
    return 1.0 if chance.random() < 0.5 else -1.0


def rotate(face: Gray, degrees: float, chance: Chance) -> Gray:
    """Tilt the head to either side."""
    return _warp(face, _sign(chance) * degrees, 1.0, 0.0, 0.0)


def rescale(face: Gray, share: float, chance: Chance) -> Gray:
    """Cut the face out too large or too small."""
    return _warp(face, 0.0, (1.0 + share) ** _sign(chance), 0.0, 0.0)


def misplace(face: Gray, share: float, chance: Chance) -> Gray:
    """Miss the middle in a direction of chance."""
    angle = chance.uniform(0.0, 2.0 * np.pi)
    return _warp(face, 0.0, 1.0, share * float(np.cos(angle)), share * float(np.sin(angle)))


def darken(face: Gray, factor: float, chance: Chance) -> Gray:
    """Turn the light down, with the noise that a sensor then shows."""
    return _as_face(face / factor + chance.normal(0.0, 2.0, face.shape))


def bend(face: Gray, exponent: float, chance: Chance) -> Gray:
    """Apply a gamma, to the dark or to the bright side."""
    return _as_face(255.0 * (face / 255.0) ** (exponent ** _sign(chance)))


def side_light(face: Gray, left: float, chance: Chance) -> Gray:
    """Let the light fall off across the face to a share of it."""
    ramp = np.linspace(1.0, left, face.shape[1])
    return _as_face(face * (ramp if chance.random() < 0.5 else ramp[::-1]))


def blur(face: Gray, deviation_px: float, chance: Chance) -> Gray:
    """Lose the focus."""
    deviation = deviation_px * face.shape[1] / 48
    return np.asarray(cv2.GaussianBlur(face, (0, 0), deviation), dtype=np.uint8)


def shrink(face: Gray, side_px: float, chance: Chance) -> Gray:
    """Step back until the face is small, then enlarge it again."""
    small = cv2.resize(face, (int(side_px), int(side_px)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, face.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def roughen(face: Gray, deviation: float, chance: Chance) -> Gray:
    """Add the noise of a poor sensor."""
    return _as_face(face + chance.normal(0.0, deviation, face.shape))


def compress(face: Gray, quality: float, chance: Chance) -> Gray:
    """Compress as JPEG."""
    _, encoded = cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def put_on_glasses(face: Gray, opacity: float, chance: Chance) -> Gray:
    """Put dark frames before the eyes, with glass as dark as `opacity`: 0 is a frame alone, 1 are sunglasses."""
    height, width = face.shape
    lens_wh = (round(0.13 * width), round(0.10 * height))
    glass = np.zeros(face.shape, np.float32)
    frame = np.zeros(face.shape, np.uint8)
    for side in (-1, 1):
        eye = (round((0.5 + side * EYE_DISTANCE / 2) * width), round(EYE_Y * height))
        cv2.ellipse(glass, (eye, (2 * lens_wh[0], 2 * lens_wh[1]), 0.0), opacity, cv2.FILLED)
        cv2.ellipse(frame, (eye, (2 * lens_wh[0], 2 * lens_wh[1]), 0.0), 255, 1)
    cv2.line(
        frame, (round(0.45 * width), round(EYE_Y * height)), (round(0.55 * width), round(EYE_Y * height)), 255, 1
    )
    shaded = face * (1.0 - glass) + 20.0 * glass
    return _as_face(np.where(frame > 0, 20.0, shaded))


def cover(face: Gray, share: float, chance: Chance) -> Gray:
    """Lay a hand of the face's own gray over a corner of chance, or over the chin: `share` of each side."""
    height, width = face.shape
    tall, wide = round(share * height), round(share * width)
    top = int(chance.choice([0, height - tall, height - tall]))
    left = int(chance.choice([0, (width - wide) // 2, width - wide]))
    covered = face.copy()
    covered[top : top + tall, left : left + wide] = np.uint8(np.median(face))
    return covered


CHANGES: Final = (
    Change("turned", "{:g}°", (6, 12, 20), rotate),
    Change("too large or too small", "{:.0%}", (0.08, 0.16, 0.25), rescale),
    Change("out of the middle", "{:.0%} of the side", (0.03, 0.06, 0.10), misplace),
    Change("low light, with noise", "1/{:g}", (2, 4, 8), darken),
    Change("gamma", "{:g}", (1.4, 2.0, 2.8), bend),
    Change("light from one side", "down to {:.0%}", (0.6, 0.35, 0.15), side_light),
    Change("blur", "{:g} px of 48", (0.6, 1.2, 1.8), blur),
    Change("small face", "{:g} px", (36, 24, 16), shrink),
    Change("sensor noise", "{:g} of 255", (6, 12, 20), roughen),
    Change("JPEG", "quality {:g}", (40, 20, 10), compress),
    Change("glasses", "{:.0%} dark", (0.0, 0.5, 1.0), put_on_glasses),
    Change("hand", "{:.0%} of each side", (0.25, 0.40, 0.55), cover),
)
