"""One loader for each format. A loader is a module with `load(request) -> LoadedNetwork`, imported when needed."""

from importlib import import_module
from typing import Final

from mien_export.formats import CheckpointFormat
from mien_export.network import LoadedNetwork
from mien_export.request import ExportRequest

LOADERS: Final = {
    CheckpointFormat.TORCH: "mien_export.loaders.torch_checkpoint",
    CheckpointFormat.TORCHSCRIPT: "mien_export.loaders.torchscript",
    CheckpointFormat.SAFETENSORS: "mien_export.loaders.safetensors_file",
    CheckpointFormat.KERAS_HDF5: "mien_export.loaders.keras_hdf5",
    CheckpointFormat.KERAS_ZIP: "mien_export.loaders.keras_zip",
    CheckpointFormat.KERAS_JSON: "mien_export.loaders.keras_json",
    CheckpointFormat.PRETRAINED_FOLDER: "mien_export.loaders.pretrained_folder",
    CheckpointFormat.ONNX: "mien_export.loaders.onnx_file",
}


def load(checkpoint_format: CheckpointFormat, request: ExportRequest) -> LoadedNetwork:
    """Read a checkpoint with the loader of its format.

    Raises:
        ExportError: It is damaged, or something must be said by an option.
        UnsupportedCheckpoint: Its architecture is unknown, or it needs code from inside it without trust.
    """
    network: LoadedNetwork = import_module(LOADERS[checkpoint_format]).load(request)
    return network
