"""What a checkpoint of Mien's own training says of itself: labels, input, and where it comes from."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from mien.errors import ExportError
from mien.inference.manifest import InputSpec, PriorName
from mien_networks.facts import INPUT_NAME, AffectOrder, Facts, Normalisation
from mien_networks.reasons import reason_of

AFFECT_ORDERS: Final[tuple[AffectOrder, ...]] = (("valence", "arousal"), ("arousal", "valence"))


def facts_of_own_checkpoint(content: Mapping[Any, Any], origin: str) -> Facts:
    """Return what Mien's own training writes beside the weights; nothing for foreign files.

    Args:
        content: The torch checkpoint's dict, or the JSON in a `.keras` archive.
        origin: What to call the file in messages.

    Raises:
        ExportError: What it says of its input makes no sense.
    """
    facts = Facts()
    if isinstance(labels := content.get("labels"), (list, tuple)) and all(
        isinstance(label, str) for label in labels
    ):
        facts = facts.overridden_by(Facts(labels=tuple(labels), labels_from="checkpoint"))
    if isinstance(temperature := content.get("temperature"), (int, float)):
        facts = facts.overridden_by(Facts(temperature=float(temperature)))
    if isinstance(temperature := content.get("fer2013_temperature"), (int, float)):
        facts = facts.overridden_by(Facts(fer2013_temperature=float(temperature)))
    facts = facts.overridden_by(_prior_facts(content, origin))
    if isinstance(provenance := content.get("provenance"), Mapping):
        facts = facts.overridden_by(Facts(provenance=dict(provenance)))
    if isinstance(name := content.get("name"), str):
        facts = facts.overridden_by(Facts(name=name))
    said = content.get("affect_order")
    for order in AFFECT_ORDERS:
        if said == list(order):
            facts = facts.overridden_by(Facts(affect_order=order))
    if isinstance(described := content.get("input"), Mapping):
        facts = facts.overridden_by(_input_facts(described, origin))
    return facts


def _prior_facts(content: Mapping[Any, Any], origin: str) -> Facts:
    try:
        priors = msgspec.convert(content.get("priors"), dict[PriorName, tuple[float, ...]] | None)
        learned = msgspec.convert(content.get("learned_prior"), tuple[float, ...] | None)
        certain_from = msgspec.convert(content.get("certain_from"), float | None)
    except msgspec.ValidationError as error:
        raise ExportError(f"{origin}: what it says of its priors is wrong: {reason_of(error)}") from error
    return Facts(priors=priors, learned_prior=learned, certain_from=certain_from)


def _input_facts(described: Mapping[Any, Any], origin: str) -> Facts:
    try:
        spec = msgspec.convert({"name": INPUT_NAME, "layout": "NCHW", **described}, InputSpec)
    except msgspec.ValidationError as error:
        raise ExportError(f"{origin}: what it says of its input is wrong: {reason_of(error)}") from error
    return Facts(
        size_wh=spec.size_wh,
        layout=spec.layout,
        colour=spec.colour,
        normalisation=Normalisation(spec.scale, spec.mean, spec.std),
        crop=spec.crop,
    )
