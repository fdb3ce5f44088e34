"""Which format a checkpoint has, by looking into it: names and endings are not believed."""

import zipfile
from enum import Enum
from pathlib import Path
from typing import Final

from mien.errors import ExportError, UnsupportedCheckpoint
from mien_networks.hdf5 import MAX_BYTES
from mien_networks.reasons import reason_of

HEAD_BYTES: Final = 4096
MAX_ZIP_ENTRIES: Final = 20_000

HDF5_SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"


_SAVED_MODEL: Final = (
    "{0}: a TensorFlow SavedModel; where TensorFlow is installed, `python -m tf2onnx.convert --saved-model {0} "
    "--output NEW.onnx` (package tf2onnx) makes an .onnx file of it, and `mien export NEW.onnx` takes that; "
    "or load it there with tf.keras and save it as .h5"
)
_TFLITE: Final = (
    "{0}: a TensorFlow Lite file; export the .h5, .keras or SavedModel that it was made from, or make an .onnx "
    "file with `python -m tf2onnx.convert --tflite {0} --output NEW.onnx` (package tf2onnx), which `mien export "
    "NEW.onnx` takes; try that one on faces you know, as such conversions were seen to be wrong"
)


class CheckpointFormat(Enum):
    """A format that a loader reads."""

    TORCH = "torch checkpoint"
    TORCHSCRIPT = "TorchScript"
    SAFETENSORS = "safetensors"
    KERAS_HDF5 = "Keras HDF5"
    KERAS_ZIP = "Keras zip"
    KERAS_JSON = "Keras model.json with weights"
    PRETRAINED_FOLDER = "save_pretrained folder"
    ONNX = "ONNX"


def recognise(path: Path) -> CheckpointFormat:
    """Return the format of a checkpoint.

    Args:
        path: A file, or a folder as `save_pretrained` writes it.

    Raises:
        ExportError: It is missing, empty, unreadable or too large.
        UnsupportedCheckpoint: It is none of the formats, or one that is refused for a reason.
    """
    try:
        if path.is_dir():
            return _recognise_folder(path)
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise ExportError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    if size == 0:
        raise ExportError(f"{path}: the file is empty; fetch or save it again")
    if size > MAX_BYTES:
        raise ExportError(f"{path}: larger than {MAX_BYTES / 1024**3:.0f} GiB, which no network of this kind is")
    return _recognise_file(path, head, size)


def _recognise_folder(folder: Path) -> CheckpointFormat:
    if (folder / "config.json").is_file():
        return CheckpointFormat.PRETRAINED_FOLDER
    if (folder / "model.json").is_file():
        return CheckpointFormat.KERAS_JSON
    if (folder / "saved_model.pb").is_file():
        raise UnsupportedCheckpoint(_SAVED_MODEL.format(folder))
    if any(path.suffix == ".json" and path.is_file() and is_keras_json(path) for path in folder.iterdir()):
        return CheckpointFormat.KERAS_JSON
    raise UnsupportedCheckpoint(
        f"{folder}: a folder without config.json or a Keras model's JSON; name the checkpoint's file"
    )


def _recognise_file(path: Path, head: bytes, size: int) -> CheckpointFormat:
    if head.startswith(HDF5_SIGNATURE):
        return CheckpointFormat.KERAS_HDF5
    if head.startswith(b"PK\x03\x04"):
        return _recognise_zip(path)
    if head[4:8] == b"TFL3":
        raise UnsupportedCheckpoint(_TFLITE.format(path))
    if head.lstrip()[:1] in (b"{", b"["):
        return CheckpointFormat.PRETRAINED_FOLDER if _is_pretrained_config(path) else CheckpointFormat.KERAS_JSON
    if 2 <= int.from_bytes(head[:8], "little") <= size - 8 and head[8:9] == b"{":
        return CheckpointFormat.SAFETENSORS
    if head[:1] == b"\x80" and len(head) > 1 and head[1] <= 5:
        return CheckpointFormat.TORCH
    if path.name == "saved_model.pb":
        raise UnsupportedCheckpoint(_SAVED_MODEL.format(path.parent))
    if _looks_like_onnx(head):
        return CheckpointFormat.ONNX
    raise UnsupportedCheckpoint(
        f"{path}: no format that Mien knows ({', '.join(known.value for known in CheckpointFormat)})"
    )


def _recognise_zip(path: Path) -> CheckpointFormat:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ExportError(f"{path}: a damaged zip archive ({reason_of(error)}); fetch or save it again") from error
    check_zip_size(path, entries)
    names = {entry.filename for entry in entries}
    inner = {name.partition("/")[2] for name in names}
    if "config.json" in names and any(name.endswith(".weights.h5") for name in names):
        return CheckpointFormat.KERAS_ZIP
    if "data.pkl" in inner and any(name.startswith("code/") for name in inner):
        return CheckpointFormat.TORCHSCRIPT
    if "data.pkl" in inner:
        return CheckpointFormat.TORCH
    raise UnsupportedCheckpoint(
        f"{path}: a zip archive, but neither of torch nor of Keras; unpack it and name the checkpoint in it"
    )


def check_zip_size(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that would unpack to more than any network needs.

    Raises:
        ExportError: It would.
    """
    claimed = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ZIP_ENTRIES or claimed > MAX_BYTES:
        raise ExportError(
            f"{path}: claims to unpack to {len(entries)} files of {claimed / 1024**3:,.1f} GiB; that is no network"
        )


def is_keras_json(path: Path) -> bool:
    """Tell a Keras model's JSON by its beginning."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES).lstrip()
    except OSError:
        return False
    return head.startswith(b"{") and b'"class_name"' in head and b'"config"' in head


def _is_pretrained_config(path: Path) -> bool:
    folder = path.parent
    has_weights = any(folder.glob("*.safetensors")) or (folder / "pytorch_model.bin").is_file()
    return path.name == "config.json" and has_weights


def _looks_like_onnx(head: bytes) -> bool:
    """Tell a protocol buffer whose first field is `ir_version`, a small number (onnx.proto, field 1)."""
    return len(head) > 4 and head[0] == 0x08 and head[1] < 0x40 and head[2] in (0x12, 0x1A, 0x22, 0x2A, 0x3A, 0x42)
