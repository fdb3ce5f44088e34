"""Whether the exported network answers as the original does: the gate that every export passes.

A conversion can be silently wrong (a tflite file was seen to answer the same for noise and for faces), so both
networks are asked about real face crops and about noise, one by one and in fives, and the answers are compared.

Faces are what a network was made for: there the answers must agree closely. Noise can drive a sound network to
numbers at which float32 itself is coarse; there the export may differ as the original differs from itself in
double precision.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from mien.core.arrays import Floats
from mien.errors import ParityError
from mien.inference.manifest import OutputsSpec
from mien_export.network import Answer, LoadedNetwork, output_names
from mien_networks.reasons import reason_of

BATCHES: Final = (1, 5)
TOLERANCE: Final = 1e-4
"""Largest difference allowed, as a fraction of the largest number answered (of 1, where that is smaller).

Float32 kernels that add in another order differ by 1e-7 to 1e-5 here; a wrong conversion by 1e-2 and more."""
SPREAD_SHARE: Final = 0.05
"""Nor may a difference reach this share of how far the original's answers to different pictures lie apart."""
OWN_ERRORS: Final = 4.0
"""Multiples of the original's own rounding error that are allowed on noise: both round, each in its own order."""
CONSTANT_BELOW: Final = 1e-6
"""A network whose answers spread less than this over all samples does not look at the picture."""


@dataclass(frozen=True, slots=True)
class ParityFigures:
    """What was measured.

    Attributes:
        max_abs_diff: Over all outputs, samples and batch sizes.
        top_label_agreement: Fraction of the samples whose most probable label is the same.
        faces: How many real face crops were compared.
        noise: How many pictures of noise.
    """

    max_abs_diff: float
    top_label_agreement: float
    faces: int
    noise: int

    def as_provenance(self) -> dict[str, Any]:
        """Return plain values for the manifest."""
        return {
            "max_abs_diff": float(f"{self.max_abs_diff:.3g}"),
            "top_label_agreement": self.top_label_agreement,
            "samples": self.faces + self.noise,
            "face_crops": self.faces,
            "noise": self.noise,
            "batches": list(BATCHES),
        }


def check_parity(
    original: LoadedNetwork,
    exported: Path,
    outputs: OutputsSpec,
    faces: Floats,
    noise: Floats,
    tolerance: float = TOLERANCE,
) -> ParityFigures:
    """Compare a network with its exported file on ONNX Runtime's CPU provider.

    Args:
        original: Answers in its own framework.
        exported: The ONNX file.
        outputs: Names of its outputs.
        faces: (N, C, H, W) or (N, H, W, C) float32, real face crops as the network wants them.
        noise: (M, …) likewise, random.
        tolerance: See `TOLERANCE`.

    Raises:
        ParityError: An answer differs, is not finite, or is the same for every picture.
    """
    session = open_onnx(exported)
    worst, agreement = 0.0, 1.0
    for samples, is_noise in ((faces, False), (noise, True)):
        for size in BATCHES:
            batches = list(_batches(samples, size))
            expected = _join([original.answer(batch) for batch in batches])
            got = _join([ask_onnx(session, batch, outputs) for batch in batches])
            try:
                off, equal = _compare(expected, got, outputs, tolerance, {})
            except ParityError:
                rounding = _own_error(original, batches, expected, outputs) if is_noise else {}
                if not rounding:
                    raise
                off, equal = _compare(expected, got, outputs, tolerance, rounding)
            worst, agreement = max(worst, off), min(agreement, equal)
    return ParityFigures(worst, agreement, len(faces), len(noise))


def _own_error(
    original: LoadedNetwork, batches: list[Floats], expected: Answer, outputs: OutputsSpec
) -> dict[str, float]:
    """Return by output how far the original is from itself in double precision; nothing where it has none."""
    exact = [original.answer_exactly(batch) for batch in batches]
    known = [answer for answer in exact if answer is not None]
    if len(known) < len(exact):
        return {}
    references = _join(known).named(outputs)
    return {
        name: float(np.abs(answer - references[name]).max())
        for name, answer in expected.named(outputs).items()
        if np.isfinite(answer).all() and np.isfinite(references[name]).all()
    }


