"""Trained checkpoints of other frameworks, told by their first bytes, and the command that exports them."""

from pathlib import Path
from typing import Final

from mien.errors import ModelError

_FOLDERS: Final = ("config.json", "model.json", "saved_model.pb")
"""Files of which one lies in a folder that is a checkpoint."""
_HEADS: Final = (b"\x89HDF\r\n\x1a\n", b"PK\x03\x04", b"{", *(bytes((0x80, version)) for version in range(2, 6)))
"""HDF5 and zip of Keras and torch, a model's JSON, pickles."""
_TFLITE: Final = b"TFL3"
_HEAD_BYTES: Final = 16


def refuse_checkpoint(path: Path) -> None:
    """Say how a checkpoint, a file or a folder, becomes a network for Mien; what is none passes.

    Raises:
        ModelError: It is one.
    """
    if _is_checkpoint(path):
        raise ModelError(
            f"{path.name}: a trained checkpoint, not an .onnx file of Mien; "
            f"`mien export {path} -o {path.stem}.onnx` makes one of it"
        )


def _is_checkpoint(path: Path) -> bool:
    try:
        if path.is_dir():
            return any((path / name).is_file() for name in _FOLDERS)
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        size = path.stat().st_size
    except OSError:
        return False
    is_safetensors = head[8:9] == b"{" and int.from_bytes(head[:8], "little") < size
    return head.startswith(_HEADS) or head[4:8] == _TFLITE or is_safetensors
