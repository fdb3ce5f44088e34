"""A network's own code, for weights that come without their architecture: a class in a file of Python."""

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mien.errors import ExportError, UnsupportedCheckpoint
from mien_export.network import TorchNetwork
from mien_export.request import ExportRequest
from mien_networks.facts import Facts
from mien_networks.reasons import reason_of, shortened

if TYPE_CHECKING:
    from torch import Tensor, nn

MODULE_NAME: Final = "mien_network_of_the_user"


def from_module(state: Mapping[str, "Tensor"], request: ExportRequest) -> TorchNetwork:
    """Build the network that `request.module` names, FILE.py:CLASS, and give it its weights.

    Raises:
        UnsupportedCheckpoint: The file may not run, or the weights do not fit its network.
        ExportError: There is no such class, or it cannot be built.
    """
    named = str(request.module)
    if not request.trust:
        raise UnsupportedCheckpoint(
            f"--module {named}: runs the code in that file, which can do whatever you can; give --trust if you "
            "know it"
        )
    network = _built(named, request.options)
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        lines = str(error).strip().splitlines()
        detail = shortened(lines[1] if len(lines) > 1 else lines[0])
        raise UnsupportedCheckpoint(
            f"{request.checkpoint}: its weights do not fit {named} ({detail}); name another class, or a "
            "function that makes it with the right options"
        ) from error
    first = next((value for value in state.values() if value.ndim == 4), None)
    is_gray = first is not None and first.shape[1] == 1
    facts = Facts(layout="NCHW", colour="GRAY" if is_gray else None, provenance={"architecture": named})
    return TorchNetwork(network, facts)


def _built(named: str, options: Mapping[str, Any]) -> "nn.Module":
    from torch import nn

    file, _, name = named.rpartition(":")
    path = Path(file)
    if not file or not name.isidentifier() or not path.is_file():
        raise ExportError(f"--module {named}: no such file; name it and the class in it, such as net.py:Net")
    try:
        found = _imported(path)
        if not hasattr(found, name):
            raise ExportError(f"--module {named}: the file has no {name}")
        network = getattr(found, name)(**options)
    except ExportError:
        raise
    except Exception as error:  # the user's own code raises what it likes
        raise ExportError(
            f"--module {named}: cannot be built ({type(error).__name__}: {reason_of(error)}); name a function "
            "without arguments that makes it, such as net.py:make"
        ) from error
    if not isinstance(network, nn.Module):
        raise ExportError(f"--module {named}: is no torch.nn.Module, and makes none")
    return network


def _imported(path: Path) -> Any:  # noqa: ANN401 - a module with anything in it
    """Import a file, which may import what lies beside it."""
    sys.path.insert(0, str(path.resolve().parent))
    spec = importlib.util.spec_from_file_location(MODULE_NAME, path)
    if spec is None or spec.loader is None:
        raise ExportError(f"{path}: no file of Python; name one that ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE_NAME] = module
    spec.loader.exec_module(module)
    return module
