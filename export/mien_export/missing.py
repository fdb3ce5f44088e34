"""Facts that neither a checkpoint nor its user says: named all at once, each with the option that says it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mien.errors import ExportError

if TYPE_CHECKING:
    from mien_networks.facts import Facts


@dataclass(frozen=True, slots=True)
class Question:
    """What may be missing.

    Attributes:
        what: What it is called within a sentence.
        ask: What a person is asked.
        example: An answer.
    """

    what: str
    ask: str
    example: str


QUESTIONS: Final = {
    "input_size": Question("input size", "Size of its input in pixels, width x height", "48x48"),
    "colour": Question("colour order", "Colours of its input: rgb, bgr or gray", "rgb"),
    "normalise": Question(
        "normalisation",
        "How pixels enter it: 0-1, -1-1, 0-255, imagenet, or MEAN/STD on pixels of 0 to 1",
        "0-1",
    ),
    "labels": Question(
        "labels", "Its labels in the order of its output, between commas", "anger,disgust,fear,happiness"
    ),
    "affect_order": Question(
        "order of valence and arousal", "Order of its two numbers of affect", "valence,arousal"
    ),
}
"""By the name in a file of facts; the option has a hyphen in place of the underscore."""


class MissingFacts(ExportError):
    """Facts are missing; `names` are keys of `QUESTIONS`.

    Attributes:
        names: What is missing.
        origin: The checkpoint's name.
        width: How many labels the network answers; None where nobody knows yet.
    """

    def __init__(self, names: tuple[str, ...], origin: str, width: int | None = None) -> None:
        self.names, self.origin, self.width = names, origin, width
        options = [f"--{name.replace('_', '-')}" for name in names]
        if len(names) == 1:
            how = f"{options[0]}, such as {QUESTIONS[names[0]].example}"
        else:
            how = f"{', '.join(options[:-1])} and {options[-1]}"
        super().__init__(f"{origin}: {self.told()} not in the file; say {self._them} with {how}")

    @property
    def _them(self) -> str:
        return "it" if len(self.names) == 1 and self.names[0] != "labels" else "them"

    def told(self) -> str:
        """Return what is missing as the beginning of a sentence."""
        whats = [QUESTIONS[name].what for name in self.names]
        if self.width is not None:
            whats = [f"{self.width} {what}" if what == "labels" else what for what in whats]
        listed = whats[0] if len(whats) == 1 else f"{', '.join(whats[:-1])} and {whats[-1]}"
        return f"its {listed} {'is' if self._them == 'it' else 'are'}"


def missing_of(facts: "Facts", has_affect: bool = False) -> tuple[str, ...]:
    """Return what must still be said, as keys of `QUESTIONS`.

    Args:
        facts: What is known.
        has_affect: Whether the network answers valence and arousal.
    """
    known = {
        "input_size": facts.size_wh,
        "colour": facts.colour,
        "normalise": facts.normalisation,
        "labels": facts.labels,
        "affect_order": facts.affect_order if has_affect else "none",
    }
    return tuple(name for name, value in known.items() if value is None)
