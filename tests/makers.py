"""Made-up readings and results: the one place where tests get them from."""

import time
from collections.abc import Sequence
from typing import Final

import numpy as np

from mien.core.arrays import Image
from mien.core.emotion import EXPRESSIONS, Affect, Emotion
from mien.core.face import FaceBox, FaceReading, FaceTrack, FrameResult, Quality, SecondReading, ShownReading
from mien.core.frame import Frame
from mien.core.shown import as_read

FPS: Final = 30.0
SOME_AFFECT: Final = Affect(0.3, -0.2)
SOME_BOX: Final = (100.3, 40.0, 180.0, 140.6)


def make_emotion(top: str = "happiness", labels: Sequence[str] = EXPRESSIONS, *, rest: float = 0.05) -> Emotion:
    """Return an emotion whose other labels have a probability of ``rest`` each."""
    chances = np.full(len(labels), rest, np.float32)
    chances[list(labels).index(top)] = 1.0 - rest * (len(labels) - 1)
    return Emotion(tuple(labels), chances)


def make_raw(
    face_id: int = 1,
    top: str = "happiness",
    *,
    emotion: Emotion | None = None,
    box: tuple[float, float, float, float] = SOME_BOX,
    face_score: float = 0.9,
    affect: Affect | None = SOME_AFFECT,
    reason: str | None = None,
    score: float = 0.8,
    other: SecondReading | None = None,
) -> FaceReading:
    """Return what a network read of a face.

    Args:
        face_id: The track's number.
        top: Its label, with a probability of 0.65; see ``emotion``.
        emotion: In place of that.
        box: x1, y1, x2, y2.
        face_score: The detector's.
        affect: Valence and arousal.
        reason: Why the face cannot be read well.
        score: The face's quality.
        other: What a second network read.
    """
    height_px = box[3] - box[1]
    quality = Quality(height_px, 0.8, 0.5, 0.0, 0.0, reason, score)  # type: ignore[arg-type]
    track = FaceTrack(face_id, FaceBox(*box, face_score), 3)
    return FaceReading(track, emotion or make_emotion(top), affect, quality, other)


def make_reading(
    face_id: int = 1, top: str = "happiness", *, min_confidence: float = 0.0, **raw: object
) -> ShownReading:
    """Return what is shown of a face as it was read; see ``make_raw``."""
    return as_read(make_raw(face_id, top, **raw), min_confidence)  # type: ignore[arg-type]


def make_result(
    index: int = 0,
    readings: Sequence[ShownReading] = (),
    time_s: float | None = None,
    *,
    image: Image | None = None,
    size_wh: tuple[int, int] = (64, 48),
    level: int = 0,
    captured_at_s: float | None = None,
    model: str = "net",
) -> FrameResult:
    """Return the result of a frame.

    Args:
        index: Of the frame.
        readings: Of its faces.
        time_s: Media time; by default that of the frame at 30 pictures a second.
        image: (H, W, 3) uint8 BGR; by default a picture of one grey.
        size_wh: Of that one.
        level: Its grey.
        captured_at_s: Monotonic time; now by default.
        model: The network's name.
    """
    if image is None:
        image = np.full((size_wh[1], size_wh[0], 3), level, np.uint8)
    moment_s = index / FPS if time_s is None else time_s
    captured = time.monotonic() if captured_at_s is None else captured_at_s
    return FrameResult(Frame(image, index, moment_s, captured), tuple(readings), model)
