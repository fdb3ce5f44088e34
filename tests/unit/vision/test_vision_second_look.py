import numpy as np
import pytest

from mien.core.face import FaceBox
from mien.vision.detector import FIRM_SCORE
from mien.vision.second_look import LOOK_SIDE_PX, PLACES_PER_FRAME, SecondLook


class FakeNetwork:
    """Finds white squares like a network with a coarse view: what is small against the picture scores low.

    Gray squares are false alarms: from afar they score as a small face does, but a closer look does not help them.
    """

    def __init__(self) -> None:
        self.looks: list[tuple[int, int]] = []

    def __call__(self, image: np.ndarray) -> list[FaceBox]:
        height, width = image.shape[:2]
        self.looks.append((width, height))
        return [
            self._box(*square, max(width, height), level)
            for level in (255, 120)
            for square in squares(image, level)
        ]

    def _box(self, x: int, y: int, side: int, picture_side: int, level: int) -> FaceBox:
        share = side / picture_side
        score = 0.95 if share > 1 / 14 else 0.55 if share > 1 / 30 else 0.0
        score = min(score, 0.55 if share <= 1 / 14 else 0.45) if level == 120 else score
        points = np.array([[0.3, 0.31], [0.69, 0.31], [0.5, 0.52], [0.5, 0.73]]) * side + [x, y]
        return FaceBox(x, y, x + side, y + side, score, points.astype(np.float32))


def squares(image: np.ndarray, level: int) -> list[tuple[int, int, int]]:
    """Left, top and side of the squares of one brightness, one for each run of columns."""
    mask = np.abs(image[:, :, 0].astype(int) - level) < 30
    columns = np.flatnonzero(mask.any(axis=0))
    found = []
    for run in np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1):
        if len(run) > 1:
            rows = np.flatnonzero(mask[:, run[0] + len(run) // 2])
            found.append((int(run[0]), int(rows[0]), len(run)))
    return found


def picture(*squares: tuple[int, int, int], level: int = 255, size: tuple[int, int] = (640, 480)) -> np.ndarray:
    image = np.zeros((size[1], size[0], 3), np.uint8)
    for x, y, side in squares:
        image[y : y + side, x : x + side] = level
    return image


def firm(boxes: list[FaceBox]) -> list[tuple[int, ...]]:
    return sorted(tuple(round(value) for value in box.xyxy) for box in boxes if box.score >= FIRM_SCORE)


def test_a_sure_face_takes_one_look() -> None:
    network = FakeNetwork()
    assert firm(SecondLook(network).find(picture((100, 100, 80)), 0.0)) == [(100, 100, 180, 180)]
    assert len(network.looks) == 1


def test_a_doubtful_face_is_confirmed_by_a_closer_look_in_its_place() -> None:
    network = FakeNetwork()
    assert firm(SecondLook(network).find(picture((400, 300, 30)), 0.0)) == [(400, 300, 430, 330)]
    assert network.looks == [(640, 480), (120, 120)]


def test_a_false_alarm_is_unmasked_by_the_closer_look() -> None:
    network = FakeNetwork()
    boxes = SecondLook(network).find(picture((400, 300, 30), level=120), 0.0)
    assert firm(boxes) == []
    assert len(network.looks) == 2


def test_a_persistent_false_alarm_does_not_hide_a_face() -> None:
    image = picture((100, 300, 30), level=120) + picture((400, 300, 30))
    search = SecondLook(FakeNetwork())
    search.find(np.zeros_like(image), 0.0)
    seen = [firm(search.find(image, 0.04 * index)) for index in range(1, 6)]
    assert all(seen[1:])


def test_a_large_picture_is_searched_in_tiles_at_once_when_it_is_fresh() -> None:
    network = FakeNetwork()
    image = picture((1700, 900, 50), (40, 500, 50), size=(1920, 1080))
    assert firm(SecondLook(network).find(image, 0.0)) == [(40, 500, 90, 550), (1700, 900, 1750, 950)]
    assert max(max(look) for look in network.looks) == LOOK_SIDE_PX


def test_a_small_face_stays_found_with_few_looks() -> None:
    network = FakeNetwork()
    search = SecondLook(network)
    image = picture((700, 400, 40), size=(1280, 720))
    search.find(image, 0.0)
    network.looks.clear()
    for index in range(1, 31):
        assert firm(search.find(image, index / 30)) == [(700, 400, 740, 440)]
    assert len(network.looks) <= 30 * 2 + 3


def test_a_small_face_that_appears_later_is_found_by_tiles_within_some_seconds() -> None:
    search = SecondLook(FakeNetwork())
    search.find(picture(size=(1280, 720)), 0.0)
    image = picture((700, 400, 40), size=(1280, 720))
    seen = [bool(firm(search.find(image, index / 30))) for index in range(1, 121)]
    assert any(seen)
    assert all(seen[seen.index(True) :])


def test_a_small_face_that_is_gone_is_not_looked_for_for_long() -> None:
    network = FakeNetwork()
    search = SecondLook(network)
    search.find(picture((400, 300, 15)), 0.0)
    search.find(picture((400, 300, 30)), 0.04)
    network.looks.clear()
    for index in range(2, 60):
        assert firm(search.find(picture(), 0.04 * index)) == []
    assert len(network.looks) < 75


def test_looks_in_one_frame_are_bounded() -> None:
    network = FakeNetwork()
    search = SecondLook(network)
    many = picture(*((20 + 62 * index, 100, 30) for index in range(10)))
    assert len(firm(search.find(many, 0.0))) == 10
    network.looks.clear()
    search.find(many, 0.04)
    assert len(network.looks) <= 1 + PLACES_PER_FRAME + 1


def test_a_face_cut_by_a_tile_is_left_to_the_neighbouring_tile() -> None:
    search = SecondLook(FakeNetwork())
    image = picture((600, 200, 60), size=(1280, 720))
    assert firm(search.find(image, 0.0)) == [(600, 200, 660, 260)]


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (3000, 2), (8000, 4000)])
def test_odd_sizes(size: tuple[int, int]) -> None:
    search = SecondLook(FakeNetwork())
    assert search.find(picture(size=size), 0.0) == []
    assert search.find(picture(size=size), 0.5) == []
