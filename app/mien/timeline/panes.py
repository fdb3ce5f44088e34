"""Which numbers are drawn as curves, and in which pane: those of one scale share an axis."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from mien.core.wording import in_order, name_of, percent_of, signed
from mien.timeline.detail_titles import detail_title
from mien.timeline.quantities import ANGLE_DEG, Quantity, quantities_of


@dataclass(frozen=True, slots=True)
class Pane:
    """Curves over one axis.

    Attributes:
        quantities: At least one, all of one scale.
        lowest: At the bottom.
        highest: At the top.
        ticks: Values on the axis, with what is written beside them.
    """

    quantities: tuple[Quantity, ...]
    lowest: float
    highest: float
    ticks: tuple[tuple[float, str], ...]


_SHARE_TICKS: Final = ((0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %"))
_AFFECT_TICKS: Final = ((-1.0, "−1"), (0.0, "0"), (1.0, "+1"))
_ANGLE_TICKS: Final = ((-ANGLE_DEG, f"−{ANGLE_DEG:.0f}°"), (0.0, "0°"), (ANGLE_DEG, f"+{ANGLE_DEG:.0f}°"))
_SCALES: Final = ((0.0, 1.0, _SHARE_TICKS), (-1.0, 1.0, _AFFECT_TICKS), (-ANGLE_DEG, ANGLE_DEG, _ANGLE_TICKS))


def panes_of(quantities: Iterable[Quantity]) -> tuple[Pane, ...]:
    """Return the panes for what is to be drawn: shares of 100 %, then what goes from −1 to 1, then angles."""
    chosen = tuple(quantities)
    panes = []
    for lowest, highest, ticks in _SCALES:
        mine = tuple(each for each in chosen if each.lowest == lowest)
        if mine:
            panes.append(Pane(mine, lowest, highest, ticks))
    return tuple(panes)


def choices_of(
    labels: tuple[str, ...],
    other_labels: tuple[str, ...] = (),
    details: tuple[str, ...] = (),
    signed: Collection[str] = (),
) -> tuple[Quantity, ...]:
    """Return all that can be drawn, in the order in which it is always shown; see ``quantities_of``."""
    first, second = (tuple(names[place] for place in in_order(names)) for names in (labels, other_labels))
    return quantities_of(first, second, details, signed)


def chosen_of(keys: Iterable[str], choices: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """Return what is to be drawn of all that can be: the quantities with these keys."""
    wanted = set(keys)
    return tuple(each for each in choices if each.key in wanted)


def title_of(quantity: Quantity) -> str:
    """Return a quantity's name for people: "Happiness", "Valence", "Anger (2nd network)"."""
    if quantity.kind == "detail":
        return detail_title(quantity.label)
    name = name_of(quantity.label if quantity.kind == "probability" else quantity.kind)
    return f"{name} (2nd network)" if quantity.is_second else name


def value_text(quantity: Quantity, value: float) -> str:
    """Return a value as people read it: "63 %", "+0.41", "−12°"."""
    if quantity.highest == ANGLE_DEG:
        return f"{value:+.0f}°".replace("-", "−")
    return signed(value) if quantity.lowest < 0 else f"{percent_of(value)} %"
