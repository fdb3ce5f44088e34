"""Whoever names a trained checkpoint as a network is told of `mien export`."""

import struct
from pathlib import Path

import pytest

from mien.errors import ModelError
from mien.inference.catalog import find_model, list_models

HEADS = {
    "x.h5": b"\x89HDF\r\n\x1a\n" + b"\0" * 64,
    "x.keras": b"PK\x03\x04" + b"\0" * 64,
    "x.pt": b"\x80\x02}q\0." + b"\0" * 64,
    "x.safetensors": struct.pack("<Q", 20) + b'{"w":{"dtype":"F32"}}' + b"\0" * 9,
    "x.tflite": b"\x1c\0\0\0TFL3" + b"\0" * 32,
    "x.json": b'{"class_name": "Sequential"}',
    "x.onnx": b"\x89HDF\r\n\x1a\n" + b"\0" * 64,
}


@pytest.mark.parametrize("name", HEADS)
def test_a_checkpoint_is_refused_with_the_command_that_exports_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HEADS[name])
    with pytest.raises(ModelError) as raised:
        find_model(str(path))
    assert f"`mien export {path} -o x.onnx`" in str(raised.value)


def test_so_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="mien export"):
        find_model(str(tmp_path))


def test_networks_and_other_files_pass(tmp_path: Path) -> None:
    shipped = next(entry.path for entry in list_models() if entry.sha256)
    assert find_model(str(shipped)) == shipped
    (tmp_path / "short.onnx").write_bytes(b"\x08")
    assert find_model(str(tmp_path / "short.onnx")) == tmp_path / "short.onnx"
    with pytest.raises(ModelError, match="no such network"):
        find_model(str(tmp_path))
