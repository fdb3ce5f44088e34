"""A lone safetensors file: a bare state_dict, which runs no code however it is made."""

from app.errors import ExportError
from export.frameworks import require
from export.loaders.torch_checkpoint import load_content
from export.network import TorchNetwork
from export.request import ExportRequest


def load(request: ExportRequest) -> TorchNetwork:
    """Read a safetensors file. Raises as `export.loaders.load` says."""
    require("torch")
    require("safetensors")
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state = load_file(request.checkpoint)
    except (SafetensorError, OSError, ValueError) as error:
        raise ExportError(f"{request.checkpoint}: damaged ({error}); fetch or save it again") from error
    return load_content(state, request)
