import cv2
import numpy as np
import pytest

from mien.composition import open_detector
from mien.places import assets_folder
from mien.settings import Settings
from mien.vision.finder import FaceFinder
from mien.vision.people import People
from mien.vision.tracker import Tracker
from tests.makers import make_frame


def crop(side: int) -> np.ndarray:
    portrait = cv2.imread(str(assets_folder() / "portrait.png"))
    assert portrait is not None
    return cv2.resize(portrait[55:200, 165:285], (side, side), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("side", [48, 100, 224])
def test_every_crop_is_one_face_with_its_eyes(side: int) -> None:
    detector = open_detector(Settings().changed(reading={"faces_are_crops": True}, compute={"provider": "cpu"}))
    (box,) = detector.detect(make_frame(image=crop(side)))
    assert box.xyxy == (0, 0, side, side)
    assert box.landmarks is not None
    assert np.allclose(box.landmarks[:2] / side, [(0.33, 0.31), (0.675, 0.325)], atol=0.03)
    detector.close()


def test_a_picture_in_which_nothing_is_found_is_read_all_the_same() -> None:
    detector = open_detector(Settings().changed(reading={"faces_are_crops": True}, compute={"provider": "cpu"}))
    finder = FaceFinder(detector, Tracker(), People(None))
    for index in range(3):
        (track,) = finder.find(make_frame(index, size_wh=(48, 48), level=60 * index, fps=1))
        assert track.box.score == 1.0
    finder.close()
