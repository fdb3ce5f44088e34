"""How labels and numbers are written, everywhere."""

from functools import lru_cache
from typing import Final

from mien.core.emotion import EXPRESSIONS, canonical_label

MAX_NAME_CHARACTERS: Final = 24


def name_of(label: str) -> str:
    """Return the label as people read it: "Happiness"; shortened where it is very long."""
    plain = "".join(sign if sign.isprintable() else " " for sign in label).strip() or "?"
    if len(plain) > MAX_NAME_CHARACTERS:
        plain = plain[: MAX_NAME_CHARACTERS - 1].rstrip() + "…"
    return plain[:1].upper() + plain[1:]


def maybe(label: str) -> str:
    """Return how an expression is named of which the network is not sure: "maybe happiness"."""
    name = name_of(label)
    return f"maybe {name[:1].lower()}{name[1:]}"


def percent_of(probability: float) -> int:
    """Return a probability as people read it, 0 to 99: no network is ever certain, so that none is shown so."""
    return min(round(100 * probability), 99)


def signed(value: float) -> str:
    """Return a number with its sign and two decimals, as wide with as without minus."""
    text = f"{abs(value):.2f}"
    if float(text) == 0.0:
        return text
    return f"{'+' if value > 0 else '−'}{text}"


def initials_of(label: str) -> str:
    """Return the first two letters, which tell surprise from sadness: "Su", "Sa"."""
    return name_of(label)[:2]


@lru_cache(64)
def in_order(labels: tuple[str, ...]) -> tuple[int, ...]:
    """Return the positions of a network's labels in the order in which they are always shown."""
    rank = {name: index for index, name in enumerate(EXPRESSIONS)}
    return tuple(sorted(range(len(labels)), key=lambda i: (rank.get(canonical_label(labels[i]), len(rank)), i)))


def duration_text(seconds: float) -> str:
    """Return a duration for people: "42 s", "3:07 min", "1:02 h"."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d} h"


def turned_by(turn_deg: int) -> str:
    """Return what to say of a picture that has to be turned clockwise by 90, 180 or 270 degrees."""
    return f"The picture looks turned by {min(turn_deg, 360 - turn_deg)}°"
