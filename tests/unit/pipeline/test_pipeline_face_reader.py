"""The reader on real ONNX files with known answers: one network, and two side by side."""

from pathlib import Path

import numpy as np

from mien.core.frame import Frame
from mien.inference.classifier import Classifier
from mien.inference.session import OnnxSession
from mien.pipeline.face_reader import FaceReader
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
