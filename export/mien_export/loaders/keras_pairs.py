"""Which file of weights belongs to which JSON of a Keras model: both lie side by side, under any names."""

from pathlib import Path
from typing import Final

from mien.errors import ExportError
from mien_export.formats import HDF5_SIGNATURE, is_keras_json
from mien_networks.reasons import listed

WEIGHT_SUFFIXES: Final = (".h5", ".hdf5", ".keras.h5", ".weights.h5")
MAX_FILES: Final = 2_000
"""A folder with more is no folder of one network."""


def described_in(folder: Path) -> Path:
    """Return the JSON of the one Keras model in a folder: `model.json`, or the only one there.

    Raises:
        ExportError: There are several.
    """
    if (named := folder / "model.json").is_file():
        return named
    found = _jsons(folder)
    if len(found) != 1:
        raise ExportError(f"{folder}: holds {len(found)} models ({listed(path.name for path in found)}); name one")
    return found[0]


def weights_beside(described: Path) -> Path:
    """Return the file of weights with the JSON's name, or the only one beside it.

    Raises:
        ExportError: There is none, or nobody can tell which.
    """
    for suffix in WEIGHT_SUFFIXES:
        if (same := described.with_suffix(suffix)).is_file():
            return same
    found = [path for path in _files(described.parent) if path.suffix in WEIGHT_SUFFIXES and _is_hdf5(path)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ExportError(f"{described}: no file of weights beside it; put {described.stem}.h5 there")
    raise ExportError(
        f"{described}: {len(found)} files of weights beside it ({listed(path.name for path in found)}); name the "
        "one that you mean in its place, or give it the JSON's name"
    )


def json_beside(weights: Path, by_name_alone: bool) -> Path | None:
    """Return the JSON with the name of a file of weights, or perhaps the only one beside it; None otherwise."""
    same = weights.with_name(weights.name.partition(".")[0] + ".json")
    if same.is_file() and is_keras_json(same):
        return same
    found = [] if by_name_alone else _jsons(weights.parent)
    return found[0] if len(found) == 1 else None


def _jsons(folder: Path) -> list[Path]:
    return [path for path in _files(folder) if path.suffix == ".json" and is_keras_json(path)]


def _files(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return files if len(files) <= MAX_FILES else []


def _is_hdf5(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(HDF5_SIGNATURE)) == HDF5_SIGNATURE
