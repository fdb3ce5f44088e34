"""The detector that comes with Mien, on the bundled portrait: no weights to fetch."""

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien.composition import open_detector
from mien.core.face import FaceBox
from mien.core.frame import Frame
from mien.places import assets_folder
from mien.settings import Settings
from mien.vision.anchor_detector import AnchorDetector
from mien.vision.detector import FIRM_SCORE
from mien.vision.finder import FaceFinder
from mien.vision.people import People
from mien.vision.tracker import Tracker
from tests.makers import make_frame


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    image = cv2.imread(str(assets_folder() / "portrait.png"))
    assert image is not None
    return image


@pytest.fixture
def detector() -> AnchorDetector:
    opened = open_detector(Settings().changed(compute={"provider": "cpu"}))
    assert isinstance(opened, AnchorDetector)
    return opened


def frame(image: np.ndarray, index: int = 0) -> Frame:
    return make_frame(index, image=image, fps=25)


def firm(boxes: list[FaceBox]) -> list[FaceBox]:
    return [box for box in boxes if box.score >= FIRM_SCORE]


def face_of(portrait: np.ndarray, margin: float = 0.0) -> np.ndarray:
    """Return the portrait's face alone, 150 px wide at no margin."""
    side = portrait.shape[0]
    x1, y1, x2, y2 = (round(side * edge) for edge in (0.335, 0.115, 0.545, 0.385))
    reach = round((x2 - x1) * margin)
    return portrait[max(y1 - reach, 0) : y2 + reach, x1 - reach : x2 + reach]


def test_the_points_lie_on_the_face(detector: AnchorDetector, portrait: np.ndarray) -> None:
    (box,) = detector.detect(frame(portrait))
    assert box.score > 0.95
    assert box.landmarks is not None
    left, right, nose, mouth = box.landmarks
    assert box.x1 < left[0] < nose[0] < right[0] < box.x2
    assert box.y1 < left[1] < nose[1] < mouth[1] < box.y2


@pytest.mark.parametrize("side", [28, 48, 100, 400, 690])
@pytest.mark.parametrize("margin", [0.05, 0.5])
def test_faces_of_all_sizes_are_found_where_they_are(
    detector: AnchorDetector, portrait: np.ndarray, side: int, margin: float
) -> None:
    face = face_of(portrait, margin)
    way = cv2.INTER_AREA if side < face.shape[1] else cv2.INTER_CUBIC
    small = cv2.resize(face, (side, round(side * face.shape[0] / face.shape[1])), interpolation=way)[:700]
    scene = np.full((720, 1280, 3), 90, np.uint8)
    scene[10 : 10 + len(small), 500 : 500 + side] = small
    (box,) = firm(detector.find_all(scene))
    assert abs((box.x1 + box.x2) / 2 - (500 + side / 2)) < 0.2 * side


@pytest.mark.parametrize("side", [24, 48, 100, 224, 1000])
def test_a_face_that_fills_its_picture_is_found(detector: AnchorDetector, portrait: np.ndarray, side: int) -> None:
    face = cv2.resize(face_of(portrait), (side, side))
    assert len(firm(detector.find_all(face))) == 1


def test_a_running_stream_keeps_a_small_face(detector: AnchorDetector, portrait: np.ndarray) -> None:
    face = cv2.resize(face_of(portrait, 0.3), (70, 90), interpolation=cv2.INTER_AREA)
    finder = FaceFinder(detector, Tracker(), People(None))
    for index in range(40):
        scene = np.full((720, 1280, 3), 90, np.uint8)
        scene[300:390, 400 + 2 * index : 470 + 2 * index] = face
        assert [track.track_id for track in finder.find(frame(scene, index))] == [1], index


def test_only_a_pause_and_no_dropped_picture_is_followed_by_a_full_search(
    detector: AnchorDetector, portrait: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    full: list[float] = []
    find_all = detector.find_all
    monkeypatch.setattr(detector, "find_all", lambda image: (full.append(now_s), find_all(image))[1])
    finder = FaceFinder(detector, Tracker(), People(None))
    for index, dropped in enumerate([0, 40, 80, 80]):
        now_s = 1.5 * index
        assert len(finder.find(make_frame(index, now_s, image=portrait), dropped)) == 1
    assert full == [0.0, 4.5]


def test_looking_again_follows_each_face_and_misses_what_is_gone(
    detector: AnchorDetector, portrait: np.ndarray
) -> None:
    (box,) = detector.find_all(portrait)
    aside = FaceBox(box.x1 + 8, box.y1 - 6, box.x2 + 8, box.y2 - 6, 0.9)
    nothing = FaceBox(5, 400, 105, 500, 0.9)
    outside = FaceBox(-300, -300, -200, -200, 0.9)
    again, gone, never = detector.look_again(portrait, [aside, nothing, outside])
    assert again is not None
    assert np.abs(np.array(again.xyxy) - np.array(box.xyxy)).max() < 0.15 * box.width_px
    assert gone is None
    assert never is None
    assert detector.look_again(portrait, []) == []


def test_no_picture_is_too_odd(detector: AnchorDetector) -> None:
    for shape in [(1, 1), (5, 7), (2, 900), (33, 65), (1201, 37), (3000, 40)]:
        assert detector.detect(frame(np.zeros((*shape, 3), np.uint8))) == []
    detector.close()


@pytest.mark.parametrize(
    "make", [np.zeros_like, lambda like: np.random.default_rng(3).integers(0, 256, like.shape, np.uint8)]
)
def test_there_is_no_face_in_nothing(detector: AnchorDetector, make: Callable[[np.ndarray], np.ndarray]) -> None:
    assert detector.find_all(make(np.empty((480, 640, 3), np.uint8))) == []


def test_the_least_score_is_the_user_s(portrait: np.ndarray) -> None:
    detector = open_detector(Settings().changed(reading={"min_face_score": 1.0}))
    assert detector.detect(frame(portrait)) == []


def numbers_in(detector: AnchorDetector, clip: Path) -> Iterator[list[int]]:
    """Yield the numbers of the faces of each frame."""
    finder = FaceFinder(detector, Tracker(), People())
    capture = cv2.VideoCapture(str(clip))
    for index in range(10_000):
        is_read, image = capture.read()
        if not is_read:
            break
        yield [track.track_id for track in finder.find(frame(image, index))]
    capture.release()


@pytest.mark.shared
def test_a_cartoon_has_no_face(detector: AnchorDetector, shared: Path) -> None:
    assert list(numbers_in(detector, shared / "media" / "no_face_540p.mp4")) == [[]] * 95


@pytest.mark.shared
def test_a_face_ends_where_it_ends(detector: AnchorDetector, shared: Path) -> None:
    numbers = list(numbers_in(detector, shared / "media" / "face_then_none_540p.mov"))
    assert numbers == [[1]] * 72 + [[]] * 97  # seen by eye: the cut comes after frame 71


@pytest.mark.shared
@pytest.mark.parametrize(("name", "count"), [("five_faces.jpg", 5), ("justin.jpg", 1), ("no-faces.jpg", 0)])
@pytest.mark.parametrize("shrink", [1.0, 0.35])
def test_a_photo_gives_its_faces_at_once(
    detector: AnchorDetector, shared: Path, name: str, count: int, shrink: float
) -> None:
    image = cv2.imread(str(shared / "media" / "photos" / name))
    assert image is not None
    scene = np.full((720, 1280, 3), 90, np.uint8)
    small = cv2.resize(image, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    scene[20 : 20 + small.shape[0], 30 : 30 + small.shape[1]] = small
    assert len(firm(detector.find_all(scene))) == count
