"""One export from beginning to end: recognise, load, write aside, prove, describe, and only then publish."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from mien.core.arrays import Floats
from mien.errors import AppError, ExportError, UnsupportedCheckpoint
from mien.file_lock import LockFile
from mien.inference.manifest import FER2013_LABELS, InputSpec, Manifest
from mien_export.facts import manifest_from, outputs_spec
from mien_export.formats import CheckpointFormat, recognise
from mien_export.loaders import load
from mien_export.metadata import embed, opset_of, sha256_of
from mien_export.missing import MissingFacts, missing_of
from mien_export.network import Answer, LoadedNetwork
from mien_export.parity import ParityFigures, check_parity
from mien_export.quantise import store_small
from mien_export.request import ExportRequest
from mien_export.samples import as_batch, face_crops, noise_pictures
from mien_export.weights import WeightLoss
from mien_networks.facts import Facts, Kind, Normalisation, input_spec
from mien_networks.frameworks import require
from mien_networks.reasons import reason_of


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What came of an export.

    Attributes:
        output: The file.
        checkpoint_format: As it was recognised.
        manifest: As it stands in the file.
        parity: What was measured.
        loss: What storing the weights small costs, or None where they are float32.
    """

    output: Path
    checkpoint_format: CheckpointFormat
    manifest: Manifest
    parity: ParityFigures
    loss: WeightLoss | None = None


def export_checkpoint(request: ExportRequest) -> ExportReport:
    """Export a checkpoint.

    Raises:
        ExportError: It cannot be read, or something must be said by an option.
        UnsupportedCheckpoint: Its format or architecture is unknown, or it would run code.
        ParityError: The exported network does not answer as the original; nothing was written.
    """
    return export_network(request, *open_checkpoint(request))


def export_network(
    request: ExportRequest, network: LoadedNetwork, checkpoint_format: CheckpointFormat
) -> ExportReport:
    """Export a network that reads faces and was opened by `open_checkpoint`. Raises as `export_checkpoint`."""
    facts = network.facts.overridden_by(request.facts)
    if facts.detector is not None:
        raise ExportError(f"{request.checkpoint}: is a face detector, which reads no expressions")
    origin = request.checkpoint.name
    ask_for_missing(network, facts, origin)
    spec = input_spec(facts, origin)
    faces = as_batch(face_crops(request.samples), spec)
    noise = as_batch(noise_pictures(spec.size_wh), spec)
    answer = _first_answer(network, np.concatenate([faces, noise]), spec, origin)
    has = (answer.affect is not None, answer.fer2013 is not None)
    outputs = outputs_spec(facts, facts.kind or kind_of(answer), *has, origin)
    named = replace(facts, name=facts.name or request.output.stem)
    manifest = manifest_from(named, spec, outputs, answer.expression.shape[1], origin)
    with published_when_complete(request.output) as aside:
        _write(network, aside, manifest, origin)
        figures = check_parity(network, aside, outputs, faces, noise)
        loss = store_small(aside, request, manifest, faces)
        record = record_of(request.checkpoint, checkpoint_format, network, aside) | {
            "parity": figures.as_provenance(),
            **({} if loss is None else {"weights": loss.as_provenance()}),
        }
        manifest = msgspec.structs.replace(manifest, provenance=manifest.provenance | record)
        embed(aside, manifest)
    return ExportReport(request.output, checkpoint_format, manifest, figures, loss)


def ask_for_missing(network: LoadedNetwork, facts: Facts, origin: str) -> None:
    """See to it that all facts are there; where the network can be run without them, it says what else it needs.

    Raises:
        MissingFacts: Some are not; all are named at once.
    """
    if not missing_of(facts):
        return
    width, has_affect = None, False
    if facts.size_wh is not None:
        tried = replace(facts, colour=facts.colour or "RGB", normalisation=facts.normalisation or Normalisation())
        spec = input_spec(tried, origin)
        try:
            answer = _first_answer(network, as_batch(face_crops(None, 2), spec), spec, origin)
        except ExportError:
            if facts.colour is not None:
                raise
        else:
            width, has_affect = answer.expression.shape[1], answer.affect is not None
    raise MissingFacts(missing_of(facts, has_affect), origin, width)


