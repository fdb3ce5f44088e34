"""Exports of iMotions with AFFDEX: lines about the study, a line of names, a row for each sample."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mien.session.foreign.found import Found, share
from mien.session.foreign.text_table import Columns, Numbers

MOST: Final = 100.0
"""Its numbers run from 0 to 100."""

UNITS: Final = {
    "innerbrowraise": 1,
    "browraise": 2,
    "browfurrow": 4,
    "eyewiden": 5,
    "cheekraise": 6,
    "lidtighten": 7,
    "nosewrinkle": 9,
    "upperlipraise": 10,
    "smile": 12,
    "dimpler": 14,
    "lipcornerdepressor": 15,
    "chinraise": 17,
    "lippucker": 18,
    "lipstretch": 20,
    "lippress": 24,
    "mouthopen": 25,
    "jawdrop": 26,
    "lipsuck": 28,
    "eyeclosure": 43,
}
EMOTIONS: Final = {
    "anger": "anger",
    "contempt": "contempt",
    "disgust": "disgust",
    "fear": "fear",
    "joy": "happiness",
    "sadness": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}
OTHERS: Final = ("attention", "engagement", "sentimentality", "confusion", "smirk", "blink")
_ANGLES: Final = ("pitch", "yaw", "roll")
_TIME: Final = "timestamp"


def is_header(names: Sequence[str]) -> bool:
    """Tell whether these are its columns."""
    plain = {_plain(name) for name in names}
    return _TIME in plain and len(plain & {*UNITS, *EMOTIONS}) >= 4 and len(plain & set(UNITS)) >= 1


def wanted(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which columns are needed: of numbers, and of texts."""
    ours = {_TIME, "numberoffaces", "faceid", "valence", *UNITS, *EMOTIONS, *OTHERS, *_ANGLES}
    return tuple(name for name in names if _plain(name) in ours), ()


def read(columns: Columns) -> Found:
    """Return what the table says."""
    known = {_plain(name): values for name, values in columns.numbers.items()}
    nothing = np.full(columns.count, np.nan)
    emotions = {label: known[name] for name, label in EMOTIONS.items() if name in known}
    numbers = {f"au{unit:02}": share(known[name], MOST) for name, unit in UNITS.items() if name in known}
    numbers |= {f"o_{name}": share(known[name], MOST) for name in OTHERS if name in known}
    numbers |= {f"o_{label}": share(values, MOST) for label, values in emotions.items()}
    has_face = np.any(np.isfinite(np.stack([*numbers.values(), nothing])), axis=0)
    if "numberoffaces" in known:
        has_face &= ~(known["numberoffaces"] == 0)
    ids = known.get("faceid", nothing)
    found = Found(
        _program(columns.head),
        has_face,
        np.where(np.isfinite(ids) & (ids >= 0), ids, 0.0).astype(np.int64) + 1,
        known.get(_TIME, nothing) / 1000.0,
        None,
        np.full((columns.count, 4), np.nan),
        nothing,
        numbers=numbers | {f"o_{name}_deg": known[name] for name in _ANGLES if name in known},
        notes=["The export holds no boxes."],
    )
    found.chances = _chances(emotions, found)
    if "valence" in known:
        found.affect = np.stack([np.clip(known["valence"] / MOST, -1.0, 1.0), nothing], axis=1)
    return found


def _chances(emotions: dict[str, Numbers], found: Found) -> dict[str, Numbers]:
    """Return the emotions as shares of their sum; none where "neutral" is not among them."""
    if "neutral" not in emotions:
        found.notes.append("Without a column Neutral the emotions are no shares: no label is named.")
        return {}
    total = np.sum([np.clip(each, 0.0, MOST) for each in emotions.values()], axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            label: np.where(total > 0, np.clip(each, 0.0, MOST) / total, np.nan)
            for label, each in emotions.items()
        }


def _program(head: Sequence[str]) -> str:
    """Return the program and its version, where the lines before the names say so."""
    for line in head:
        cells = [cell.strip(' "#') for cell in line.replace("\t", ",").replace(";", ",").split(",")]
        if cells and "imotions" in cells[0].lower():
            version = next((cell for cell in cells[1:] if cell[:1].isdigit()), "")
            return f"iMotions {version} (AFFDEX)" if version else "iMotions (AFFDEX)"
    return "iMotions (AFFDEX)"


def _plain(name: str) -> str:
    return name.replace(" ", "").replace("_", "").replace("(ms)", "")
