"""The overlay against pictures that a person has looked at; `pytest --update-goldens` writes them anew."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mien.core.arrays import Image
from mien.core.emotion import EXPRESSIONS
from mien.core.face import SecondReading
from mien.overlay.painter import Painter
from mien.settings import OverlaySettings

GOLDEN = Path(__file__).parents[2] / "golden"
MAX_STEP = 24
"""Of a channel's value; more is another picture, not another rasteriser."""
MAX_SHARE = 0.0001
SEVEN = EXPRESSIONS[:7]


@pytest.fixture
def check(request: pytest.FixtureRequest) -> Callable[[str, Image], None]:
    def compare(name: str, picture: Image) -> None:
        path = GOLDEN / f"overlay_{name}.png"
        if request.config.getoption("--update-goldens"):
            cv2.imwrite(str(path), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        golden = cv2.imread(str(path))
        assert golden is not None, f"{path.name} is missing: pytest --update-goldens writes it"
        assert golden.shape == picture.shape
        differs = (np.abs(golden.astype(int) - picture) > MAX_STEP).any(axis=2)
        assert differs.mean() <= MAX_SHARE, f"{path.name}: {differs.mean():.2%} of the pixels differ"

    return compare


@pytest.fixture
def paint(make_picture: Any, make_reading: Any, make_result: Any) -> Callable[..., Image]:
    def make(
        size_wh: tuple[int, int], *faces: dict[str, Any], other_model: str | None = None, **options: Any
    ) -> Image:
        picture = make_picture(*size_wh, [face["box"] for face in faces])
        readings = [make_reading(index + 1, **face) for index, face in enumerate(faces)]
        return Painter(**options).paint(make_result(picture, *readings, other_model=other_model))

    return make


def test_one_face(paint: Any, check: Any) -> None:
    check("one_face", paint((596, 336), {"box": (240, 80, 360, 240)}))


def test_without_affect(paint: Any, check: Any) -> None:
    check("without_affect", paint((596, 336), {"box": (240, 80, 360, 240), "label": "sadness", "affect": None}))


def test_uncertain(paint: Any, check: Any) -> None:
    check("uncertain", paint((596, 336), {"box": (240, 80, 360, 240), "reason": "turned away"}))


def test_five_faces_close_together(paint: Any, check: Any) -> None:
    faces = [
        {"box": (90, 70, 190, 200), "label": "happiness", "confidence": 0.93},
        {"box": (185, 150, 285, 280), "label": "surprise", "confidence": 0.71, "affect": (0.1, 0.9)},
        {"box": (290, 60, 380, 170), "label": "anger", "confidence": 0.55, "affect": (-0.8, 0.6)},
        {"box": (375, 160, 475, 290), "reason": "too small"},
        {"box": (470, 90, 560, 205), "label": "fear", "confidence": 0.62, "affect": (-0.5, 0.7)},
    ]
    check("five_faces", paint((720, 405), *faces))


def test_small_picture(paint: Any, check: Any) -> None:
    check(
        "320x240",
        paint((320, 240), {"box": (40, 60, 120, 170)}, {"box": (190, 90, 250, 170), "label": "contempt"}),
    )


def test_4k(paint: Any, check: Any) -> None:
    painted = paint((3840, 2160), {"box": (1500, 600, 2200, 1500), "label": "disgust"})
    check("4k_crop", np.ascontiguousarray(painted[440:1000, 1420:2860]))


def test_a_face_at_each_corner(paint: Any, check: Any) -> None:
    boxes = [(-30, -20, 90, 120), (510, -20, 630, 120), (-30, 240, 90, 380), (510, 240, 630, 380)]
    labels = ["neutral", "surprise", "fear", "contempt"]
    check(
        "corners", paint((596, 336), *({"box": b, "label": each} for b, each in zip(boxes, labels, strict=True)))
    )


@pytest.mark.parametrize("size_wh", [(1, 1), (7, 5), (40, 30)])
def test_tiny_pictures(size_wh: tuple[int, int], paint: Any, check: Any) -> None:
    width, height = size_wh
    box = (-1.0, -1.0, width * 0.8, height * 0.9)
    check(f"{width}x{height}", paint(size_wh, {"box": box}))


@pytest.mark.parametrize("cover", ["blur", "plate"])
def test_covered_and_mirrored(cover: str, paint: Any, check: Any) -> None:
    check(f"{cover}_mirrored", paint((596, 336), {"box": (140, 80, 260, 240)}, cover=cover, mirror=True))


def test_labels_of_other_networks(paint: Any, check: Any) -> None:
    labels = ("À l’aise", "anger", "Überrascht", "happy", "żal", "ποθος", "боль", "日本")
    check("other_labels", paint((596, 336), {"box": (240, 80, 360, 240), "label": "Überrascht", "labels": labels}))


def test_named_faces(paint: Any, check: Any) -> None:
    faces = [
        {"box": (60, 120, 150, 240)},
        {"box": (270, 130, 360, 250), "label": "sadness", "reason": "turned away"},
        {"box": (520, 90, 610, 210), "label": "fear"},
    ]
    names = {1: "Anna", 2: "Maximiliane von Hohenstaufen-Berg"}
    check("named", paint((720, 336), *faces, names=names, parts=OverlaySettings(bars=False)))


def test_two_networks(paint: Any, check: Any, make_reading: Any) -> None:
    second = make_reading(1, (0, 0, 1, 1), "surprise", 0.52, affect=None, labels=SEVEN)
    other = SecondReading(second.emotion, None)
    check(
        "two_networks",
        paint((596, 336), {"box": (240, 80, 360, 240), "other": other}, other_model="mini-xception"),
    )


def test_two_networks_of_which_one_is_unsure(paint: Any, check: Any, make_reading: Any) -> None:
    second = make_reading(1, (0, 0, 1, 1), "fear", 0.22, affect=None, labels=SEVEN)
    face = {"box": (240, 80, 360, 240), "other": SecondReading(second.emotion, None), "min_confidence": 0.4}
    check("two_networks_unsure", paint((596, 336), face, other_model="mini-xception"))