def open_checkpoint(request: ExportRequest) -> tuple[LoadedNetwork, CheckpointFormat]:
    """Return the network of a checkpoint, once it is sure that the output may be written.

    Raises:
        ExportError: It may not, or the checkpoint cannot be read.
    """
    check_output(request)
    checkpoint_format = recognise(request.checkpoint)
    return load(checkpoint_format, request), checkpoint_format


def _first_answer(network: LoadedNetwork, samples: Floats, spec: InputSpec, origin: str) -> Answer:
    """Ask the network about pictures of the size and colour that it is said to take."""
    width, height = spec.size_wh
    try:
        answer = network.answer(samples)
    except Exception as error:  # whatever its framework says of a shape that does not fit
        reason = reason_of(error)
        raise ExportError(
            f"{origin}: cannot read {width}x{height} {spec.colour} pictures ({reason}); say what it takes with "
            "--input-size and --colour"
        ) from error
    parts = (answer.expression, answer.affect, answer.fer2013)
    shapes = [part.shape[1:] for part in parts if part is not None]
    if len(shapes[0]) != 1 or shapes[1:] not in ([], [(2,)], [(2,), (FER2013_LABELS,)]):
        raise UnsupportedCheckpoint(
            f"{origin}: answers {' and '.join(map(str, shapes))} to a picture; Mien runs networks that answer "
            "expressions, and valence with arousal"
        )
    return answer


def _write(network: LoadedNetwork, path: Path, manifest: Manifest, origin: str) -> None:
    try:
        network.write_onnx(path, manifest.input, manifest.outputs)
    except (AppError, OSError):
        raise
    except Exception as error:  # exporters raise what they meet
        reason = reason_of(error)
        raise ExportError(f"{origin}: has a part that cannot be written as ONNX ({reason})") from error


def kind_of(answer: Answer) -> Kind:
    """Return whether answers are probabilities, which are 0 or more and sum to 1 for each picture, or logits."""
    rows = answer.expression
    is_distribution = float(rows.min()) >= 0.0 and bool(np.allclose(rows.sum(axis=1), 1.0, atol=1e-3))
    return "probabilities" if is_distribution else "logits"


@contextmanager
def published_when_complete(output: Path) -> Iterator[Path]:
    """Give a path beside ``output`` to write to, which takes its name if all went well and vanishes otherwise."""
    aside = output.with_name(f".{output.name}.part")  # one name: what a kill left is written over
    try:
        lock = LockFile(aside)
    except OSError as error:
        raise ExportError(f"{output}: cannot be written ({error.strerror}); choose another place") from error
    if not lock.is_held:
        lock.release()
        raise ExportError(f"{output}: is being written by another export; wait until that is done")
    try:
        yield aside
        lock.release()  # Windows renames no file that is open
        aside.replace(output)
    except OSError as error:
        raise ExportError(
            f"{output}: cannot be written ({error.strerror or error}); choose another place"
        ) from error
    finally:
        lock.release()
        aside.unlink(missing_ok=True)


def check_output(request: ExportRequest) -> None:
    """See to it that the output may be written.

    Raises:
        ExportError: It exists already, or has no folder.
    """
    if request.output.exists() and not request.overwrite:
        raise ExportError(f"{request.output}: exists already; give --overwrite to replace it")
    if not request.output.parent.is_dir():
        raise ExportError(f"{request.output}: its folder does not exist; make it first")


def record_of(
    checkpoint: Path, checkpoint_format: CheckpointFormat, network: LoadedNetwork, exported: Path
) -> dict[str, Any]:
    """Return, for the manifest, where a network comes from and what it was exported with."""
    onnx = require("onnx")
    import onnxruntime

    files = (
        [checkpoint] if checkpoint.is_file() else sorted(path for path in checkpoint.iterdir() if path.is_file())
    )
    return {
        "checkpoint_sha256": sha256_of(files),
        "checkpoint_format": checkpoint_format.value,
        "opset": opset_of(exported),
        "exported_with": {**network.versions, "onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__},
    }
