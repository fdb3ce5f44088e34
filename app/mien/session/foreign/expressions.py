"""Which column of a stranger's table stands for which expression."""

from collections.abc import Iterable
from typing import Final

from mien.core.emotion import EXPRESSIONS, canonical_label

LABEL_COLUMNS: Final = ("label", "expression", "facial_expression", "emotion", "dominant_emotion", "prediction")
_PREFIXES: Final = ("p_", "prob_", "probability_", "emotion_", "emotion.", "emo_")


def expression_columns(names: Iterable[str]) -> dict[str, str]:
    """Return the names of the columns that hold a number for an expression, by Mien's name of it.

    Args:
        names: In lower case.
    """
    found: dict[str, str] = {}
    for name in names:
        plain = name
        for prefix in _PREFIXES:
            plain = plain.removeprefix(prefix)
        label = canonical_label(plain)
        if label in EXPRESSIONS:
            found.setdefault(label, name)
    return found


def label_column(names: Iterable[str]) -> str | None:
    """Return the name of the column that holds the label, or None."""
    known = set(names)
    return next((name for name in LABEL_COLUMNS if name in known), None)
