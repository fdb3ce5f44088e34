"""Formats are told by what is in a file, and hostile files are refused before a framework sees them."""

import json
import struct
import zipfile
from pathlib import Path

import pytest

from mien.errors import ExportError, UnsupportedCheckpoint
from mien_export.formats import CheckpointFormat, recognise


def zipped(path: Path, names: list[str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return path


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["config.json", "metadata.json", "model.weights.h5"], CheckpointFormat.KERAS_ZIP),
        (["net/data.pkl", "net/data/0", "net/version"], CheckpointFormat.TORCH),
        (["net/data.pkl", "net/code/__torch__.py", "net/constants.pkl"], CheckpointFormat.TORCHSCRIPT),
    ],
)
def test_zip_archives_are_told_apart_whatever_they_are_called(
    tmp_path: Path, names: list[str], expected: CheckpointFormat
) -> None:
    assert recognise(zipped(tmp_path / "holiday.jpg", names)) is expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\x89HDF\r\n\x1a\n" + b"\0" * 64, CheckpointFormat.KERAS_HDF5),
        (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", CheckpointFormat.TORCH),
        (struct.pack("<Q", 20) + b'{"w":{"dtype":"F32"}}' + b"\0" * 9, CheckpointFormat.SAFETENSORS),
        (b'{"class_name": "Sequential"}', CheckpointFormat.KERAS_JSON),
        (b"\x08\x08\x12\x07pytorch\x1a\x052.0.0", CheckpointFormat.ONNX),
    ],
)
def test_single_files_are_told_apart_whatever_they_are_called(
    tmp_path: Path, head: bytes, expected: CheckpointFormat
) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(head)

    assert recognise(path) is expected


def test_folders_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps({}))
    assert recognise(tmp_path) is CheckpointFormat.KERAS_JSON
    (tmp_path / "config.json").write_text(json.dumps({}))
    assert recognise(tmp_path) is CheckpointFormat.PRETRAINED_FOLDER
    (tmp_path / "model.safetensors").write_bytes(b"x")
    assert recognise(tmp_path / "config.json") is CheckpointFormat.PRETRAINED_FOLDER


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\x1c\0\0\0TFL3" + b"\0" * 32, "seen to be wrong"),
        (b"PK\x03\x04 no archive at all", "damaged zip"),
        (b"GIF89a no network either", "no format that Mien knows"),
    ],
)
def test_what_is_no_checkpoint_is_refused_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "weights.h5"
    path.write_bytes(content)

    with pytest.raises(ExportError, match=message) as caught:
        recognise(path)

    assert "weights.h5" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="No such file"):
        recognise(tmp_path / "gone.pt")


def test_a_foreign_zip_and_a_saved_model_are_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedCheckpoint, match="unpack it"):
        recognise(zipped(tmp_path / "photos.zip", ["a.jpg"]))
    (tmp_path / "saved_model.pb").write_bytes(b"x")
    with pytest.raises(UnsupportedCheckpoint, match="SavedModel"):
        recognise(tmp_path)


def test_a_zip_that_claims_terabytes_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.keras", ["config.json", "metadata.json", "model.weights.h5"])
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")  # the directory's entry of the weights: its claim of 32 bits stands at 24
    content[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    second = content.rindex(b"PK\x01\x02", 0, at)
    content[second + 24 : second + 28] = struct.pack("<I", 0xFFFFFFF0)
    third = content.rindex(b"PK\x01\x02", 0, second)
    content[third + 24 : third + 28] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(content)

    with pytest.raises(ExportError, match=r"claims to unpack to 3 files of 12\.0 GiB"):
        recognise(path)
