import numpy as np
import pytest

from mien.core.arrays import Image
from mien.core.face import FaceBox
from mien.core.frame import Frame
from mien.vision.finder import BUSY_SEARCH_S, REST_SEARCH_S, SEARCH_S, FaceFinder
from mien.vision.people import People
from mien.vision.tracker import Tracker
from tests.makers import make_frame


def face_at(x: float) -> FaceBox:
    points = np.array([[x + 15, 25], [x + 35, 25], [x + 25, 38], [x + 25, 48]], np.float32)
    return FaceBox(x, 10, x + 50, 60, 0.9, points)


class CountingDetector:
    """Sees one face that moves to the right, and remembers when it was asked."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.closed = 0
        self.faces = [10.0]

    def detect(self, frame: Frame) -> list[FaceBox]:
        self.asked.append(frame.index)
        return [face_at(x + frame.index) for x in self.faces]

    def close(self) -> None:
        self.closed += 1


class CloserDetector(CountingDetector):
    """Can look closer as well; ``seen`` says whether a face is there."""

    def __init__(self) -> None:
        super().__init__()
        self.is_there = True

    def look_again(self, image: Image, boxes: list[FaceBox]) -> list[FaceBox | None]:
        return [box if self.is_there else None for box in boxes]


def frame(index: int, fps: float = 30.0, image: Image | None = None) -> Frame:
    return make_frame(index, image=image, size_wh=(200, 100), fps=fps)


def lively(index: int, fps: float = 30.0) -> Frame:
    """Return a frame in a corner of which something small always looks otherwise: too little to be motion."""
    image = np.zeros((100, 200, 3), np.uint8)
    image[90:98, 180:188] = 40 * (index % 5)
    return frame(index, fps, image)


def finder_of(detector: CountingDetector, every: int | str = "auto") -> FaceFinder:
    return FaceFinder(detector, Tracker(), People(), every=every)  # type: ignore[arg-type]


def test_a_detector_that_cannot_look_closer_searches_every_frame() -> None:
    detector = CountingDetector()
    finder = finder_of(detector)
    tracks = [finder.find(frame(index)) for index in range(5)]
    assert detector.asked == [0, 1, 2, 3, 4]
    assert [track.track_id for (track,) in tracks] == [1] * 5


def test_without_closer_looks_faces_are_carried_on_between_searches() -> None:
    detector = CountingDetector()
    finder = finder_of(detector, every=3)
    tracks = [finder.find(frame(index)) for index in range(7)]
    assert detector.asked == [0, 3, 6]
    assert [track.is_predicted for (track,) in tracks] == [False, True, True] * 2 + [False]
    assert {track.track_id for (track,) in tracks} == {1}
    assert [track.age_frames for (track,) in tracks] == list(range(7))


@pytest.mark.parametrize("fps", [10.0, 30.0, 120.0])
def test_with_closer_looks_the_whole_picture_is_searched_by_media_time(fps: float) -> None:
    detector = CloserDetector()
    finder = finder_of(detector)
    tracks = [finder.find(lively(index, fps)) for index in range(int(2 * fps))]
    gaps_s = np.diff(detector.asked) / fps
    assert gaps_s == pytest.approx(SEARCH_S, abs=0.5 / fps + 1e-6)
    assert not any(track.is_predicted for (track,) in tracks)


def test_where_nothing_is_new_the_whole_picture_is_searched_less_often() -> None:
    detector = CloserDetector()
    finder = finder_of(detector)
    for index in range(61):
        finder.find(frame(index))
    assert np.diff(detector.asked) / 30 == pytest.approx(REST_SEARCH_S)


def test_what_is_new_only_near_a_known_face_is_its_own_motion() -> None:
    detector = CloserDetector()
    finder = finder_of(detector)
    for index in range(31):
        image = np.zeros((100, 200, 3), np.uint8)
        image[20:50, 20:50] = 40 * (index % 5)
        finder.find(frame(index, image=image))
    assert detector.asked == [0, 15, 30]


def test_at_a_low_frame_rate_every_picture_is_searched() -> None:
    detector = CloserDetector()
    finder = finder_of(detector)
    for index in range(5):
        finder.find(frame(index, 0.5))
    assert detector.asked == [0, 1, 2, 3, 4]


def test_every_holds_beside_closer_looks() -> None:
    detector = CloserDetector()
    finder = finder_of(detector, every=4)
    for index in range(9):
        finder.find(frame(index))
    assert detector.asked == [0, 4, 8]


def test_a_lost_face_is_searched_at_once() -> None:
    detector = CloserDetector()
    finder = finder_of(detector)
    finder.find(frame(0))
    detector.is_there, detector.faces = False, []
    assert finder.find(frame(1)) == []
    assert detector.asked == [0, 1]


def test_a_new_face_appears_within_three_tenths_of_a_second() -> None:
    for appears in range(1, 8):
        detector = CloserDetector()
        detector.faces = []
        finder = finder_of(detector)
        seen = []
        for index in range(30):
            detector.faces = [10.0] if index >= appears else []
            image = np.zeros((100, 200, 3), np.uint8)
            image[10:60, 10:60] = 120 if index >= appears else 0
            seen.append(bool(finder.find(frame(index, image=image))))
        assert (seen.index(True) - appears) / 30 <= 0.3


def test_another_scene_is_searched_at_once_and_begins_new_tracks() -> None:
    rng = np.random.default_rng(1)
    scenes = [rng.integers(0, 256, (9, 16, 3), np.uint8).repeat(20, 0).repeat(20, 1) for _ in range(2)]
    detector = CloserDetector()
    finder = finder_of(detector)
    ids = [finder.find(frame(index, image=scenes[index >= 2]))[0].track_id for index in range(4)]
    assert ids == [1, 1, 2, 2]
    assert detector.asked == [0, 2]


def test_motion_away_from_known_faces_is_searched_soon() -> None:
    detector = CloserDetector()
    finder = finder_of(detector)
    for index in range(6):
        image = np.full((360, 640, 3), 90, np.uint8)
        image[200:300, 300 + 40 * index : 380 + 40 * index] = 220
        finder.find(frame(index, image=image))
    assert detector.asked == [0, 3]


def test_auto_searches_less_while_frames_are_dropped() -> None:
    detector = CloserDetector()
    finder = finder_of(detector)
    for index in range(30):
        finder.find(lively(index), dropped=index)
    assert np.diff(detector.asked) / 30 == pytest.approx(BUSY_SEARCH_S, abs=0.02)


def test_closing_closes_the_detector() -> None:
    detector = CountingDetector()
    finder = finder_of(detector)
    assert finder.detector_name == "counting"
    finder.close()
    assert detector.closed == 1


def test_an_impossible_pace_is_refused() -> None:
    with pytest.raises(ValueError, match="every"):
        finder_of(CountingDetector(), every=0)
