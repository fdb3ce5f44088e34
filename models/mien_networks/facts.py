"""What is known of a network: its labels, its input, its outputs.

Three voices are heard, the later over the earlier: the architecture's spec, the checkpoint, the user's options.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal

from mien.errors import ExportError
from mien.inference.detector_manifest import DetectorManifest
from mien.inference.manifest import CropSpec, InputSpec, PriorName

Colour = Literal["RGB", "BGR", "GRAY"]
Layout = Literal["NCHW", "NHWC"]
Kind = Literal["logits", "probabilities"]
LabelsFrom = Literal["architecture", "checkpoint", "options"]
AffectOrder = tuple[Literal["valence", "arousal"], Literal["valence", "arousal"]]

INPUT_NAME: Final = "image"
AFFECT_NAME: Final = "affect"
FER2013_NAME: Final = "fer2013_logits"


@dataclass(frozen=True, slots=True)
class Normalisation:
    """How a pixel of 0 to 255 enters the network: ``(pixel * scale - mean) / std``, channel by channel."""

    scale: float = 1.0 / 255.0
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)


NORMALISATIONS: Final[Mapping[str, Normalisation]] = {
    "0-1": Normalisation(),
    "-1-1": Normalisation(mean=(0.5,), std=(0.5,)),
    "0-255": Normalisation(scale=1.0),
    "imagenet": Normalisation(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)),
}
"""By the name that `--normalise` takes; ImageNet's figures are of its RGB training pictures, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a network; None where nobody said it.

    Attributes:
        name: For people and for `--model`.
        labels: In the order of the network's output.
        labels_from: Who said so; labels that only the architecture suggests are pointed out to the user.
        size_wh: Width and height of the input, pixels.
        layout: Where the channels stand.
        colour: And in which order.
        normalisation: How a pixel enters.
        crop: How a face is cut out.
        kind: Whether the expression output is logits or probabilities.
        temperature: By which logits are divided before the softmax.
        priors: By name, how often each label is to be expected, in the order of the labels.
        learned_prior: What the divided logits hold of the data's own shares; None where they hold nothing of it.
        certain_from: Least probability of a certain label, as the manifest has it; None where nobody measured it.
        fer2013_temperature: Temperature of the answer by FER2013's labels, where there is one.
        affect_order: Order of the two numbers of the affect output.
        affect_range: What is mapped to −1 … 1.
        affect_error: How far valence and arousal lie from a person's rating, as the manifest has it.
        detector: What a face detector's manifest says; None for networks that read faces.
        provenance: Further plain values for the manifest.
    """

    name: str | None = None
    labels: tuple[str, ...] | None = None
    labels_from: LabelsFrom | None = None
    size_wh: tuple[int, int] | None = None
    layout: Layout | None = None
    colour: Colour | None = None
    normalisation: Normalisation | None = None
    crop: CropSpec | None = None
    kind: Kind | None = None
    temperature: float | None = None
    priors: Mapping[PriorName, tuple[float, ...]] | None = None
    learned_prior: tuple[float, ...] | None = None
    certain_from: float | None = None
    fer2013_temperature: float | None = None
    affect_order: AffectOrder | None = None
    affect_range: tuple[float, float] | None = None
    affect_error: tuple[float, float] | None = None
    detector: DetectorManifest | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def overridden_by(self, other: "Facts") -> "Facts":
        """Return these facts with what ``other`` says put over them."""
        said = {f.name: getattr(other, f.name) for f in fields(other) if getattr(other, f.name) is not None}
        said["provenance"] = {**self.provenance, **other.provenance}
        return replace(self, **said)


def input_spec(facts: Facts, origin: str) -> InputSpec:
    """Return the manifest's input section.

    Raises:
        ExportError: Something is unknown; the message names the option that says it.
    """
    if facts.size_wh is None:
        raise ExportError(f"{origin}: its input size is not in the file; say it with --input-size, such as 48x48")
    if facts.colour is None:
        raise ExportError(f"{origin}: its colour order is not in the file; say it with --colour rgb, bgr or gray")
    if facts.normalisation is None:
        raise ExportError(
            f"{origin}: how its pixels were normalised is not in the file; say it with --normalise, one of "
            f"{', '.join(NORMALISATIONS)}, or MEAN/STD such as 0.5/0.25"
        )
    return InputSpec(
        name=INPUT_NAME,
        size_wh=facts.size_wh,
        layout=facts.layout or "NCHW",
        colour=facts.colour,
        scale=facts.normalisation.scale,
        mean=facts.normalisation.mean,
        std=facts.normalisation.std,
        crop=facts.crop or CropSpec(),
    )


OWN_FACTS: Final = "mien.json"
"""Entry of a `.keras` archive, and file of a `save_pretrained` folder, in which Mien's own training says facts."""
