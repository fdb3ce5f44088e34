"""What the details of a face are called where people read them."""

import re
from typing import Final

from mien.core.action_units import UNITS
from mien.core.face_details import BLINK, CHANGES, DETAILS, GAZE, HEAD, SHAPES, change_name

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

assert {name for _, names in GROUPS for name in names} == {*DETAILS, *CHANGES}


def detail_title(name: str) -> str:
    """Return a detail's name for people: "AU12 Lip corner puller, left", "Head yaw, change"."""
    for unit in UNITS:
        if name in unit.columns:
            side = "" if not unit.has_sides else ", left" if name.endswith("_left") else ", right"
            return f"AU{unit.number} {unit.name}{side}"
    if name in _TITLES:
        return _TITLES[name]
    if name.endswith(change_name("")):
        return f"{detail_title(name.removesuffix(change_name('')))}, change"
    words = re.sub(r"([A-Z])", r" \1", name.removeprefix("bs_")).lower()
    return words[:1].upper() + words[1:]
