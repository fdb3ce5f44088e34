"""A lone safetensors file: a bare state_dict, which runs no code however it is made."""

from mien.errors import ExportError
from mien_export.loaders.torch_checkpoint import load_content
from mien_export.network import TorchNetwork
from mien_export.request import ExportRequest
from mien_networks.frameworks import require
from mien_networks.reasons import reason_of


def load(request: ExportRequest) -> TorchNetwork:
    """Read a safetensors file. Raises as `mien_export.loaders.load` says."""
    require("torch")
    require("safetensors")
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state = load_file(request.checkpoint)
    except (SafetensorError, OSError, ValueError) as error:
        raise ExportError(f"{request.checkpoint}: damaged ({reason_of(error)}); fetch or save it again") from error
    return load_content(state, request)
