"""What the details of a face are called where people read them."""

import re
from collections.abc import Collection
from typing import Final

from mien.core.action_units import UNITS
from mien.core.face_details import BLINK, CHANGES, DETAILS, GAZE, HEAD, SHAPES, change_name
from mien.core.further_numbers import OTHER, OWN, unit_number

_OTHER_UNITS: Final = {
    9: "Nose wrinkler",
    11: "Nasolabial deepener",
    13: "Sharp lip puller",
    23: "Lip tightener",
    27: "Mouth stretch",
    45: "Blink",
}
"""Units that Mien does not derive, but other programs give; their names are FACS's."""

_TITLES: Final = {
    "yaw_deg": "Head yaw",
    "pitch_deg": "Head pitch",
    "roll_deg": "Head roll",
    "gaze_in_head_yaw_deg": "Gaze in the head, yaw",
    "gaze_in_head_pitch_deg": "Gaze in the head, pitch",
    "gaze_yaw_deg": "Gaze, yaw",
    "gaze_pitch_deg": "Gaze, pitch",
    "eye_open_left": "Left eye open",
    "eye_open_right": "Right eye open",
    BLINK: "Blink",
    "mouth_open": "Mouth open",
    "speaking": "Speaking",
}

GROUPS: Final = (
    ("Head", (*HEAD, "pitch_deg")),
    ("Gaze", GAZE),
    ("Eyes and mouth", ("eye_open_left", "eye_open_right", BLINK, "mouth_open", "speaking")),
    *(
        (f"Action units, {region} face", tuple(c for unit in UNITS if unit.region == region for c in unit.columns))
        for region in ("upper", "lower")
    ),
    ("Since the neutral face", CHANGES),
    ("Blendshapes", SHAPES),
)
"""All details in the order of menus."""

_GROUPED: Final = frozenset(name for _, names in GROUPS for name in names)
_PRESENT: Final = "_present"

assert {name for _, names in GROUPS for name in names} == {*DETAILS, *CHANGES}


def groups_of(names: Collection[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return those of the numbers that there are, in the groups and the order of menus, with their titles."""
    rest = [name for name in names if name not in _GROUPED]
    own = [name for name in rest if name.startswith(OWN)]
    units = [name for name in rest if unit_number(name) is not None]
    groups = [
        ("Own expressions", own),
        *((title, [name for name in known if name in names]) for title, known in GROUPS),
        ("Action units without sides", [name for name in units if not name.endswith(_PRESENT)]),
        ("Action units present", [name for name in units if name.endswith(_PRESENT)]),
        ("As the other program wrote them", [name for name in rest if name.startswith(OTHER)]),
    ]
    return tuple((title, tuple(found)) for title, found in groups if found)


def detail_title(name: str) -> str:
    """Return a detail's name for people: "AU12 Lip corner puller, left", "Head yaw, change"."""
    if name.startswith((OWN, OTHER)):
        words = name[2:].replace("_", " ")
        return words if name.startswith(OWN) else words[:1].upper() + words[1:]
    for unit in UNITS:
        if name in unit.columns:
            side = "" if not unit.has_sides else ", left" if name.endswith("_left") else ", right"
            return f"AU{unit.number} {unit.name}{side}"
    number = unit_number(name)
    if number is not None and not name.endswith(change_name("")):
        units = {unit.number: unit.name for unit in UNITS} | _OTHER_UNITS
        title = f"AU{number} {units.get(number, '')}".strip()
        return f"{title}, present" if name.endswith(_PRESENT) else title
    if name in _TITLES:
        return _TITLES[name]
    if name.endswith(change_name("")):
        return f"{detail_title(name.removesuffix(change_name('')))}, change"
    words = re.sub(r"([A-Z])", r" \1", name.removeprefix("bs_")).lower()
    return words[:1].upper() + words[1:]
