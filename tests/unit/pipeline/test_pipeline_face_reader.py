"""The reader on real ONNX files with known answers: one network, and two side by side."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from mien.composition import build_reader
from mien.core.frame import Frame
from mien.inference.classifier import Classifier
from mien.inference.session import OnnxSession
from mien.pipeline.face_reader import FaceReader
from mien.places import assets_folder
from mien.settings import Settings
from mien.vision.crops import crop_face
from tests.makers import make_frame, make_track
from tests.networks import LABELS, manifest_of, write_network


def classifier(path: Path) -> Classifier:
    return Classifier(OnnxSession(path, provider="cpu"))


def frame(index: int, brightness: int = 0) -> Frame:
    return make_frame(index, size_wh=(160, 120), level=brightness, fps=10)


TRACKS = [make_track(7, (20, 20, 80, 80)), make_track(9, (90, 20, 150, 80))]


def one_hot(label: str) -> list[float]:
    return [5.0 if each == label else 0.0 for each in LABELS]


def test_one_network_gives_no_second_reading(tmp_path: Path) -> None:
    reader = FaceReader(classifier(write_network(tmp_path / "a.onnx", manifest_of())))
    readings = reader.read(frame(0), TRACKS)
    assert [reading.track.track_id for reading in readings] == [7, 9]
    assert all(reading.other is None for reading in readings)
    assert (reader.other_name, reader.other_labels) == (None, ())


def test_two_networks_read_the_same_faces_each_with_its_own_input(tmp_path: Path) -> None:
    first = classifier(write_network(tmp_path / "a.onnx", manifest_of(), logits=one_hot("sadness")))
    size = {"name": "image", "size_wh": [24, 24], "layout": "NCHW", "colour": "GRAY"}
    manifest = manifest_of(name="other-net", input=size, labels=[f"x-{label}" for label in LABELS])
    second = classifier(
        write_network(tmp_path / "b.onnx", manifest, shape=(1, 24, 24), logits=one_hot("fear"), affect=(-1.0, 1.0))
    )
    reader = FaceReader(first, second)
    readings = reader.read(frame(0), TRACKS)
    assert reader.other_name == "other-net"
    assert [reading.emotion.label for reading in readings] == ["sadness", "sadness"]
    for reading in readings:
        assert reading.other is not None
        assert reading.other.emotion.label == "x-fear"
        assert reading.other.affect is not None
        assert (reading.other.affect.valence, reading.other.affect.arousal) == (-1.0, 1.0)


def test_what_the_network_sees_is_what_it_gets(tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8)
    box = TRACKS[0].box
    for colour in ("RGB", "GRAY"):
        channels = 1 if colour == "GRAY" else 3
        spec = {"name": "image", "size_wh": [24, 24], "layout": "NCHW", "colour": colour}
        path = write_network(tmp_path / f"{colour}.onnx", manifest_of(input=spec), shape=(channels, 24, 24))
        net = classifier(path)
        seen = FaceReader(net).seen(image, box)
        assert (seen.shape, seen.dtype) == ((24, 24, 3), np.uint8)
        fed = crop_face(image, box, net.manifest.input)
        np.testing.assert_array_equal(seen[:, :, ::-1] if colour == "RGB" else seen[:, :, :1], fed)


def test_several_frames_read_at_once_are_read_as_one_by_one(demo_faces: list[Frame]) -> None:
    reader = build_reader(Settings().changed(compute={"provider": "cpu"}))
    found = [(each, TRACKS[: index % 3]) for index, each in enumerate(demo_faces)]
    together = reader.read_several(found)
    assert [len(readings) for readings in together] == [0, 1, 2, 0]
    for (each, tracks), readings in zip(found, together, strict=True):
        for alone, reading in zip(reader.read(each, tracks), readings, strict=True):
            assert reading.track is alone.track
            assert reading.quality == alone.quality
            assert reading.affect is not None
            np.testing.assert_allclose(reading.emotion.probabilities, alone.emotion.probabilities, atol=1e-5)


@pytest.fixture
def demo_faces() -> list[Frame]:
    portrait = cv2.imread(str(assets_folder() / "portrait.png"))
    assert portrait is not None
    return [
        Frame(np.ascontiguousarray(portrait[at : at + 240, at : at + 320]), at, at / 10, 0.0)
        for at in (0, 40, 80, 120)
    ]
