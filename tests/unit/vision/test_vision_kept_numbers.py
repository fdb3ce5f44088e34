"""Numbers that last through what a person would see through: the program's own finder on the bundled portrait."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest

from mien.composition import build_finder
from mien.core.arrays import Image
from mien.core.face import FaceTrack
from mien.core.frame import Frame
from mien.places import assets_folder
from mien.settings import Settings
from mien.vision.finder import FaceFinder

SIDE = 240


@pytest.fixture(scope="module")
def head() -> Image:
    """The portrait's head, (240, 240, 3)."""
    portrait = cv2.imread(str(assets_folder() / "portrait.png"))
    assert portrait is not None
    side = portrait.shape[0]
    part = portrait[round(0.05 * side) : round(0.47 * side), round(0.23 * side) : round(0.65 * side)]
    return np.asarray(cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


@pytest.fixture
def finder() -> FaceFinder:
    return build_finder(Settings().changed(compute={"provider": "cpu"}))


def scene(head: Image, *places_xy: tuple[int, int]) -> Image:
    picture = np.full((720, 1280, 3), 110, np.uint8)
    for x, y in places_xy:
        picture[y : y + SIDE, x : x + SIDE] = head
    return picture


def followed(finder: FaceFinder, pictures: Sequence[Image], fps: float) -> list[list[FaceTrack]]:
    tracks = [finder.find(Frame(image, index, index / fps, 0.0)) for index, image in enumerate(pictures)]
    finder.close()
    return tracks


def narrowed(head: Image, share: float) -> Image:
    """A head that turns to its side, as a picture that gets narrower about its middle."""
    matrix = np.array([[share, 0.0, SIDE / 2 * (1 - share)], [0.0, 1.0, 0.0]])
    return np.asarray(cv2.warpAffine(head, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def tilted(head: Image, degrees: float) -> Image:
    matrix = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(head, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE), np.uint8)


@pytest.mark.parametrize(
    "turned",
    [lambda head, way: narrowed(head, 1.0 - 0.5 * way), lambda head, way: tilted(head, 70 * way)],
    ids=["to the side", "tilted"],
)
@pytest.mark.parametrize("fps", [5.0, 15.0])
def test_a_head_that_turns_away_and_back_keeps_its_number(
    finder: FaceFinder, head: Image, turned: Callable[[Image, float], Image], fps: float
) -> None:
    ways = np.abs(np.sin(np.linspace(0, np.pi, int(2 * fps))))
    tracks = followed(finder, [scene(turned(head, float(way)), (500, 200)) for way in ways], fps)
    assert {track.face_id for faces in tracks for track in faces} == {1}
    assert {track.track_id for faces in tracks for track in faces} == {1}
    assert sum(map(bool, tracks)) > 0.8 * len(tracks)


@pytest.mark.parametrize("appears", [7, 8, 11])
def test_somebody_who_comes_to_stand_beside_is_there_within_three_tenths_of_a_second(
    finder: FaceFinder, head: Image, appears: int
) -> None:
    places = [((100, 200), (800, 300))[: 1 + (index >= appears)] for index in range(appears + 10)]
    tracks = followed(finder, [scene(head, *each) for each in places], 30.0)
    counts = [len(faces) for faces in tracks]
    assert counts[:appears] == [1] * appears
    assert (counts.index(2) - appears) / 30 <= 0.3
    assert counts[-1] == 2


@pytest.mark.parametrize("pause_s", [0.9, 5.0])
def test_a_pause_of_the_source_in_which_a_head_moved_on_keeps_its_number(
    finder: FaceFinder, head: Image, pause_s: float
) -> None:
    times_s = [*np.arange(8) / 15, *(8 / 15 + pause_s + np.arange(8) / 15)]
    tracks = [
        finder.find(Frame(scene(head, (400 + (90 if index >= 8 else 0), 200)), index, float(time_s), 0.0))
        for index, time_s in enumerate(times_s)
    ]
    assert [[track.face_id for track in faces] for faces in tracks] == [[1]] * 16
