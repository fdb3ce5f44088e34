"""The picture without overlay."""

from typing import Any

import numpy as np
import pytest

from mien.composition import build_clean
from mien.core.face import FrameResult
from mien.settings import Settings
from tests.makers import make_reading, make_result


def result_with_a_face() -> FrameResult:
    image = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    return make_result(readings=[make_reading(box=(50.0, 30.0, 90.0, 80.0))], image=image)


def test_without_a_cover_it_is_the_frame_itself_not_mirrored() -> None:
    result = result_with_a_face()
    assert build_clean(Settings().changed(camera={"mirror": True}))(result) is result.frame.image


@pytest.mark.parametrize("cover", ["blur", "plate"])
def test_covered_faces_stay_covered_and_the_rest_stays_as_it_was(cover: Any) -> None:
    result = result_with_a_face()
    before = result.frame.image.copy()
    picture = build_clean(Settings().changed(video={"cover": cover}))(result)
    face = (slice(30, 80), slice(50, 90))
    assert np.abs(picture[face].astype(int) - before[face]).mean() > 30
    outside = np.ones((120, 160), bool)
    outside[22:89, 43:97] = False
    assert np.array_equal(picture[outside], before[outside])
    assert np.array_equal(result.frame.image, before)
