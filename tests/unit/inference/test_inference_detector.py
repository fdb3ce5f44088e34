"""A face detector's file from a stranger is checked like any other network."""

from pathlib import Path
from typing import Any

import msgspec
import onnx
import pytest

from mien.errors import ManifestError, ModelError
from mien.inference.catalog import find_detector, list_detectors, list_models, verify_model
from mien.inference.detector_manifest import parse_detector_manifest
from mien.inference.detector_session import DetectorSession
from mien.inference.manifest import METADATA_KEY, parse_manifest
from mien.inference.session import read_manifest


def manifest_of(**changes: Any) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "schema": 1,
        "kind": "face detector",
        "name": "finder",
        "input": {"name": "image", "colour": "BGR", "mean": [104, 117, 123]},
        "anchors": {"strides_px": [8, 16, 32], "sides_px": [[16, 32], [64, 128], [256, 512]]},
    }
    return manifest | changes


def write(path: Path, manifest: dict[str, Any] | None) -> Path:
    """Write the shipped detector with another manifest."""
    model = onnx.load(find_detector())
    del model.metadata_props[:]
    if manifest is not None:
        model.metadata_props.add(key=METADATA_KEY, value=msgspec.json.encode(manifest).decode())
    onnx.save(model, path)
    return path


def test_the_shipped_detector_is_as_shipped_and_no_network_to_read_with() -> None:
    (entry,) = list_detectors()
    verify_model(entry)
    assert entry.name not in {model.name for model in list_models()}
    with pytest.raises(ManifestError, match="face detector, which reads no expressions"):
        read_manifest(entry.path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schema": 2}, "update Mien"),
        ({"kind": "nose detector"}, "finds no faces"),
        ({"input": {"name": "image", "colour": "GRAY"}}, "its manifest is wrong"),
        ({"input": {"name": "image", "colour": "BGR", "scale": 0}}, "its manifest is wrong"),
        ({"input": {"name": "image", "colour": "BGR", "multiple_px": 24}}, "multiple"),
        ({"anchors": {"strides_px": [8], "sides_px": [[16], [32]]}}, "one entry for each"),
        ({"anchors": {"strides_px": [0], "sides_px": [[16]]}}, "its manifest is wrong"),
        ({"surprise": 1}, "its manifest is wrong"),
    ],
)
def test_a_senseless_manifest_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ManifestError, match=words):
        parse_detector_manifest(msgspec.json.encode(manifest_of(**changes)), "x.onnx")


def test_each_kind_names_the_other() -> None:
    with pytest.raises(ManifestError, match="reads no expressions"):
        parse_manifest(msgspec.json.encode(manifest_of()), "x.onnx")


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        (None, "has no manifest"),
        (manifest_of(input={"name": "picture", "colour": "BGR"}), "its input"),
        (manifest_of(outputs={"scores": "nothing"}), "lacks an output"),
        (manifest_of(outputs={"scores": "boxes", "boxes": "scores"}), "do not fit its anchors"),
        (manifest_of(anchors={"strides_px": [8], "sides_px": [[16]]}), "do not fit its anchors"),
    ],
)
def test_a_file_that_does_not_do_what_it_says_is_refused(
    tmp_path: Path, manifest: dict[str, Any] | None, words: str
) -> None:
    with pytest.raises(ModelError, match=words):
        DetectorSession(write(tmp_path / "x.onnx", manifest), "cpu")
