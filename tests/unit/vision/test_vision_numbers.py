"""The numbers that people get, by the program's own finder, on frames of real clips."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien.capture.video_file import VideoFile
from mien.composition import build_finder
from mien.core.arrays import Image
from mien.core.face import FaceTrack
from mien.core.quality import assess
from mien.places import demo_clip
from mien.settings import Settings
from tests.makers import make_frame

pytestmark = pytest.mark.shared


def clip(shared: Path, name: str, count: int, start: int = 0) -> list[Image]:
    capture = cv2.VideoCapture(str(shared / "media" / name))
    frames = []
    for index in range(start + count):
        ok, image = capture.read()
        assert ok
        if index >= start:
            frames.append(np.asarray(cv2.resize(image, (640, 360)), np.uint8))
    capture.release()
    return frames


@pytest.fixture
def man(shared: Path) -> list[Image]:
    return clip(shared, "one_face_360p.mp4", 20)


@pytest.fixture
def woman(shared: Path) -> list[Image]:
    return clip(shared, "one_face_336p.mp4", 40, start=60)


def found(
    images: Sequence[Image], times_s: Sequence[float], settings: Settings | None = None
) -> list[list[FaceTrack]]:
    finder = build_finder(settings or Settings())
    tracks = [
        finder.find(make_frame(index, time_s, image=image))
        for index, (image, time_s) in enumerate(zip(images, times_s, strict=True))
    ]
    finder.close()
    return tracks


def at_rate(images: Sequence[Image], fps: float) -> Iterator[float]:
    return (index / fps for index in range(len(images)))


def people(tracks: list[list[FaceTrack]]) -> list[int]:
    return [track.face_id for faces in tracks for track in faces]


def test_two_people_cut_hard_are_two_and_the_first_comes_back(man: list[Image], woman: list[Image]) -> None:
    images = [*woman[:20], *man, *woman[20:]]
    tracks = found(images, list(at_rate(images, 30)))
    assert people(tracks) == [1] * 20 + [2] * 20 + [1] * 20
    assert [faces[0].track_id for faces in tracks] == [1] * 20 + [2] * 20 + [3] * 20


def test_a_person_who_comes_back_over_the_border_is_the_same_one() -> None:
    frames = list(VideoFile(demo_clip()).frames())
    tracks = found([frame.image for frame in frames], [frame.timestamp_s for frame in frames])
    assert set(people(tracks)) == {1}
    assert sum(not faces for faces in tracks) > 30  # away for a while


@pytest.mark.parametrize("fps", [0.5, 2.0])
def test_stills_and_pauses_keep_one_person(man: list[Image], fps: float) -> None:
    tracks = found(man[::4], list(at_rate(man[::4], fps)))
    assert people(tracks) == [1] * 5


def test_somebody_who_leaves_and_returns_is_the_same_person(man: list[Image]) -> None:
    ground = np.full_like(man[0], 200)

    def shifted(image: Image, by: int) -> Image:
        picture = ground.copy()
        if by < 640:
            picture[:, : 640 - by] = image[:, by:]
        return picture

    way = [0] * 6 + list(range(0, 480, 12)) + [640] * 45 + list(range(480, -1, -12)) + [0] * 6
    images = [shifted(man[index % 20], by) for index, by in enumerate(way)]
    tracks = found(images, list(at_rate(images, 30)))
    assert set(people(tracks)) == {1}
    assert {track.track_id for faces in tracks for track in faces} == {1, 2}
    assert len(tracks[-1]) == 1


def head_of(image: Image) -> Image:
    """Return the face of a picture with some room, (200, 200, 3)."""
    ((face,),) = found([image], [0.0])
    box, room = face.box, 0.35 * face.box.height_px
    middle_x, middle_y, half = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2, box.height_px / 2 + room
    matrix = np.array([[100 / half, 0, 100 - middle_x * 100 / half], [0, 100 / half, 100 - middle_y * 100 / half]])
    return np.asarray(cv2.warpAffine(image, matrix, (200, 200), borderMode=cv2.BORDER_REPLICATE), np.uint8)


@pytest.mark.parametrize("fps", [8.0, 25.0])
def test_two_people_who_cross_keep_their_numbers(man: list[Image], woman: list[Image], fps: float) -> None:
    before, behind = head_of(man[0]), head_of(woman[0])
    images = []
    for way in np.linspace(0, 1, int(3 * fps)):
        picture = np.full((480, 1000, 3), 120, np.uint8)
        for head, x, y in ((behind, round(780 - 760 * way), 110), (before, round(20 + 760 * way), 130)):
            picture[y : y + 200, x : x + 200] = head
        images.append(picture)
    tracks = found(images, list(at_rate(images, fps)))
    assert set(people(tracks)) == {1, 2}
    assert [track.face_id for track in sorted(tracks[0], key=lambda track: track.box.x1)] == [1, 2]
    assert [track.face_id for track in sorted(tracks[-1], key=lambda track: track.box.x1)] == [2, 1]


def test_switched_off_a_cut_makes_somebody_new(man: list[Image], woman: list[Image]) -> None:
    images = [*woman[:4], *man[:4], *woman[4:8]]
    settings = Settings()
    reading = type(settings.reading)(recognise_people=False)
    off = Settings(reading=reading)
    assert people(found(images, list(at_rate(images, 30)), off)) == [1] * 4 + [2] * 4 + [3] * 4


def test_a_face_on_its_head_is_not_usable(woman: list[Image]) -> None:
    images = [np.ascontiguousarray(image[::-1, ::-1]) for image in woman[:10]]
    for image, faces in zip(images, found(images, list(at_rate(images, 30))), strict=True):
        gray = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
        for track in faces:
            assert not assess(track.box, gray, (640, 360), track.condition).usable


def test_a_covered_mouth_is_noticed(man: list[Image]) -> None:
    images = [image.copy() for image in man]
    for image in images:
        image[204:306, 212:376] = (216, 197, 159)
    for faces in found(images, list(at_rate(images, 30))):
        (track,) = faces
        assert track.condition is not None
        assert track.condition.mouth_covered > 0.8
        assert track.condition.eyes_covered < 0.5
