"""Results to write, and pictures that carry their number."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from mien.core.arrays import Image
from mien.core.emotion import EXPRESSIONS, Affect
from mien.core.face import FrameResult, ShownReading
from tests import makers

MakeResult = Callable[..., FrameResult]
BITS, BLOCK_PX = 10, 32


@pytest.fixture
def make_result() -> MakeResult:
    def make(
        image: Image | None = None, index: int = 0, time_s: float = 0.0, readings: Sequence[ShownReading] = ()
    ) -> FrameResult:
        return makers.make_result(index, readings, time_s, image=image, captured_at_s=0.0, model="test-net")

    return make


@pytest.fixture
def make_reading() -> Callable[..., ShownReading]:
    def make(
        face_id: int = 1,
        logits: Sequence[float] = (0.1, 2.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
        labels: Sequence[str] = EXPRESSIONS,
        affect: Affect | None = None,
        reason: str | None = None,
    ) -> ShownReading:
        weights = np.exp(np.asarray(logits, np.float32))
        emotion = makers.emotion_of(labels, weights / weights.sum())
        box = (10.1, 20.2, 110.3 + face_id, 140.4)
        return makers.make_reading(
            face_id, emotion=emotion, box=box, face_score=0.912345678, affect=affect, reason=reason
        )

    return make


@pytest.fixture
def numbered() -> Callable[[int], Image]:
    """Pictures of 320x64 whose upper half shows their number in bits, white on black."""

    def draw(number: int) -> Image:
        image = np.full((2 * BLOCK_PX, BITS * BLOCK_PX, 3), 90, np.uint8)
        for bit in range(BITS):
            image[:BLOCK_PX, bit * BLOCK_PX : (bit + 1) * BLOCK_PX] = 255 if number >> bit & 1 else 0
        return image

    return draw


@pytest.fixture
def number_of() -> Callable[[Image], int]:
    """Reads such a number back."""

    def read(image: Image) -> int:
        centres = image[BLOCK_PX // 2, BLOCK_PX // 2 :: BLOCK_PX][:BITS].mean(axis=-1)
        return sum(1 << bit for bit, level in enumerate(centres) if level > 127)

    return read
