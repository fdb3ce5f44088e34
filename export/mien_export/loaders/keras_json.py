"""`model.json` beside an HDF5 file of weights, or beside a full one that is used as weights."""

from pathlib import Path
from typing import Final

from mien.errors import ExportError
from mien_export.loaders.keras_hdf5 import parse_json, read_content
from mien_export.loaders.keras_model import KerasContent, load_content
from mien_export.network import TorchNetwork
from mien_export.request import ExportRequest

JSON_NAME: Final = "model.json"
WEIGHT_SUFFIXES: Final = (".h5", ".hdf5", ".keras.h5", ".weights.h5")
MAX_JSON_BYTES: Final = 64 * 1024**2


def load(request: ExportRequest) -> TorchNetwork:
    """Read a folder with both, or the JSON with the weights beside it. Raises as `loaders.load` says."""
    described = request.checkpoint / JSON_NAME if request.checkpoint.is_dir() else request.checkpoint
    origin = str(described)
    if described.stat().st_size > MAX_JSON_BYTES:
        raise ExportError(f"{origin}: larger than any model's JSON; name the checkpoint")
    config = parse_json(described.read_bytes(), origin)
    weights = _weights_beside(described)
    inner = read_content(weights, weights.stat().st_size, str(weights))
    version = str(config.get("keras_version", "")) if isinstance(config, dict) else ""
    return load_content(KerasContent(inner.weights, config, version or inner.keras_version), request)


def _weights_beside(described: Path) -> Path:
    """Return the file of weights of the same name, or the only one there."""
    for suffix in WEIGHT_SUFFIXES:
        if (same := described.with_suffix(suffix)).is_file():
            return same
    found = [path for path in sorted(described.parent.iterdir()) if path.suffix in WEIGHT_SUFFIXES]
    if len(found) != 1:
        raise ExportError(
            f"{described}: {len(found)} files of weights beside it; put {described.stem}.h5 there, and no other"
        )
    return found[0]
