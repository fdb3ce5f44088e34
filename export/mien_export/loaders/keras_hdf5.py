"""HDF5 files of Keras: full models with their JSON, and weights alone."""

import json
from pathlib import Path
from typing import IO, Any, Final

from mien.errors import ExportError
from mien_export.loaders.keras_model import KerasContent, load_content, spec_by_shapes
from mien_export.loaders.keras_pairs import json_beside
from mien_export.network import TorchNetwork
from mien_export.request import ExportRequest
from mien_networks.hdf5 import open_hdf5
from mien_networks.keras_weights import read_groups
from mien_networks.reasons import reason_of

MAX_JSON_BYTES: Final = 64 * 1024**2


def load(request: ExportRequest) -> TorchNetwork:
    """Read a full `.h5` or a file of weights. Raises as `mien_export.loaders.load` says."""
    path = request.checkpoint
    content = read_content(path, path.stat().st_size, str(path))
    if content.config is None and request.architecture_id is None:
        described = json_beside(path, by_name_alone=spec_by_shapes(content.weights) is not None)
        content = content if described is None else with_graph(content, described)
    return load_content(content, request)


def with_graph(content: KerasContent, described: Path) -> KerasContent:
    """Return weights with the model's JSON that lies beside them.

    Raises:
        ExportError: It is none.
    """
    if described.stat().st_size > MAX_JSON_BYTES:
        raise ExportError(f"{described}: larger than any model's JSON; name the checkpoint")
    config = parse_json(described.read_bytes(), str(described))
    version = str(config.get("keras_version", "")) if isinstance(config, dict) else ""
    return KerasContent(content.weights, config, version or content.keras_version)


def read_content(source: Path | IO[bytes], size: int, origin: str) -> KerasContent:
    """Read weights, and the model's JSON where there is one."""
    with open_hdf5(source, size, origin) as file:
        text = file.attrs.get("model_config")
        version = file.attrs.get("keras_version", "")
        return KerasContent(
            weights=read_groups(file),
            config=None if text is None else parse_json(text, origin),
            keras_version=version.decode() if isinstance(version, bytes) else str(version),
        )


def parse_json(text: str | bytes, origin: str) -> Any:  # noqa: ANN401 - JSON
    """Read JSON.

    Raises:
        ExportError: It is none.
    """
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise ExportError(
            f"{origin}: the model's JSON is damaged ({reason_of(error)}); save the model again"
        ) from error
