"""The user's own types of events: what can be marked with a key of its own, in Live and in Review."""

from collections.abc import Iterable
from typing import Annotated, Final

import msgspec

from mien.errors import SettingsError

MAX_TYPES: Final = 40
MAX_TYPE_NAME: Final = 60
MAX_CODE: Final = 32

EVENT_KEYS: Final = (*"456789", *"GPQWYZ", *(f"F{number}" for number in range(3, 10)))
"""What a type of event can be marked with: keys that mean nothing else in Live and Review."""

EVENT_COLOURS: Final = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#3B8FD4", "#D55E00", "#CC79A7", "#B39DDB")
"""For types in the order in which they are made; of Okabe and Ito (2008), the darkest made lighter."""


class EventType(msgspec.Struct, frozen=True, kw_only=True):
    """One type of event.

    Attributes:
        name: What it is called, in lists and in exports; unlike every other's.
        code: What stands for it in tables, and what other programs may send in its place; may be empty.
        key: One of ``EVENT_KEYS``, or empty.
        colour: #RRGGBB.
        is_span: Its key begins a span, and ends it when it is pressed again; otherwise it marks a moment.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TYPE_NAME)]
    code: Annotated[str, msgspec.Meta(max_length=MAX_CODE)] = ""
    key: Annotated[str, msgspec.Meta(max_length=8)] = ""
    colour: Annotated[str, msgspec.Meta(pattern="^#[0-9A-Fa-f]{6}$")] = EVENT_COLOURS[0]
    is_span: bool = False


class EventSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Events that can be marked beside those without a type.

    Attributes:
        types: In the order in which they are listed.
    """

    types: Annotated[tuple[EventType, ...], msgspec.Meta(max_length=MAX_TYPES)] = ()


def type_meant(types: Iterable[EventType], text: str) -> EventType | None:
    """Return the type whose code or name a text is, whatever its case, or None."""
    said = text.strip().casefold()
    if not said:
        return None
    known = tuple(types)
    by_code = (each for each in known if each.code.casefold() == said)
    return next(by_code, next((each for each in known if each.name.casefold() == said), None))


def check_types(types: Iterable[EventType]) -> None:
    """Check that each type can be told from the others.

    Raises:
        SettingsError: Two have the same name, code or key, or one has no name; the message is for people.
    """
    for what in ("name", "code", "key"):
        seen: set[str] = set()
        for each in types:
            value = getattr(each, what).strip().casefold()
            if not value and what == "name":
                raise SettingsError("An event type has no name; write one")
            if value in seen:
                raise SettingsError(f"Two event types have the {what} {getattr(each, what)}; change one of them")
            if value:
                seen.add(value)
