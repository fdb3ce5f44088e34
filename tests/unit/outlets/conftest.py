"""A run's source, its results, and an inbox that remembers what came in."""

from collections.abc import Callable, Sequence

import pytest

from mien.core.arrays import Image
from mien.core.emotion import Affect
from mien.core.face import FrameResult, SecondReading, ShownReading
from mien.core.frame import SourceInfo
from mien.outlets import IncomingMarker, MarkerInbox
from mien.outlets.media_clock import MediaClock
from tests import makers

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
        second = SecondReading(makers.emotion_of(("calm", "tense"), (0.25, 0.75)), None)
        return makers.make_reading(
            face_id,
            top,
            box=(10.0, 20.0, 110.5, 140.0),
            affect=Affect(0.5, -0.25) if affect else None,
            other=second if other else None,
            min_confidence=0.4,
        )

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
        return makers.make_result(
            index, readings, time_s, image=image, captured_at_s=captured_at_s, model="test-net"
        )

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
