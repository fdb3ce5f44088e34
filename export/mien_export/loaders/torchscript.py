"""TorchScript archives: a network with its own program, which torch compiles and partly runs as it opens the file.

Torch's operators can write and map files (`aten::save`, `from_file`), an archive may hide its program from whoever
looks for it (torch also finds `M.PY`), and a program may never end. So every archive asks for `--trust`.
"""

from pathlib import Path

from mien.errors import ExportError, UnsupportedCheckpoint
from mien.inference.manifest import InputSpec, OutputsSpec
from mien_export.network import OPSET, TorchNetwork
from mien_export.request import ExportRequest
from mien_networks.facts import Facts
from mien_networks.frameworks import quiet, require
from mien_networks.reasons import reason_of
from mien_networks.registry import spec_of


class ScriptNetwork(TorchNetwork):
    """Written by torch's older exporter: the newer one wants Python code, which an archive does not have."""

    def write_onnx(self, path: Path, spec: InputSpec, outputs: OutputsSpec) -> None:
        """See `LoadedNetwork`."""
        import torch

        names = [outputs.expression.name] + ([outputs.affect.name] if outputs.affect is not None else [])
        with quiet(), torch.no_grad():
            torch.onnx.export(
                self._module,
                (self._example(spec),),
                str(path),
                dynamo=False,
                opset_version=OPSET,
                input_names=[spec.name],
                output_names=names,
                dynamic_axes={name: {0: "batch"} for name in [spec.name, *names]},
            )


def load(request: ExportRequest) -> TorchNetwork:
    """Read a TorchScript archive. Raises as `mien_export.loaders.load` says."""
    origin = str(request.checkpoint)
    if not request.trust:
        raise UnsupportedCheckpoint(
            f"{origin}: a TorchScript archive, whose program can read and write your files; ask its maker for a "
            "state_dict or an .onnx file, or give --trust if you know where it comes from"
        )
    torch = require("torch")
    try:
        with quiet():
            module = torch.jit.load(origin, map_location="cpu")
    except (RuntimeError, ValueError, OSError) as error:
        reason = reason_of(error)
        raise ExportError(f"{origin}: a damaged TorchScript archive ({reason}); save it again") from error
    base = spec_of(request.architecture_id).facts if request.architecture_id else Facts()
    found = Facts(layout="NCHW", provenance={"architecture": request.architecture_id or str(module.original_name)})
    return ScriptNetwork(module, base.overridden_by(found))
