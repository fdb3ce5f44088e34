"""Facts and recipes that several architectures share."""

from typing import Final

from mien.inference.manifest import CropSpec
from mien_networks.facts import NORMALISATIONS, Facts
from mien_networks.spec import Recipe

FER2013_LABELS: Final = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
"""The order of FER2013's CSV file."""

FER2013_CROP: Final = CropSpec(align="box", margin=0.1)
"""How FER2013's pictures lie around the face: nearly filled by it."""


def fer2013_facts(labels: tuple[str, ...] = FER2013_LABELS, normalisation: str = "0-1") -> Facts:
    """Facts of the Keras networks for FER2013's gray pictures; their size stands in the checkpoint or the code."""
    return Facts(
        labels_from="architecture",
        labels=labels,
        layout="NHWC",
        colour="GRAY",
        normalisation=NORMALISATIONS[normalisation],
        crop=FER2013_CROP,
    )


def affectnet_facts() -> Facts:
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


def transformers_facts(side_px: int, normalisation: str) -> Facts:
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


def emotiefflib_facts(side_px: int, normalisation: str) -> Facts:
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


GRAY_FACE_FACTS: Final = Facts(
    size_wh=(48, 48),
    layout="NCHW",
    colour="GRAY",
    normalisation=NORMALISATIONS["0-1"],
    kind="logits",
    affect_order=("valence", "arousal"),
)
"""Of the networks trained here; their checkpoints say the rest."""

OWN_RECIPE: Final = Recipe(batch_size=128, classes=8, affect="always")
"""Of the same."""

TWO_HEADS: Final = Recipe(batch_size=32, rate=5e-4, classes=8, affect="usual")
FINE_TUNING: Final = Recipe(batch_size=32, rate=5e-5, weight_decay=0.01, affect="never")
