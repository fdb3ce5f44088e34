"""A run's source, its results, and an inbox that remembers what came in."""

import time
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from mien.core.arrays import Image
from mien.core.emotion import EXPRESSIONS, Affect, Emotion
from mien.core.face import FaceBox, FaceReading, FaceTrack, FrameResult, Quality, SecondReading, ShownReading
from mien.core.frame import Frame, SourceInfo
from mien.core.shown import as_read
from mien.outlets import IncomingMarker, MarkerInbox
from mien.outlets.media_clock import MediaClock

MakeReading = Callable[..., ShownReading]
MakeResult = Callable[..., FrameResult]


@pytest.fixture
def camera_info() -> SourceInfo:
    return SourceInfo("a camera", 64, 48, 30.0, is_live=True)


@pytest.fixture
def make_reading() -> MakeReading:
    def make(
        face_id: int = 1, top: str = "happiness", *, affect: bool = True, other: bool = False
    ) -> ShownReading:
        weights = np.where(np.array(EXPRESSIONS) == top, 0.65, 0.05).astype(np.float32)
        emotion = Emotion(EXPRESSIONS, weights)
        second = SecondReading(Emotion(("calm", "tense"), np.array([0.25, 0.75], np.float32)), None)
        raw = FaceReading(
            FaceTrack(face_id, FaceBox(10.0, 20.0, 110.5, 140.0, 0.9), 3),
            emotion,
            Affect(0.5, -0.25) if affect else None,
            Quality(120.0, 0.8, 0.5, 2.0, 1.0, None, 0.8),
            other=second if other else None,
        )
        return as_read(raw, min_confidence=0.4)

    return make


@pytest.fixture
def make_result() -> MakeResult:
    def make(
        index: int = 0,
        time_s: float = 0.0,
        readings: Sequence[ShownReading] = (),
        captured_at_s: float | None = None,
        image: Image | None = None,
    ) -> FrameResult:
        picture = np.zeros((48, 64, 3), np.uint8) if image is None else image
        captured = time.monotonic() if captured_at_s is None else captured_at_s
        return FrameResult(Frame(picture, index, time_s, captured), tuple(readings), "test-net")

    return make


@pytest.fixture
def clock() -> MediaClock:
    return MediaClock()


@pytest.fixture
def inbox(clock: MediaClock) -> MarkerInbox:
    return MarkerInbox(clock)


@pytest.fixture
def arrived(inbox: MarkerInbox) -> list[IncomingMarker]:
    """What the inbox passed on."""
    markers: list[IncomingMarker] = []
    inbox.add_listener(markers.append)
    return markers
