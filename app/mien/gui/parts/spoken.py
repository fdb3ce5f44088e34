"""What painted widgets tell screen readers."""

from PySide6.QtWidgets import QWidget

from mien.core.emotion import Affect, Emotion
from mien.core.wording import name_of, percent_of, signed


def tell(widget: QWidget, text: str) -> None:
    """Give a widget another description; a reader hears of it only where it has changed."""
    if text != widget.accessibleDescription():
        widget.setAccessibleDescription(text)


def shares_in_words(emotion: Emotion) -> str:
    """Return the probabilities, the largest first."""
    if not emotion.is_known:
        return "not read"
    shares = sorted(zip(emotion.labels, emotion.probabilities, strict=True), key=lambda each: -float(each[1]))
    return ", ".join(f"{name_of(label)} {percent_of(float(share))} %" for label, share in shares)


def affect_in_words(affect: Affect | None) -> str:
    """Return valence and arousal with a digit each, or that there are none."""
    if affect is None:
        return "not measured"
    told = f"valence {signed(round(affect.valence, 1))}, arousal {signed(round(affect.arousal, 1))}"
    if affect.error is None:
        return told
    return f"{told}, give or take {affect.error[0]:.1f} and {affect.error[1]:.1f}"
