"""Pictures and readings made for the overlay's tests."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from mien.core.arrays import Image
from mien.core.emotion import EXPRESSIONS, Affect
from mien.core.face import FrameResult, SecondReading, ShownReading
from tests import makers

Xyxy = tuple[float, float, float, float]


@pytest.fixture
def make_picture() -> Callable[..., Image]:
    """A smooth backdrop with an oval for each face: small as a PNG, dark here and bright there."""

    def make(width: int, height: int, boxes: list[Xyxy] | None = None) -> Image:
        across = np.linspace(40, 225, width, dtype=np.float32)[None, :, None]
        down = np.linspace(1.0, 0.55, height, dtype=np.float32)[:, None, None]
        levels = (across * down // 24 * 24).astype(np.uint8)
        picture = np.repeat(levels, 3, axis=2)
        for left, top, right, bottom in boxes or []:
            centre = int((left + right) / 2), int((top + bottom) / 2)
            axes = max(int((right - left) * 0.45), 1), max(int((bottom - top) * 0.5), 1)
            cv2.ellipse(picture, centre, axes, 0, 0, 360, (120, 150, 190), -1, cv2.LINE_AA)
        return picture

    return make


@pytest.fixture
def make_reading() -> Callable[..., ShownReading]:
    def make(
        track_id: int,
        box: Xyxy,
        label: str = "happiness",
        confidence: float = 0.87,
        *,
        affect: tuple[float, float] | None = (0.6, 0.2),
        reason: str | None = None,
        labels: tuple[str, ...] = EXPRESSIONS,
        is_predicted: bool = False,
        min_confidence: float = 0.0,
        other: SecondReading | None = None,
    ) -> ShownReading:
        top = labels.index(label)
        rest = np.arange(1, len(labels) + 1, dtype=np.float32)
        rest[top] = 0
        values = rest / max(float(rest.sum()), 1.0) * (1 - confidence)
        values[top] = confidence
        return makers.make_reading(
            emotion=makers.emotion_of(labels, values),
            track=makers.make_track(track_id, box, is_predicted=is_predicted),
            affect=None if affect is None else Affect(*affect),
            reason=reason,
            score=0.8 if reason is None else 0.2,
            other=other,
            min_confidence=min_confidence,
        )

    return make


@pytest.fixture
def make_result() -> Callable[..., FrameResult]:
    def make(picture: Image, *readings: Any, other_model: str | None = None) -> FrameResult:
        return makers.make_result(0, readings, image=picture, model="mien-s", other_model=other_model)

    return make
