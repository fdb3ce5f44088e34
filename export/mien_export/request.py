"""What the user asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mien_export.weights import WeightForm
from mien_networks.facts import Facts


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """One export.

    Attributes:
        checkpoint: A file or a folder.
        output: The ONNX file to write.
        architecture_id: As the user named it, or None.
        facts: What the user says of the network; it overrides all else.
        samples: A folder of face crops for the parity check, or None for the bundled portrait.
        trust: Whether code inside the checkpoint may run.
        overwrite: Whether a file that exists may be replaced.
        weights: How the weights are stored in the file.
        module: FILE.py:CLASS of a torch network, for weights without their architecture; runs only with trust.
        options: What the architecture or the class is built with.
        calibration: A folder of faces; with int8 activations are quantised too, and labelled faces are judged.
    """

    checkpoint: Path
    output: Path
    architecture_id: str | None = None
    facts: Facts = field(default_factory=Facts)
    samples: Path | None = None
    trust: bool = False
    overwrite: bool = False
    weights: WeightForm = "float32"
    module: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    calibration: Path | None = None
