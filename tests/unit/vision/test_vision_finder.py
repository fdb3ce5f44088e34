import numpy as np
import pytest

from mien.core.face import FaceBox
from mien.core.frame import Frame
from mien.vision.finder import CALM_FRAMES, MOST, FaceFinder
from mien.vision.tracker import Tracker


class CountingDetector:
    """Sees one face that moves to the right, and remembers when it was asked."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.closed = 0

    def detect(self, frame: Frame) -> list[FaceBox]:
        self.asked.append(frame.index)
        x = 10.0 + frame.index
        return [FaceBox(x, 10, x + 50, 60, 0.9)]

    def close(self) -> None:
        self.closed += 1


def frame(index: int) -> Frame:
    return Frame(np.zeros((100, 200, 3), np.uint8), index, index / 30, 0.0)


def test_every_frame_is_searched_by_default() -> None:
    detector = CountingDetector()
    finder = FaceFinder(detector, Tracker())
    tracks = [finder.find(frame(index)) for index in range(5)]
    assert detector.asked == [0, 1, 2, 3, 4]
    assert [track.track_id for (track,) in tracks] == [1] * 5


def test_between_searches_faces_are_carried_on() -> None:
    detector = CountingDetector()
    finder = FaceFinder(detector, Tracker(), every=3)
    tracks = [finder.find(frame(index)) for index in range(7)]
    assert detector.asked == [0, 3, 6]
    assert [track.is_predicted for (track,) in tracks] == [False, True, True] * 2 + [False]
    assert {track.track_id for (track,) in tracks} == {1}
    assert [track.age_frames for (track,) in tracks] == list(range(7))


def test_auto_searches_every_frame_while_none_is_dropped() -> None:
    detector = CountingDetector()
    finder = FaceFinder(detector, Tracker(), every="auto")
    for index in range(50):
        finder.find(frame(index))
    assert len(detector.asked) == 50


def test_auto_searches_less_while_frames_are_dropped_and_more_when_it_is_calm() -> None:
    detector = CountingDetector()
    finder = FaceFinder(detector, Tracker(), every="auto")
    for index in range(20):
        finder.find(frame(index), dropped=index)
    assert finder.every == MOST
    for index in range(20, 20 + MOST * CALM_FRAMES):
        finder.find(frame(2 * index), dropped=19)  # gaps in the count alone, as a pause makes them, are no drops
    assert finder.every == 1


def test_closing_closes_the_detector() -> None:
    detector = CountingDetector()
    finder = FaceFinder(detector, Tracker())
    assert finder.detector_name == "counting"
    finder.close()
    assert detector.closed == 1


def test_an_impossible_pace_is_refused() -> None:
    with pytest.raises(ValueError, match="every"):
        FaceFinder(CountingDetector(), Tracker(), every=0)
