"""What one exported network is worth and what it costs."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from mien_models.data import LabelledFaces, Split
from mien_models.data.crops import face_crop
from mien_models.data.eyes import EyeFinder
from mien_models.data.pictures import Picture
from mien_models.evaluation.labelled import ask_about
from mien_models.evaluation.network import JudgedNetwork
from mien_models.judge.figures import judge

BATCHES: Final = (1, 8)
SECONDS_OF_TIMING: Final = 3.0
"""For each network and batch; as many calls as fit, and three at least."""

MIN_CALLS, MAX_CALLS = 3, 200


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the table.

    Attributes:
        name: The network's.
        file: Its file's name.
        labels: Its expressions.
        input: Size and colours of its faces, for people.
        faces: It was judged by.
        accuracy: On the expressions that all networks and the data share.
        macro_f1: The same.
        ccc_valence: Concordance of valence; None where the network or the data has none.
        ccc_arousal: The same of arousal.
        parameters: Numbers in the file's weights.
        size_bytes: Of the file.
        ms_a_face: Batch size → milliseconds a face, preprocessing included, one thread, median.
    """

    name: str
    file: str
    labels: tuple[str, ...]
    input: str
    faces: int
    accuracy: float
    macro_f1: float
    ccc_valence: float | None
    ccc_arousal: float | None
    parameters: int
    size_bytes: int
    ms_a_face: dict[int, float]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, fit for CSV and JSON."""
        return {
            "name": self.name,
            "file": self.file,
            "classes": len(self.labels),
            "input": self.input,
            "faces": self.faces,
            "accuracy": round(self.accuracy, 4),
            "macro_f1": round(self.macro_f1, 4),
            "ccc_valence": None if self.ccc_valence is None else round(self.ccc_valence, 4),
            "ccc_arousal": None if self.ccc_arousal is None else round(self.ccc_arousal, 4),
            "parameters": self.parameters,
            "size_bytes": self.size_bytes,
            **{f"ms_a_face_batch_{size}": round(value, 3) for size, value in self.ms_a_face.items()},
        }


def measure(
    path: Path,
    network: JudgedNetwork,
    faces: LabelledFaces,
    whole: LabelledFaces,
    labels: tuple[str, ...],
    ms_a_face: dict[int, float],
    finder: EyeFinder | None,
) -> Measured:
    """Judge one network.

    Args:
        path: Its file.
        network: The same, opened.
        faces: To judge it by.
        whole: The set that they are of, for the class means of affect.
        labels: That all networks and the data share.
        ms_a_face: As `time_networks` returns it.
        finder: To find eyes with, or None.
    """
    answers = ask_about(network, faces, finder)
    judged = judge(answers, faces, labels, whole.of(Split.TRAIN))
    figures = judged.classes
    assert figures is not None  # the faces were chosen by these labels
    ccc = [None if judged.affect is None else judged.affect[name].network.ccc for name in ("valence", "arousal")]
    spec = network.input_spec
    return Measured(
        network.name,
        path.name,
        network.labels,
        f"{spec.size_wh[0]}x{spec.size_wh[1]} {spec.colour}",
        figures.count,
        figures.accuracy,
        figures.macro_f1,
        ccc[0],
        ccc[1],
        count_parameters(path),
        path.stat().st_size,
        ms_a_face,
    )


def time_networks(networks: Sequence[JudgedNetwork], faces: LabelledFaces) -> list[dict[int, float]]:
    """Return batch size → median milliseconds a face for each network.

    The networks take turns, so that whatever else the machine does falls on all of them.
    """
    crops: list[list[Picture]] = [
        [face_crop(faces, row % len(faces), network.input_spec) for row in range(max(BATCHES))]
        for network in networks
    ]
    result: list[dict[int, float]] = [{} for _ in networks]
    for size in BATCHES:
        times_s: list[list[float]] = [[] for _ in networks]
        for index, network in enumerate(networks):
            network.ask(crops[index][:size])  # the first call prepares memory
        for _ in range(MAX_CALLS):
            for index, network in enumerate(networks):
                if len(times_s[index]) >= MIN_CALLS and sum(times_s[index]) > SECONDS_OF_TIMING:
                    continue
                start_s = time.perf_counter()
                network.ask(crops[index][:size])
                times_s[index].append(time.perf_counter() - start_s)
        for index, spent in enumerate(times_s):
            result[index][size] = 1000.0 * float(np.median(spent)) / size
    return result


def count_parameters(path: Path) -> int:
    """Return how many numbers the file's weights hold, whatever their type; lone constants do not count."""
    import onnx

    kinds = onnx.TensorProto
    weights = (kinds.FLOAT, kinds.FLOAT16, kinds.BFLOAT16, kinds.DOUBLE, kinds.INT8, kinds.UINT8)
    graph = onnx.load(path, load_external_data=False).graph
    return sum(
        int(np.prod(tensor.dims)) for tensor in graph.initializer if tensor.data_type in weights and tensor.dims
    )
