from collections.abc import Sequence

import numpy as np
import pytest

from mien.core.alike import Sighting
from mien.core.arrays import Floats, Image
from mien.core.face import FaceBox
from mien.vision.alike import ALIKE, AlikeSearch, find_alike

RNG = np.random.default_rng(1)
NOISE = RNG.integers(0, 256, (112, 112, 3), np.uint8)


def face(box: FaceBox) -> FaceBox:
    w, h = box.width_px, box.height_px
    points = [[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.5, 0.8]]
    return FaceBox(*box.xyxy, 0.9, np.array([[box.x1 + x * w, box.y1 + y * h] for x, y in points], np.float32))


class Looks:
    """A person looks as the first pixel of the picture says; nobody is in a black one."""

    def look_again(self, image: Image, boxes: Sequence[FaceBox]) -> list[FaceBox | None]:
        return [face(box) if image[0, 0, 0] else None for box in boxes]

    def crops(self, image: Image, boxes: Sequence[FaceBox]) -> Image:
        crop = NOISE.copy()
        crop[0, 0, 0] = image[0, 0, 0]
        return np.stack([crop])

    def describe(self, crops: Image) -> Floats:
        turn = np.radians(crops[:, 0, 0, 0].astype(np.float32))
        return np.stack([np.cos(turn), np.sin(turn)], axis=1)


def pairs_of(looks: dict[int, Sequence[int]], box: tuple[float, ...] = (10, 10, 60, 80)) -> list[tuple[int, int]]:
    sightings, levels = [], {}
    for person_id, turns in looks.items():
        for place, turn in enumerate(turns):
            time_s = person_id + place / 10
            sightings.append(Sighting(person_id, time_s, box))  # type: ignore[arg-type]
            levels[time_s] = np.full((100, 100, 3), turn, np.uint8)
    search = AlikeSearch(Looks(), Looks())
    return [
        (pair.first_id, pair.second_id) for pair in find_alike(sightings, levels.__getitem__, search, lambda: True)
    ]


def test_the_most_alike_come_first_and_others_not_at_all() -> None:
    assert pairs_of({1: [10, 20], 2: [60, 70], 3: [12, 18], 4: [200, 200]}) == [(1, 3), (1, 2), (2, 3)]


def test_several_moments_count_together() -> None:
    far = int(np.degrees(np.arccos(ALIKE))) + 10
    assert pairs_of({1: [10], 2: [10 + far]}) == []
    assert pairs_of({1: [10, 60], 2: [10 + far]}) == [(1, 2)]


@pytest.mark.parametrize("box", [(10, 10, 30, 38), (-40, 10, 20, 80)])
def test_faces_that_are_small_or_cut_say_nothing(box: tuple[float, ...]) -> None:
    assert pairs_of({1: [10], 2: [10]}, box) == []


def test_a_face_that_is_not_there_says_nothing() -> None:
    assert pairs_of({1: [0], 2: [10], 3: [0]}) == []


def test_given_up_nobody_is_alike() -> None:
    search = AlikeSearch(Looks(), Looks())
    picture = np.full((100, 100, 3), 50, np.uint8)
    sightings = [Sighting(person_id, float(person_id), (10, 10, 60, 80)) for person_id in (1, 2)]
    answers = iter([True, False])
    assert find_alike(sightings, lambda _: picture, search, lambda: next(answers)) == []
