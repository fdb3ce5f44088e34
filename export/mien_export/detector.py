"""A face detector from checkpoint to ONNX: any number of pictures of any size, the same gate of parity."""

from pathlib import Path
from typing import Any, Final

import cv2
import msgspec
import numpy as np

from mien.core.arrays import Floats
from mien.errors import ExportError, ParityError
from mien.inference.detector_manifest import DetectorManifest
from mien_export.convert import published_when_complete, record_of
from mien_export.formats import CheckpointFormat
from mien_export.metadata import embed
from mien_export.network import LoadedNetwork, TorchNetwork, write_module
from mien_export.parity import TOLERANCE, open_onnx
from mien_export.request import ExportRequest
from mien_export.samples import face_crops, noise_pictures
from mien_export.weights import shrink_weights
from mien_networks.reasons import reason_of

SIZES_WH: Final = ((128, 128), (320, 192), (192, 320))
"""At which both networks are asked; the example that is followed through the network has another size."""

BATCHES: Final = (1, 3)
FACES: Final = 9
NOISE: Final = 3
"""Of each size, together a multiple of the largest batch."""

MAX_SIDE_PX: Final = 8192
HALF_TOLERANCE: Final = 0.02
"""How far a score may move, of 1, when the weights are stored as float16."""


def export_detector(request: ExportRequest, network: LoadedNetwork, checkpoint_format: CheckpointFormat) -> str:
    """Export a face detector, and return what came of it in words.

    Raises:
        ExportError: The options ask for what a detector has not.
        ParityError: The exported network does not answer as the original; nothing was written.
    """
    manifest = network.facts.detector
    if manifest is None or not isinstance(network, TorchNetwork):
        raise ExportError(f"{request.checkpoint}: no face detector of a kind that Mien knows")
    if request.facts.labels is not None:
        raise ExportError(f"{request.checkpoint}: is a face detector and has no labels; leave --labels out")
    if request.weights == "int8":
        raise ExportError(
            f"{request.checkpoint}: a face detector is stored as float32 or, with --quantise float16, as that"
        )
    samples = _samples(request.samples, manifest)
    with published_when_complete(request.output) as aside:
        _write(network, aside, manifest)
        worst = _compare(network, aside, samples, manifest, TOLERANCE)
        record = record_of(request.checkpoint, checkpoint_format, network, aside)
        record["parity"] = {"max_abs_diff": float(f"{worst:.3g}"), "samples": sum(map(len, samples))}
        if request.weights == "float16":
            shrink_weights(aside, "float16")
            moved = _moved_scores(network, aside, samples, manifest)
            record["weights"] = {"stored_as": "float16", "max_score_diff": float(f"{moved:.3g}")}
        manifest = _described(manifest, request, dict(network.facts.provenance) | record)
        embed(aside, manifest)
    return (
        f"{request.output}: face detector {manifest.name}, recognised as {checkpoint_format.value}\n"
        f"  parity  largest difference {worst:.2g} over {sum(map(len, samples))} pictures of {len(samples)} sizes"
    )


def _described(manifest: DetectorManifest, request: ExportRequest, record: dict[str, Any]) -> DetectorManifest:
    name = request.facts.name or request.output.stem
    return msgspec.structs.replace(manifest, name=name, provenance={**record, **request.facts.provenance})


def _samples(folder: Path | None, manifest: DetectorManifest) -> list[Floats]:
    """Return pictures of faces and of noise as the network wants them, a batch (N, 3, H, W) for each size."""
    spec = manifest.input
    mean, std = np.asarray(spec.mean, np.float32), np.asarray(spec.std, np.float32)
    batches = []
    for width, height in SIZES_WH:
        pictures = [*face_crops(folder, FACES), *noise_pictures((width, height), NOISE)]
        sized = np.stack([cv2.resize(picture, (width, height)) for picture in pictures]).astype(np.float32)
        coloured = sized if spec.colour == "BGR" else sized[..., ::-1]
        values = (coloured * np.float32(spec.scale) - mean) / std
        batches.append(np.ascontiguousarray(values.transpose(0, 3, 1, 2), dtype=np.float32))
    return batches


def _write(network: TorchNetwork, path: Path, manifest: DetectorManifest) -> None:
    import torch

    multiple = manifest.input.multiple_px
    rows, columns = (torch.export.Dim(name, min=1, max=MAX_SIDE_PX // multiple) for name in ("rows", "columns"))
    shapes = {"image": {0: torch.export.Dim("batch"), 2: multiple * rows, 3: multiple * columns}}
    example = torch.zeros((2, 3, 7 * multiple, 5 * multiple), dtype=torch.float32)
    outputs = manifest.outputs
    names = [outputs.scores, outputs.boxes, outputs.points]
    write_module(network.module, example, path, manifest.input.name, names, shapes)


def _answers(network: TorchNetwork, batch: Floats) -> list[Floats]:
    import torch

    with torch.inference_mode():
        return [part.numpy() for part in network.module(torch.from_numpy(batch))]


def _compare(
    network: TorchNetwork, path: Path, samples: list[Floats], manifest: DetectorManifest, tolerance: float
) -> float:
    """Return the largest difference between a network and its file, or refuse."""
    session = open_onnx(path)
    worst = 0.0
    for pictures in samples:
        for size in BATCHES:
            for start in range(0, len(pictures) - size + 1, size):
                batch = pictures[start : start + size]
                worst = max(
                    worst, _difference(_answers(network, batch), _ask(session, batch, manifest), tolerance)
                )
    return worst


def _ask(session: Any, batch: Floats, manifest: DetectorManifest) -> list[Floats]:  # noqa: ANN401 - no types
    outputs = manifest.outputs
    try:
        answers: list[Floats] = session.run(
            [outputs.scores, outputs.boxes, outputs.points], {manifest.input.name: batch}
        )
    except Exception as error:  # onnxruntime raises its own family
        reason = reason_of(error)
        raise ParityError(f"the exported network cannot look at pictures of {batch.shape} ({reason})") from error
    return answers


def _difference(expected: list[Floats], got: list[Floats], tolerance: float) -> float:
    worst = 0.0
    for reference, answer in zip(expected, got, strict=True):
        if answer.shape != reference.shape or not np.isfinite(answer).all():
            raise ParityError(f"the exported network answers {answer.shape} or numbers that are not finite")
        difference = float(np.abs(answer - reference).max())
        limit = tolerance * max(1.0, float(np.abs(reference).max()))
        if difference > limit:
            raise ParityError(
                f"the exported network differs from the original by {difference:.2g}, more than {limit:.2g}; "
                "nothing was written"
            )
        worst = max(worst, difference)
    return worst


def _moved_scores(network: TorchNetwork, path: Path, samples: list[Floats], manifest: DetectorManifest) -> float:
    """Return how far storing the weights small moves a score, or refuse."""
    session = open_onnx(path)
    moved = max(
        float(np.abs(_answers(network, pictures)[0] - _ask(session, pictures, manifest)[0]).max())
        for pictures in samples
    )
    if not moved <= HALF_TOLERANCE:
        raise ParityError(
            f"with float16 weights a score moves by {moved:.2g}; nothing was written, leave --quantise out"
        )
    return moved
