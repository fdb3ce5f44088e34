"""Made-up readings and results: the one place where tests get them from."""

import time
from collections.abc import Sequence
from typing import Final

import numpy as np

from mien.core.arrays import Image
from mien.core.emotion import EXPRESSIONS, Affect, Emotion
from mien.core.face import FaceBox, FaceReading, FaceTrack, FrameResult, Quality, SecondReading, ShownReading
from mien.core.face_details import FaceDetails
from mien.core.frame import Frame
from mien.core.shown import as_read

FPS: Final = 30.0
SOME_AFFECT: Final = Affect(0.3, -0.2)
SOME_BOX: Final = (100.3, 40.0, 180.0, 140.6)


Box = tuple[float, float, float, float]


def emotion_of(labels: Sequence[str], chances: Sequence[float]) -> Emotion:
    """Return an emotion with these probabilities."""
    return Emotion(tuple(labels), np.array(chances, np.float32))


def make_emotion(top: str = "happiness", labels: Sequence[str] = EXPRESSIONS, *, rest: float = 0.05) -> Emotion:
    """Return an emotion whose other labels have a probability of ``rest`` each."""
    return emotion_of(labels, [1.0 - rest * (len(labels) - 1) if label == top else rest for label in labels])


def make_quality(
    reason: str | None = None,
    score: float = 0.8,
    *,
    height_px: float = 120.0,
    turn_deg: tuple[float, float] = (0.0, 0.0),
) -> Quality:
    """Return the quality of a face of that height and turn; ``reason`` is why it cannot be read well."""
    return Quality(height_px, 0.8, 0.5, *turn_deg, reason, score)  # type: ignore[arg-type]


def make_track(
    track_id: int = 1,
    box: Box = SOME_BOX,
    *,
    score: float = 0.9,
    points: Sequence[Sequence[float]] | None = None,
    age_frames: int = 3,
    is_predicted: bool = False,
) -> FaceTrack:
    """Return a face that is followed.

    Args:
        track_id: Its number.
        box: x1, y1, x2, y2.
        score: The detector's.
        points: (x, y) of eyes, nose and mouth, where they are known.
        age_frames: Since it was first seen.
        is_predicted: Whether nobody looked.
    """
    landmarks = None if points is None else np.array(points, np.float32)
    return FaceTrack(track_id, FaceBox(*box, score, landmarks), age_frames, is_predicted)


def make_raw(
    face_id: int = 1,
    top: str = "happiness",
    *,
    emotion: Emotion | None = None,
    box: Box = SOME_BOX,
    face_score: float = 0.9,
    track: FaceTrack | None = None,
    affect: Affect | None = SOME_AFFECT,
    reason: str | None = None,
    score: float = 0.8,
    quality: Quality | None = None,
    other: SecondReading | None = None,
    details: FaceDetails | None = None,
) -> FaceReading:
    """Return what a network read of a face.

    Args:
        face_id: The track's number.
        top: Its label, with a probability of 0.65; see ``emotion``.
        emotion: In place of that.
        box: x1, y1, x2, y2.
        face_score: The detector's.
        track: In place of ``face_id``, ``box`` and ``face_score``.
        affect: Valence and arousal.
        reason: Why the face cannot be read well.
        score: The face's quality.
        quality: In place of ``reason`` and ``score``.
        other: What a second network read.
        details: What a closer look gave.
    """
    track = track or make_track(face_id, box, score=face_score)
    quality = quality or make_quality(reason, score, height_px=track.box.height_px)
    return FaceReading(track, emotion or make_emotion(top), affect, quality, other, details)


def make_reading(
    face_id: int = 1, top: str = "happiness", *, min_confidence: float = 0.0, **raw: object
) -> ShownReading:
    """Return what is shown of a face as it was read; see ``make_raw``."""
    return as_read(make_raw(face_id, top, **raw), min_confidence)  # type: ignore[arg-type]


def make_frame(
    index: int = 0,
    time_s: float | None = None,
    *,
    image: Image | None = None,
    size_wh: tuple[int, int] = (64, 48),
    level: int = 0,
    fps: float = FPS,
    captured_at_s: float | None = None,
) -> Frame:
    """Return a frame.

    Args:
        index: Of the frame.
        time_s: Media time; by default by the index.
        image: (H, W, 3) uint8 BGR; by default a picture of one grey.
        size_wh: Of that one.
        level: Its grey.
        fps: Pictures a second, for the time.
        captured_at_s: Monotonic time; now by default.
    """
    if image is None:
        image = np.full((size_wh[1], size_wh[0], 3), level, np.uint8)
    moment_s = index / fps if time_s is None else time_s
    return Frame(image, index, moment_s, time.monotonic() if captured_at_s is None else captured_at_s)


def make_result(
    index: int = 0,
    readings: Sequence[ShownReading] = (),
    time_s: float | None = None,
    *,
    model: str = "net",
    other_model: str | None = None,
    **frame: object,
) -> FrameResult:
    """Return the result of a frame.

    Args:
        index: Of the frame.
        readings: Of its faces.
        time_s: Media time; by default that of the frame at 30 pictures a second.
        model: The network's name.
        other_model: That of a second one.
        **frame: See ``make_frame``.
    """
    made = make_frame(index, time_s, **frame)  # type: ignore[arg-type]
    return FrameResult(made, tuple(readings), model, other_model=other_model)
