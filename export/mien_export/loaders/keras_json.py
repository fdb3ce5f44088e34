"""A model's JSON beside an HDF5 file of weights, or beside a full one that is used as weights."""

from mien_export.loaders.keras_hdf5 import read_content, with_graph
from mien_export.loaders.keras_model import load_content
from mien_export.loaders.keras_pairs import described_in, weights_beside
from mien_export.network import TorchNetwork
from mien_export.request import ExportRequest


def load(request: ExportRequest) -> TorchNetwork:
    """Read a folder with both, or the JSON with the weights beside it. Raises as `loaders.load` says."""
    described = described_in(request.checkpoint) if request.checkpoint.is_dir() else request.checkpoint
    weights = weights_beside(described)
    inner = read_content(weights, weights.stat().st_size, str(weights))
    return load_content(with_graph(inner, described), request)
