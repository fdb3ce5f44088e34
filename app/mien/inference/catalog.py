"""Which networks there are: the shipped ones, the user's own, and whether the shipped ones are what we shipped."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from mien.errors import ModelError
from mien.inference.foreign import refuse_checkpoint
from mien.places import data_folder, from_home, zoo_folder
from mien.plugins import load_plugin, plugin_names

DEFAULT_MODEL: Final = "mien-m"
"""What reads faces where nobody names a network; files always, cameras where the machine keeps up."""

DEFAULT_DETECTOR: Final = "retinaface-m025"
"""What finds faces where nobody asks for another detector."""

SMALL_MODEL: Final = "mien-s"
"""What reads the faces of a camera where the machine does not keep up with the default."""


class ShippedModel(msgspec.Struct, frozen=True):
    """One entry of ``models/mien_models/zoo/catalog.json``.

    Attributes:
        file: The file's name within the zoo.
        sha256: Of the file.
        summary: One sentence for people.
        finds_faces: True for a face detector, which is no choice for ``--model``.
    """

    file: str
    sha256: str
    summary: str
    finds_faces: bool = False


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A network that can be named.

    Attributes:
        name: What to type.
        path: The ``.onnx`` file.
        summary: One sentence for people; empty for the user's own.
        sha256: What the file ought to be, or None for the user's own.
    """

    name: str
    path: Path
    summary: str
    sha256: str | None


def user_models_folder() -> Path:
    """Where users put their own networks to have them by name."""
    return data_folder() / "models"


def list_models() -> list[ModelEntry]:
    """Return the shipped networks, then the user's own, then those of other packages, each by name."""
    entries, names = _shipped(finds_faces=False), {entry.name for entry in _shipped(finds_faces=True)}
    names |= {entry.name for entry in entries}
    own = sorted(user_models_folder().glob("*.onnx")) if user_models_folder().is_dir() else []
    entries += [ModelEntry(path.stem, path, "", None) for path in own if path.stem not in names]
    names |= {entry.name for entry in entries}
    return entries + [_added(name) for name in plugin_names("networks") if name not in names]


def _added(name: str) -> ModelEntry:
    """Return a network that another package brings; one that cannot be had is a file that is missing."""
    try:
        path = Path(str(load_plugin("networks", name)()))
    except Exception as error:  # what a foreign package raises is its own affair: the others can still be listed
        return ModelEntry(name, Path(name), f"cannot be had: {error}", None)
    return ModelEntry(name, path, "", None)


def list_detectors() -> list[ModelEntry]:
    """Return the shipped face detectors."""
    return _shipped(finds_faces=True)


def find_detector() -> Path:
    """Return the file of the face detector that comes with Mien."""
    return zoo_folder() / f"{DEFAULT_DETECTOR}.onnx"


def find_model(name_or_path: str) -> Path:
    """Return the file of a network, by its name or by its path.

    Raises:
        ModelError: There is none of that name and no such file, or it is a checkpoint that must be exported.
    """
    by_name = {entry.name: entry.path for entry in list_models()}
    if name_or_path in by_name:
        return by_name[name_or_path]
    path = from_home(name_or_path)
    refuse_checkpoint(path)
    if path.suffix.lower() == ".onnx" or path.is_file():
        if path.is_file():
            return path
        raise ModelError(f"{path}: no such file; `mien models list` shows the networks that are there")
    raise ModelError(f"{name_or_path}: no such network; there are {', '.join(by_name)}, or give an .onnx file")


def is_shipped(sha256: str) -> bool:
    """Whether this is the checksum of a network that came with Mien."""
    return any(entry.sha256 == sha256 for entry in list_models())


def _shipped(*, finds_faces: bool) -> list[ModelEntry]:
    shipped = msgspec.json.decode((zoo_folder() / "catalog.json").read_bytes(), type=dict[str, ShippedModel])
    return [
        ModelEntry(name, zoo_folder() / model.file, model.summary, model.sha256)
        for name, model in shipped.items()
        if model.finds_faces == finds_faces
    ]


def verify_model(entry: ModelEntry) -> None:
    """Check that a shipped file is the one that was shipped.

    Raises:
        ModelError: It is missing or differs.
    """
    if not entry.path.is_file():
        raise ModelError(f"{entry.name}: {entry.path} is missing; install Mien again")
    if entry.sha256 is None:
        return
    found = hashlib.sha256(entry.path.read_bytes()).hexdigest()
    if found != entry.sha256:
        raise ModelError(f"{entry.name}: {entry.path} is not the file that was shipped; install Mien again")
