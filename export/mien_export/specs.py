"""What is known of each architecture that people have checkpoints of: labels, preprocessing, outputs.

A spec says what the published code of a project does, so that a bare file of weights can be exported with nothing
but its architecture's id. Whatever the checkpoint or the user says overrides it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from mien.errors import ExportError
from mien.inference.detector_manifest import DETECTOR_KIND, Anchors, DetectorInput, DetectorManifest
from mien.inference.manifest import SCHEMA, CropSpec
from mien_export.facts import NORMALISATIONS, Facts

Framework = Literal["torch", "keras", "transformers", "onnx"]

FER2013_LABELS: Final = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
"""The order of FER2013's CSV file."""


@dataclass(frozen=True, slots=True)
class ArchitectureSpec:
    """One architecture.

    Attributes:
        architecture_id: As `mien_models.architectures.build` and `--architecture` call it.
        framework: That its checkpoints are written with.
        facts: What its published code does with labels, pictures and outputs.
        config: Options for building it.
        marker: Part of a key that only its state_dict has; None where nothing tells it apart.
        fingerprints: Of Keras weights, by `loaders.keras_weights.fingerprint`; sizes of the same network.
    """

    architecture_id: str
    framework: Framework
    facts: Facts
    config: Mapping[str, Any] = field(default_factory=dict)
    marker: str | None = None
    fingerprints: frozenset[str] = frozenset()


# How FER2013's pictures lie around the face: nearly filled by it.
FER2013_CROP: Final = CropSpec(align="box", margin=0.1)


def _fer2013(labels: tuple[str, ...] = FER2013_LABELS, normalisation: str = "0-1") -> Facts:
    """Facts of the Keras networks for FER2013's gray pictures; their size stands in the checkpoint or the code."""
    return Facts(
        labels_from="architecture",
        labels=labels,
        layout="NHWC",
        colour="GRAY",
        normalisation=NORMALISATIONS[normalisation],
        crop=FER2013_CROP,
    )


def _affectnet() -> Facts:
    """Facts of the two-headed torch networks for AffectNet: no mean, no standard deviation, arousal first."""
    return Facts(
        labels_from="architecture",
        labels=("neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt"),
        size_wh=(224, 224),
        layout="NCHW",
        colour="RGB",
        normalisation=NORMALISATIONS["0-1"],
        crop=CropSpec(align="box", margin=0.1),
        kind="logits",
        affect_order=("arousal", "valence"),
    )


def _transformers(side_px: int, normalisation: str) -> Facts:
    """Facts of the fine-tuned colour networks, used where the preprocessor's file is missing."""
    return Facts(
        labels_from="architecture",
        labels=FER2013_LABELS,
        size_wh=(side_px, side_px),
        layout="NCHW",
        colour="RGB",
        normalisation=NORMALISATIONS[normalisation],
        crop=FER2013_CROP,
        kind="logits",
    )


def _emotiefflib(side_px: int, normalisation: str) -> Facts:
    """Facts of the multi-task networks: eight logits, then valence and arousal, in one output."""
    return Facts(
        labels_from="architecture",
        labels=("anger", "contempt", "disgust", "fear", "happiness", "neutral", "sadness", "surprise"),
        size_wh=(side_px, side_px),
        layout="NCHW",
        colour="RGB",
        normalisation=NORMALISATIONS[normalisation],
        crop=CropSpec(align="box", margin=0.0),
        kind="logits",
        affect_order=("valence", "arousal"),
    )


_OWN: Final = Facts(
    size_wh=(48, 48),
    layout="NCHW",
    colour="GRAY",
    normalisation=NORMALISATIONS["0-1"],
    kind="logits",
    affect_order=("valence", "arousal"),
)
"""Of the networks trained here; their checkpoints say the rest."""

_RETINAFACE: Final = DetectorManifest(
    schema=SCHEMA,
    kind=DETECTOR_KIND,
    name="retinaface-m025",
    input=DetectorInput(name="image", colour="BGR", mean=(104.0, 117.0, 123.0)),
    anchors=Anchors(strides_px=(8, 16, 32), sides_px=((16, 32), (64, 128), (256, 512))),
)
"""Of biubug6/Pytorch_Retinaface, `cfg_mnet`."""

