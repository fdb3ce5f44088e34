"""A finished network stored small, and what that costs: in answers on face crops, and in accuracy."""

import shutil
from dataclasses import replace
from pathlib import Path

from mien.core.arrays import Floats
from mien.inference.manifest import Manifest
from mien.scratch import scratch_folder
from mien_export.activations import quantise_activations
from mien_export.labelled import FaceSet, accuracy, batches, read_faces
from mien_export.parity import open_onnx
from mien_export.request import ExportRequest
from mien_export.weights import WeightLoss, measure_loss, shrink_weights


def store_small(path: Path, request: ExportRequest, manifest: Manifest, faces: Floats) -> WeightLoss | None:
    """Store a network as the request asks, in place, and measure what that costs.

    Args:
        path: An ONNX file with float32 weights.
        request: How, and with which faces to calibrate.
        manifest: Of the network.
        faces: (N, …) float32, face crops as the network wants them.

    Returns:
        The cost, or None where float32 was asked for.

    Raises:
        ExportError: The calibration set cannot be read, or ONNX Runtime cannot quantise the network.
        ParityError: The network answers too differently.
    """
    if request.weights == "float32":
        return None
    calibrated: FaceSet | None = None
    judged = None if request.calibration is None else read_faces(request.calibration, manifest.labels)
    with scratch_folder("quantise") as folder:
        full = folder / "full.onnx"
        shutil.copyfile(path, full)
        if judged is not None and request.weights == "int8":
            # What it is judged by must not have set its ranges.
            calibrated, judged = judged.halves()
            quantise_activations(path, manifest.input.name, batches(calibrated, manifest.input))
        else:
            shrink_weights(path, request.weights)
        loss = measure_loss(full, path, request.weights, manifest.outputs, faces)
        if calibrated is not None:
            loss = replace(loss, calibrated_with=len(calibrated.pictures))
        if judged is None or not judged.is_labelled:
            return loss
        before, after = (
            accuracy(open_onnx(file), judged, manifest.input, manifest.outputs) for file in (full, path)
        )
        return replace(loss, accuracy=(before, after), labelled=len(judged.pictures))
