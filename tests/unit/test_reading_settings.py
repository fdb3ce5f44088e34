"""Every setting of the group ``reading`` changes some reading; the real detector and networks on one face."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pytest

from mien.composition import build_closer, build_finder, build_reader
from mien.core.face import FaceBox
from mien.core.frame import Frame
from mien.errors import ModelError
from mien.places import demo_clip
from mien.settings import ReadingSettings, Settings
from mien.vision.weights import SHORT_RANGE, find_weights
from tests.makers import make_frame

STEP_S: Final = 0.04

OTHERWISE: Final[dict[str, dict[str, object]]] = {
    "model": {"model": "mien-s"},
    "compare": {"compare": "mien-s"},
    "detector": {"detector": "short-range"},
    "yunet_file": {"detector": "yunet", "yunet_file": "face_detection_yunet_2023mar.onnx"},
    "added_detector": {"detector": "added", "added_detector": "whole-picture"},
    "every": {"every": 4},
    "faces_are_crops": {"faces_are_crops": True},
    "min_face_score": {"min_face_score": 1.0},
    "recognise_people": {"recognise_people": False},
    "face_details": {"face_details": True},
}
"""By field, what is chosen in place of the default. A field without an entry fails."""


class WholePicture:
    """A detector as another package may add it."""

    name = "whole picture"

    def __init__(self, min_score: float) -> None:
        self._score = max(min_score, 0.9)

    def detect(self, frame: Frame) -> list[FaceBox]:
        height, width = frame.image.shape[:2]
        return [FaceBox(0, 0, width, height, self._score)]

    def close(self) -> None:
        pass


def frames() -> Iterator[Frame]:
    """A face that moves, is away for four seconds, and comes back."""
    portrait = cv2.imread(str(demo_clip().with_name("portrait.png")))
    assert portrait is not None
    face = cv2.resize(portrait, (240, 240 * portrait.shape[0] // portrait.shape[1]))
    for index in range(14):
        picture = np.full((face.shape[0] + 40, 400, 3), 90, np.uint8)
        if not 6 <= index < 8:
            picture[20 : 20 + face.shape[0], 20 + 6 * index : 260 + 6 * index] = face
        away_s = 4.0 if index > 6 else 0.0
        yield make_frame(index, index * STEP_S + away_s, image=picture)


def read(**reading: object) -> list[Any]:
    """What is said of each face of each frame."""
    settings = Settings().changed(reading=reading)
    finder, reader = build_finder(settings), build_reader(settings)
    closer = build_closer(settings, is_live=False)
    said = []
    try:
        for frame in frames():
            faces = reader.read(frame, finder.find(frame))
            for face in faces if closer is None else closer.look(frame, faces):
                box = [round(edge) for edge in face.track.box.xyxy]
                other = None if face.other is None else face.other.emotion.label
                where = (frame.index, face.track.face_id, face.track.is_predicted, *box)
                smile = None if face.details is None else round(face.details["au12_left"], 2)
                said.append((where, face.emotion.probabilities.round(3).tolist(), other, smile))
    finally:
        finder.close()
    return said


@pytest.fixture(scope="module")
def by_default() -> list[Any]:
    said = read()
    assert len(said) == 12
    assert {where[1] for where, *_ in said} == {1}
    return said


def test_the_same_settings_give_the_same_readings(by_default: list[Any]) -> None:
    assert read() == by_default


@pytest.mark.parametrize("name", ReadingSettings.__struct_fields__)
def test_every_reading_setting_changes_some_reading(
    name: str, by_default: list[Any], shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = OTHERWISE[name]
    monkeypatch.setattr("mien.plugins.load_plugin", lambda group, name: WholePicture)
    if name == "detector":
        try:
            find_weights(SHORT_RANGE)
        except ModelError as error:
            pytest.skip(str(error))
    if name == "yunet_file":
        network = shared / "weights" / str(chosen["yunet_file"])
        if not network.is_file():
            pytest.skip(f"{network} is not here")
        chosen = chosen | {"yunet_file": str(network)}
    assert read(**chosen) != by_default
