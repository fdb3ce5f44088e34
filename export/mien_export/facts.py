"""What is known of a network before it is exported, and who may say it.

Three voices are heard, the later over the earlier: the architecture's spec, the checkpoint, the user's options.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal, get_args

from mien.core.emotion import canonical_label
from mien.errors import ExportError
from mien.inference.detector_manifest import DetectorManifest
from mien.inference.manifest import (
    SCHEMA,
    AffectOutput,
    CropSpec,
    ExpressionOutput,
    InputSpec,
    Manifest,
    OutputsSpec,
    PriorName,
)
from mien_export.missing import MissingFacts, missing_of

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
    detector: DetectorManifest | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def overridden_by(self, other: "Facts") -> "Facts":
        """Return these facts with what ``other`` says put over them."""
        said = {f.name: getattr(other, f.name) for f in fields(other) if getattr(other, f.name) is not None}
        said["provenance"] = {**self.provenance, **other.provenance}
        return replace(self, **said)


def canonical_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return the labels as Mien names them, in the same order.

    Raises:
        ExportError: Two of them mean the same.
    """
    names = tuple(canonical_label(label) for label in labels)
    if len(set(names)) != len(names):
        raise ExportError(f"two of the labels {', '.join(labels)} mean the same; say them with --labels")
    return names


def input_spec(facts: Facts, origin: str) -> InputSpec:
    """Return the manifest's input section.

    Raises:
        MissingFacts: Something is unknown; the message names the options that say it.
    """
    if facts.size_wh is None or facts.colour is None or facts.normalisation is None:
        raise MissingFacts(missing_of(replace(facts, labels=facts.labels or ())), origin)
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


def outputs_spec(facts: Facts, kind: Kind, has_affect: bool, has_fer2013: bool, origin: str) -> OutputsSpec:
    """Return the manifest's outputs section; an output is named after what it holds.

    Raises:
        MissingFacts: There are valence and arousal, and nobody said in which order.
    """
    affect = None
    if has_affect:
        if facts.affect_order is None:
            raise MissingFacts(("affect_order",), origin)
        affect = AffectOutput(name=AFFECT_NAME, order=facts.affect_order, range=facts.affect_range or (-1.0, 1.0))
    temperature = facts.temperature if kind == "logits" and facts.temperature else 1.0
    fer2013 = None
    if has_fer2013:
        fer2013 = ExpressionOutput(name=FER2013_NAME, temperature=facts.fer2013_temperature or 1.0)
    has_priors = kind == "logits" and facts.priors is not None
    expression = ExpressionOutput(
        name=kind,
        kind=kind,
        temperature=temperature,
        priors=dict(facts.priors or {}) if has_priors else {},
        learned_prior=facts.learned_prior or () if has_priors else (),
        certain_from=facts.certain_from or 0.0 if has_priors else 0.0,
    )
    return OutputsSpec(expression=expression, affect=affect, fer2013=fer2013)


def manifest_from(facts: Facts, spec: InputSpec, outputs: OutputsSpec, width: int, origin: str) -> Manifest:
    """Put the manifest together.

    Args:
        facts: What is known.
        spec: The input section.
        outputs: The outputs section.
        width: How many numbers the expression output holds.
        origin: What to call the checkpoint in messages.

    Raises:
        MissingFacts: Labels are missing.
        ExportError: They do not fit the output.
    """
    if facts.labels is None:
        raise MissingFacts(("labels",), origin, width)
    labels = canonical_labels(facts.labels)
    if len(labels) != width:
        raise ExportError(
            f"{origin}: {len(labels)} labels ({', '.join(labels)}) for {width} outputs; say them with --labels"
        )
    return Manifest(
        schema=SCHEMA,
        name=facts.name or origin,
        labels=labels,
        input=spec,
        outputs=outputs,
        provenance={**facts.provenance, "labels_from": facts.labels_from or "checkpoint"},
    )


def parse_labels(text: str) -> tuple[str, ...]:
    """Read labels between commas.

    Raises:
        ValueError: There are fewer than two.
    """
    labels = tuple(label.strip() for label in text.split(",") if label.strip())
    if len(labels) < 2:
        raise ValueError("expected two labels or more between commas")
    return labels


def parse_size(text: str) -> tuple[int, int]:
    """Read `48` or `64x48`, width first.

    Raises:
        ValueError: It is neither.
    """
    width, _, height = text.lower().partition("x")
    return int(width), int(height or width)


def parse_normalisation(text: str) -> Normalisation:
    """Read a name of `NORMALISATIONS`, or MEAN/STD with one number or one a channel, on pixels of 0 to 1.

    Raises:
        ValueError: It is neither.
    """
    if text in NORMALISATIONS:
        return NORMALISATIONS[text]
    mean, slash, std = text.partition("/")
    if not slash:
        raise ValueError(f"expected one of {', '.join(NORMALISATIONS)}, or MEAN/STD")
    return Normalisation(
        mean=tuple(float(number) for number in mean.split(",")),
        std=tuple(float(number) for number in std.split(",")),
    )


def parse_affect_order(text: str) -> AffectOrder:
    """Read `valence,arousal` or `arousal,valence`.

    Raises:
        ValueError: It is neither.
    """
    if text == "valence,arousal":
        return "valence", "arousal"
    if text == "arousal,valence":
        return "arousal", "valence"
    raise ValueError("expected valence,arousal or arousal,valence")


def parse_colour(text: str) -> Colour:
    """Read a colour order in any case.

    Raises:
        ValueError: It is none.
    """
    for colour in get_args(Colour):
        if colour == text.upper():
            named: Colour = colour
            return named
    raise ValueError("expected rgb, bgr or gray")
