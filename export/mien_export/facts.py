"""From what is known of a network to its manifest, and from what the user writes to what is known."""

from typing import get_args

from mien.core.emotion import canonical_label
from mien.errors import ExportError
from mien.inference.manifest import (
    SCHEMA,
    AffectOutput,
    ExpressionOutput,
    InputSpec,
    Manifest,
    OutputsSpec,
)
from mien_export.missing import MissingFacts
from mien_networks.facts import (
    AFFECT_NAME,
    FER2013_NAME,
    NORMALISATIONS,
    AffectOrder,
    Colour,
    Facts,
    Kind,
    Normalisation,
)


def canonical_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return the labels as Mien names them, in the same order.

    Raises:
        ExportError: Two of them mean the same.
    """
    names = tuple(canonical_label(label) for label in labels)
    if len(set(names)) != len(names):
        raise ExportError(f"two of the labels {', '.join(labels)} mean the same; say them with --labels")
    return names


def outputs_spec(facts: Facts, kind: Kind, has_affect: bool, has_fer2013: bool, origin: str) -> OutputsSpec:
    """Return the manifest's outputs section; an output is named after what it holds.

    Raises:
        MissingFacts: There are valence and arousal, and nobody said in which order.
    """
    affect = None
    if has_affect:
        if facts.affect_order is None:
            raise MissingFacts(("affect_order",), origin)
        affect = AffectOutput(
            name=AFFECT_NAME,
            order=facts.affect_order,
            range=facts.affect_range or (-1.0, 1.0),
            error=facts.affect_error,
        )
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
