"""What is known of each architecture that people have checkpoints of: labels, preprocessing, outputs.

A spec says what the published code of a project does, so that a bare file of weights can be exported with nothing but
its architecture's id. Whatever the checkpoint or the user says overrides it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from app.errors import ExportError
from app.inference.manifest import CropSpec
from export.facts import NORMALISATIONS, Facts

Framework = Literal["torch", "keras", "transformers", "onnx"]

FER2013_LABELS: Final = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
"""The order of FER2013's CSV file."""


@dataclass(frozen=True, slots=True)
class ArchitectureSpec:
    """One architecture.

    Attributes:
        architecture_id: As `models.architectures.build` and `--architecture` call it.
        framework: That its checkpoints are written with.
        facts: What its published code does with labels, pictures and outputs.
        config: Options for building it.
        marker: Part of a key that only its state_dict has; None where nothing tells it apart.
    """

    architecture_id: str
    framework: Framework
    facts: Facts
    config: Mapping[str, Any] = field(default_factory=dict)
    marker: str | None = None


SPECS: Final[Mapping[str, ArchitectureSpec]] = {
    spec.architecture_id: spec
    for spec in (
        ArchitectureSpec(
            architecture_id="mien-net",
            framework="torch",
            facts=Facts(size_wh=(48, 48), layout="NCHW", colour="GRAY", normalisation=NORMALISATIONS["0-1"]),
        ),
        ArchitectureSpec(
            architecture_id="mini-xception",
            framework="keras",
            facts=Facts(
                labels=FER2013_LABELS,
                layout="NHWC",
                colour="GRAY",
                normalisation=NORMALISATIONS["-1-1"],
                crop=CropSpec(align="box", margin=0.1),
            ),
        ),
    )
}


def spec_of(architecture_id: str) -> ArchitectureSpec:
    """Return a spec by its id.

    Raises:
        ExportError: There is none.
    """
    if architecture_id not in SPECS:
        raise ExportError(f"--architecture {architecture_id}: unknown; known are {', '.join(sorted(SPECS))}")
    return SPECS[architecture_id]
