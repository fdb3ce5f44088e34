"""Activations as int8 too: ONNX Runtime's static quantisation, calibrated with faces."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mien.core.arrays import Floats
from mien.errors import ExportError
from mien.scratch import scratch_folder
from mien_networks.frameworks import quiet, require
from mien_networks.reasons import reason_of


class _Faces:
    """Hands batches over one by one, as ONNX Runtime's calibration asks for them."""

    def __init__(self, name: str, batches: Iterable[Floats]) -> None:
        self._name = name
        self._batches = iter(batches)

    def get_next(self) -> dict[str, Floats] | None:
        batch = next(self._batches, None)
        return None if batch is None else {self._name: batch}


def quantise_activations(path: Path, input_name: str, batches: Iterable[Floats]) -> None:
    """Quantise weights and activations of a network, in place.

    Args:
        path: An ONNX file without external data.
        input_name: Of its input.
        batches: (N, …) float32 each, faces as the network wants them; their ranges become those of the numbers.

    Raises:
        ExportError: ONNX Runtime cannot quantise it.
    """
    require("onnx")
    import onnxruntime.quantization as quantization
    from onnxruntime.quantization.shape_inference import quant_pre_process

    kind: Any = quantization.QuantType
    try:
        with scratch_folder("activations") as folder, quiet():
            prepared, written = folder / "prepared.onnx", folder / "written.onnx"
            quant_pre_process(path, prepared, skip_symbolic_shape=True)
            quantization.quantize_static(
                prepared,
                written,
                _Faces(input_name, batches),
                quant_format=quantization.QuantFormat.QDQ,
                activation_type=kind.QUInt8,
                weight_type=kind.QInt8,
                per_channel=True,
                calibrate_method=quantization.CalibrationMethod.MinMax,
            )
            path.write_bytes(written.read_bytes())
    except Exception as error:  # it raises what it meets
        raise ExportError(
            f"ONNX Runtime cannot quantise the network ({reason_of(error)}); leave --calibration out, and only "
            "the weights are stored as int8"
        ) from error