def quiet_options() -> Any:  # noqa: ANN401 - onnxruntime has no types
    """Return options with which ONNX Runtime raises what goes wrong and prints nothing beside it."""
    from onnxruntime import SessionOptions

    options = SessionOptions()
    options.log_severity_level = 4
    return options


def open_onnx(exported: Path) -> Any:  # noqa: ANN401 - onnxruntime has no types
    """Open a file in ONNX Runtime, on the CPU.

    Raises:
        ParityError: It cannot be run.
    """
    from onnxruntime import InferenceSession

    try:
        return InferenceSession(str(exported), quiet_options(), providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own family
        reason = reason_of(error)
        raise ParityError(
            f"ONNX Runtime cannot run the exported network ({reason}); nothing was written"
        ) from error


def _compare(
    expected: Answer, got: Answer, outputs: OutputsSpec, tolerance: float, rounding: dict[str, float]
) -> tuple[float, float]:
    """Return the largest difference over all outputs and the fraction of equal top labels, or refuse."""
    answers = got.named(outputs)
    worst = max(
        _difference(name, reference, answers[name], tolerance, rounding.get(name, 0.0))
        for name, reference in expected.named(outputs).items()
    )
    return worst, _agreement(expected, got, tolerance, rounding.get(outputs.expression.name, 0.0))


def _difference(name: str, reference: Floats, answer: Floats, tolerance: float, rounding: float) -> float:
    """Return the largest difference of an output, or refuse."""
    if not np.isfinite(reference).all():
        raise ParityError(
            f"{name}: the checkpoint itself answers numbers that are not finite; its weights are damaged"
        )
    if answer.shape != reference.shape or not np.isfinite(answer).all():
        raise ParityError(f"{name}: the exported network answers {answer.shape} or numbers that are not finite")
    spread = float(np.ptp(reference, axis=0).max())
    if spread < CONSTANT_BELOW:
        raise ParityError(f"{name}: the checkpoint answers the same for every picture; its weights are damaged")
    difference = float(np.abs(answer - reference).max())
    scale = max(1.0, float(np.abs(reference).max()))
    # A network that hardly tells pictures apart must not be replaced by one that does not at all.
    limit = min(tolerance * scale, max(SPREAD_SHARE * spread, CONSTANT_BELOW * scale))
    limit = max(limit, min(OWN_ERRORS * rounding, SPREAD_SHARE * spread))
    if difference > limit:
        raise ParityError(
            f"{name}: the exported network differs from the original by {difference:.2g}, more than "
            f"{limit:.2g}; nothing was written"
        )
    return difference


def _agreement(expected: Answer, got: Answer, tolerance: float, rounding: float) -> float:
    """Return the fraction of equal top labels; only a tie within the tolerance may fall differently."""
    reference = expected.expression
    chosen = got.expression.argmax(axis=1)
    top = reference.argmax(axis=1)
    gap = reference.max(axis=1) - reference[np.arange(len(reference)), chosen]
    if (gap > max(tolerance * max(1.0, float(np.abs(reference).max())), OWN_ERRORS * rounding)).any():
        raise ParityError("the exported network names another expression than the original; nothing was written")
    return float((chosen == top).mean())


def ask_onnx(session: Any, batch: Floats, outputs: OutputsSpec) -> Answer:  # noqa: ANN401 - no types
    """Ask an open network about a batch.

    Raises:
        ParityError: It cannot read it.
    """
    try:
        return Answer(*session.run(output_names(outputs), {session.get_inputs()[0].name: batch}))
    except Exception as error:  # onnxruntime raises its own family
        reason = reason_of(error)
        raise ParityError(
            f"the exported network cannot read {len(batch)} pictures at once ({reason}); nothing was written"
        ) from error


def _batches(samples: Floats, size: int) -> Iterator[Floats]:
    for start in range(0, len(samples) - size + 1, size):
        yield samples[start : start + size]


def _join(answers: list[Answer]) -> Answer:
    def joined(parts: list[Floats | None]) -> Floats | None:
        known = [part for part in parts if part is not None]
        return np.concatenate(known) if known else None

    return Answer(
        np.concatenate([answer.expression for answer in answers]),
        joined([answer.affect for answer in answers]),
        joined([answer.fer2013 for answer in answers]),
    )
