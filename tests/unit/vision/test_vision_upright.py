"""Which way up pictures are; the real detector on a real face."""

import cv2
import numpy as np
import pytest

from mien.composition import open_detector
from mien.places import demo_clip
from mien.settings import Settings
from mien.vision.describer import FaceDescriber
from mien.vision.upright import upright_turn


@pytest.mark.parametrize("lies_deg", [0, 90, 180, 270])
def test_a_picture_is_turned_back_from_wherever_it_lies(lies_deg: int) -> None:
    portrait = cv2.imread(str(demo_clip().with_name("portrait.png")))
    assert portrait is not None
    picture = cv2.copyMakeBorder(portrait, 60, 60, 200, 200, cv2.BORDER_CONSTANT, value=(90, 90, 90))
    lying = np.ascontiguousarray(np.rot90(picture, -(lies_deg // 90)))
    turn_deg = upright_turn([lying], open_detector(Settings()), FaceDescriber())
    assert (lies_deg + turn_deg) % 360 == 0


def test_pictures_without_faces_stay_as_they_are() -> None:
    plain = np.full((200, 300, 3), 90, np.uint8)
    assert upright_turn([plain], open_detector(Settings()), FaceDescriber()) == 0