_ALL: Final = (
    ArchitectureSpec(architecture_id="mien-net", framework="torch", facts=_OWN),
    ArchitectureSpec(architecture_id="efficientnet-lite0", framework="torch", facts=_OWN),
    ArchitectureSpec(architecture_id="mobilenet", framework="torch", facts=_OWN),
    ArchitectureSpec(architecture_id="averaged", framework="torch", facts=_OWN),
    ArchitectureSpec(
        architecture_id="mini-xception",
        framework="keras",
        facts=_fer2013(normalisation="-1-1"),
        fingerprints=frozenset({"c1540c101e2d", "1728763796e3", "41367a311c44"}),
    ),
    ArchitectureSpec(
        architecture_id="cnn-a",
        framework="keras",
        facts=_fer2013(),
        fingerprints=frozenset({"607d42de24a4"}),
    ),
    ArchitectureSpec(
        architecture_id="vit-tiny-a",
        framework="keras",
        facts=_fer2013(),
        fingerprints=frozenset({"257e88490695"}),
    ),
    ArchitectureSpec(
        architecture_id="cnn-b",
        framework="keras",
        # The project's own script prints labels in alphabetical order, which is wrong for three of them.
        facts=_fer2013(),
        fingerprints=frozenset({"de8e2048a247"}),
    ),
    ArchitectureSpec(
        architecture_id="cnn-c",
        framework="keras",
        facts=_fer2013(labels=("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")),
        fingerprints=frozenset({"f5b5006bc44f"}),
    ),
    ArchitectureSpec(
        architecture_id="vgg19",
        framework="keras",
        facts=Facts(
            labels_from="architecture",
            labels=("anger", "fear", "happiness", "neutral", "sadness", "surprise"),
            layout="NHWC",
            colour="BGR",
            normalisation=NORMALISATIONS["0-255"],
            crop=FER2013_CROP,
        ),
        fingerprints=frozenset({"9bfa076dcc71"}),
    ),
    ArchitectureSpec(
        architecture_id="resnet18-va", framework="torch", facts=_affectnet(), marker="resnet.fc.fc_av"
    ),
    ArchitectureSpec(
        architecture_id="efficientnet-b0-va",
        framework="torch",
        facts=_affectnet(),
        marker="efficientnet._fc.fc_av",
    ),
    ArchitectureSpec(
        architecture_id="retinaface-m025",
        framework="torch",
        facts=Facts(detector=_RETINAFACE),
        marker="LandmarkHead.",
    ),
    ArchitectureSpec(
        architecture_id="vit-base",
        framework="transformers",
        facts=_transformers(224, "-1-1"),
        config={"model_type": "vit"},
    ),
    ArchitectureSpec(
        architecture_id="convnext-tiny",
        framework="transformers",
        facts=_transformers(224, "imagenet"),
        config={"model_type": "convnext"},
    ),
    ArchitectureSpec(
        architecture_id="convnextv2-tiny",
        framework="transformers",
        facts=_transformers(384, "imagenet"),
        config={"model_type": "convnextv2"},
    ),
    ArchitectureSpec(architecture_id="emotiefflib-mtl", framework="onnx", facts=_emotiefflib(224, "imagenet")),
    ArchitectureSpec(architecture_id="emotiefflib-mtl-mbf", framework="onnx", facts=_emotiefflib(112, "-1-1")),
)

SPECS: Final[Mapping[str, ArchitectureSpec]] = {spec.architecture_id: spec for spec in _ALL}


def spec_of(architecture_id: str) -> ArchitectureSpec:
    """Return a spec by its id.

    Raises:
        ExportError: There is none.
    """
    if architecture_id not in SPECS:
        raise ExportError(f"--architecture {architecture_id}: unknown; known are {', '.join(sorted(SPECS))}")
    return SPECS[architecture_id]
