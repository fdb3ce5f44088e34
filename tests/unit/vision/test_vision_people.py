import numpy as np
import pytest

from mien.core.arrays import Floats, Image
from mien.core.face import FaceBox, FaceTrack
from mien.core.frame import Frame
from mien.vision.people import People
from tests.makers import make_frame, make_track

GREEN, BLUE, RED = 40, 120, 200


class ByColour:
    """Tells people apart by the gray of their face, and counts how often it was asked."""

    def __init__(self) -> None:
        self.described = 0

    def crops(self, image: Image, boxes: list[FaceBox]) -> Image:
        rng = np.random.default_rng(0)
        crops = [image[int(box.y1) + 20, int(box.x1) + 20] + rng.integers(0, 9, (112, 112, 3)) for box in boxes]
        return np.asarray(crops, np.uint8)

    def describe(self, crops: Image) -> Floats:
        self.described += len(crops)
        angles = crops.reshape(len(crops), -1).mean(axis=1) / 60.0
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def track(number: int, x: float, *, yaw: float = 0.0) -> FaceTrack:
    points = [(x + 15, 35), (x + 45, 35), (x + 30 + 30 * yaw, 50), (x + 30, 65)]
    return make_track(number, (x, 10, x + 60, 90), points=points)


def frame(time_s: float, faces: dict[float, int]) -> Frame:
    image = np.zeros((120, 640, 3), np.uint8)
    for x, gray in faces.items():
        image[:, int(x) : int(x) + 60] = gray
    return make_frame(round(time_s * 30), time_s, image=image)


def numbers(people: People, time_s: float, *faces: tuple[int, float, int]) -> list[int]:
    """Show faces (track, x, gray) and return who they are."""
    picture = frame(time_s, {x: gray for _, x, gray in faces})
    return [each.face_id for each in people.name(picture, [track(number, x) for number, x, _ in faces])]


def test_a_person_who_comes_back_gets_the_number_back() -> None:
    people = People(ByColour())
    assert numbers(people, 0.0, (1, 100, GREEN), (2, 300, BLUE)) == [1, 2]
    assert numbers(people, 3.0) == []
    assert numbers(people, 6.0, (3, 200, BLUE), (4, 400, RED)) == [2, 3]
    assert numbers(people, 6.1, (3, 200, BLUE), (4, 400, RED), (5, 20, GREEN)) == [2, 3, 1]


def test_switched_off_every_track_is_somebody_new() -> None:
    people = People(None)
    assert numbers(people, 0.0, (1, 100, GREEN)) == [1]
    assert numbers(people, 5.0, (2, 100, GREEN)) == [2]


def test_a_face_is_not_described_in_every_frame() -> None:
    describer = ByColour()
    people = People(describer)
    for index in range(300):
        numbers(people, index / 30, (1, 100, GREEN))
    assert describer.described <= 3


@pytest.mark.parametrize(("height", "described"), [(33, 1), (30, 0)])
def test_small_faces_are_not_described(height: int, described: int) -> None:
    describer = ByColour()
    points = np.array([[115, 20], [145, 20], [130, 28], [130, 36]], np.float32)
    small = make_track(1, (100, 10, 160, 10 + height), points=points)
    People(describer).name(frame(0.0, {100: GREEN}), [small])
    assert describer.described == described


def test_two_that_were_mixed_up_get_their_numbers_back() -> None:
    people = People(ByColour())
    numbers(people, 0.0, (1, 100, GREEN), (2, 300, BLUE))
    numbers(people, 0.3, (1, 200, GREEN), (2, 230, BLUE))
    found = [numbers(people, 0.6 + 0.1 * index, (1, 300, BLUE), (2, 100, GREEN)) for index in range(6)]
    assert found[-1] == [2, 1]


def test_a_new_face_that_cannot_be_described_waits_while_it_may_be_a_known_one() -> None:
    people = People(ByColour())
    assert numbers(people, 0.0, (1, 100, GREEN)) == [1]
    turned = track(2, 300, yaw=1.0)
    assert people.name(frame(3.0, {300: GREEN}), [turned]) == []
    assert numbers(people, 3.1, (2, 300, GREEN)) == [1]


def test_a_face_that_stays_turned_away_gets_a_number_of_its_own() -> None:
    people = People(ByColour())
    numbers(people, 0.0, (1, 100, GREEN))
    seen = [people.name(frame(3 + i / 9, {300: GREEN}), [track(2, 300, yaw=1.0)]) for i in range(7)]
    assert [len(each) for each in seen] == [0, 0, 0, 0, 1, 1, 1]
    assert seen[-1][0].face_id == 2


def test_the_first_face_is_reported_at_once_even_turned_away() -> None:
    people = People(ByColour())
    (only,) = people.name(frame(0.0, {100: GREEN}), [track(1, 100, yaw=1.0)])
    assert only.face_id == 1


@pytest.mark.parametrize("gray", [GREEN, BLUE])
def test_no_number_stands_twice_in_a_frame(gray: int) -> None:
    people = People(ByColour())
    numbers(people, 0.0, (1, 100, GREEN))
    found = numbers(people, 1.0, (1, 100, GREEN), (2, 300, gray))
    assert len(set(found)) == 2
