"""Paints things over faces: masks, sunglasses, bars and hands, to judge what says that a face is covered."""

from __future__ import annotations

from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Points = NDArray[np.float64]
Part = Literal["mouth", "eyes", "beside"]

KINDS: Final[dict[Part, tuple[str, ...]]] = {
    "mouth": ("mask", "hand", "patch"),
    "eyes": ("sunglasses", "hand", "bar"),
    "beside": ("patch", "hand"),
}


def paint(picture: Picture, points: Points, part: Part, kind: str, rng: np.random.Generator) -> Picture:
    """Return a face with something painted over a part of it.

    Args:
        picture: (h, w, 3) uint8 BGR.
        points: (4, 2) eyes, nose, mouth, pixels.
        part: What it lies over; "beside" covers neither eyes nor mouth.
        kind: One of ``KINDS`` of that part.
        rng: Draws shape, place and colour.
    """
    eyes, mouth = points[:2].mean(axis=0), points[3]
    across, down = points[1] - points[0], mouth - eyes
    unit = max(float(np.hypot(*across)), float(np.hypot(*down)))
    across, down = across / max(float(np.hypot(*across)), 1e-3), down / max(float(np.hypot(*down)), 1e-3)
    centre = {"mouth": mouth, "eyes": eyes, "beside": eyes - down * unit * rng.uniform(0.8, 1.2)}[part]
    centre = centre + rng.normal(0, 0.08, 2) * unit
    colour = rng.integers(0, 256, 3).astype(np.float64)
    shape = np.zeros(picture.shape[:2], np.uint8)
    if kind == "mask":
        top = eyes + down * unit * rng.uniform(0.4, 0.6)
        corners = [top - across * unit * 0.7, top + across * unit * 0.7]
        corners += [
            mouth + across * unit * 0.6 + down * unit * 0.5,
            mouth - across * unit * 0.6 + down * unit * 0.5,
        ]
        cv2.fillPoly(shape, [np.array(corners, np.int32)], 255)
    elif kind == "sunglasses":
        colour = np.full(3, rng.uniform(0, 50))
        for eye in points[:2]:
            _ellipse(shape, eye, unit * rng.uniform(0.3, 0.42), unit * rng.uniform(0.22, 0.34))
    elif kind == "hand":
        colour = _skin(picture, eyes, mouth, unit) * rng.uniform(0.75, 1.2)
        _hand(shape, centre, unit * (0.7 if part == "beside" else 1.0), rng)
    elif kind == "bar":
        _ellipse(shape, centre, unit * rng.uniform(0.9, 1.2), unit * rng.uniform(0.28, 0.45))
    else:
        side = 0.35 if part == "beside" else rng.uniform(0.5, 0.8)
        _ellipse(shape, centre, unit * side, unit * side * 0.8)
    return _laid_over(picture, shape, colour, rng)


def _ellipse(shape: Picture, centre: Points, half_wide: float, half_high: float) -> None:
    axes = max(int(half_wide), 1), max(int(half_high), 1)
    cv2.ellipse(shape, (int(centre[0]), int(centre[1])), axes, 0.0, 0.0, 360.0, 255, -1)


def _hand(shape: Picture, centre: Points, unit: float, rng: np.random.Generator) -> None:
    """Draw a palm and four fingers."""
    _ellipse(shape, centre, 0.7 * unit, 0.55 * unit)
    angle = rng.uniform(0, 2 * np.pi)
    along, beside = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    for finger in range(4):
        start = centre + beside * unit * (finger - 1.5) * 0.3
        end = start + along * unit * rng.uniform(0.9, 1.4)
        ends = [(int(x), int(y)) for x, y in (start, end)]
        cv2.line(shape, ends[0], ends[1], 255, max(int(0.25 * unit), 1))


def _skin(picture: Picture, eyes: Points, mouth: Points, unit: float) -> Points:
    """Return the colour of a cheek."""
    x, y = (
        ((eyes + mouth) / 2 + np.array([0.4 * unit, 0.0])).clip(2, np.array(picture.shape[1::-1]) - 3).astype(int)
    )
    return np.asarray(np.median(picture[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3), axis=0), dtype=np.float64)


def _laid_over(picture: Picture, shape: Picture, colour: Points, rng: np.random.Generator) -> Picture:
    share = cv2.GaussianBlur(shape, (0, 0), max(picture.shape[1] / 200, 0.5)).astype(np.float64)[..., None] / 255
    slope = np.linspace(-1, 1, picture.shape[1])[None, :, None] * rng.uniform(-30, 30)
    folds = rng.uniform(0, 12) * np.sin(np.linspace(0, rng.uniform(6, 40), picture.shape[0]))[:, None, None]
    laid = np.clip(colour + slope + folds + rng.normal(0, 3, picture.shape), 0, 255)
    return np.asarray(picture * (1 - share) + laid * share, dtype=np.uint8)
