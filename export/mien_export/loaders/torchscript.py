"""TorchScript archives: a network with its own program, in a language that reaches torch's operators only.

Of those operators a few touch files. An archive that names one is refused unless it is trusted.
"""

import re
import zipfile
from pathlib import Path
from typing import Final

from mien.errors import ExportError, UnsupportedCheckpoint
from mien.inference.manifest import InputSpec, OutputsSpec
from mien_export.facts import Facts
from mien_export.frameworks import quiet, require
from mien_export.network import OPSET, TorchNetwork
from mien_export.request import ExportRequest
from mien_export.specs import spec_of

REACHES_OUT: Final = re.compile(rb"from_file|torch\.(load|save)|\bopen\(|ops\.(?!(?:prim|aten|quantized)\b)\w+")
MAX_CODE_BYTES: Final = 64 * 1024**2


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
    torch = require("torch")
    origin = str(request.checkpoint)
    if not request.trust:
        _check_code(request.checkpoint, origin)
    try:
        with quiet():
            module = torch.jit.load(origin, map_location="cpu")
    except (RuntimeError, ValueError, OSError) as error:
        reason = (str(error).strip().splitlines() or ["unreadable"])[0][:160]
        raise ExportError(f"{origin}: a damaged TorchScript archive ({reason}); save it again") from error
    base = spec_of(request.architecture_id).facts if request.architecture_id else Facts()
    found = Facts(layout="NCHW", provenance={"architecture": request.architecture_id or str(module.original_name)})
    return ScriptNetwork(module, base.overridden_by(found))


def _check_code(path: Path, origin: str) -> None:
    """Read the archive's program, which stands in it as text, for operators that touch files."""
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if not entry.filename.endswith(".py"):
                    continue
                code = archive.read(entry) if entry.file_size <= MAX_CODE_BYTES else b"from_file"
                if found := REACHES_OUT.search(code):
                    raise UnsupportedCheckpoint(
                        f"{origin}: its program uses {found[0].decode()}, which reaches outside the network; give "
                        "--trust if you know where the file comes from"
                    )
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise ExportError(f"{origin}: a damaged TorchScript archive ({error}); save it again") from error
