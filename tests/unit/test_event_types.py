"""The user's own types of events."""

import msgspec
import pytest

from mien.errors import SettingsError
from mien.settings import EVENT_COLOURS, EVENT_KEYS, EventSettings, EventType, check_types, type_meant

TYPES = (
    EventType(name="Stimulus", code="12", key="G"),
    EventType(name="Answer", code="A", key="4", is_span=True),
    EventType(name="12a"),
)


def test_a_text_means_a_type_by_its_code_or_its_name() -> None:
    assert type_meant(TYPES, " 12 ") is TYPES[0]
    assert type_meant(TYPES, "stimulus") is TYPES[0]
    assert type_meant(TYPES, "a") is TYPES[1]
    assert type_meant(TYPES, "12A") is TYPES[2]
    assert type_meant(TYPES, "1") is None
    assert type_meant(TYPES, "") is None  # the code of the last type is empty as well


def test_types_can_be_told_from_each_other() -> None:
    check_types(TYPES)
    check_types((EventType(name="a"), EventType(name="b")))
    for twin, what in (
        (EventType(name="stimulus"), "name stimulus"),
        (EventType(name="x", code="12"), "code 12"),
        (EventType(name="x", key="G"), "key G"),
        (EventType(name=" "), "no name"),
    ):
        with pytest.raises(SettingsError, match=what):
            check_types((*TYPES, twin))


@pytest.mark.parametrize(
    "content",
    [
        {"types": [{"name": ""}]},
        {"types": [{"name": "a", "colour": "red"}]},
        {"types": [{"name": "a", "code": "x" * 33}]},
        {"types": [{"name": str(number)} for number in range(41)]},
    ],
)
def test_types_that_cannot_be_are_refused(content: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(content, EventSettings)


def test_what_is_offered_can_be_kept() -> None:
    assert len(set(EVENT_KEYS)) == len(EVENT_KEYS)
    for colour in EVENT_COLOURS:
        one = EventSettings(types=(EventType(name="a", colour=colour, key=EVENT_KEYS[-1]),))
        assert msgspec.convert(msgspec.to_builtins(one), EventSettings) == one
