"""Exports of older iMotions with FACET (Emotient): lines about the study, a line of names, a row for each sample.

FACET gives *evidence*, the logarithm to base 10 of the odds that a person would say the face shows it.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mien.session.foreign.affdex import EMOTIONS
from mien.session.foreign.found import Found
from mien.session.foreign.text_table import Columns, Numbers

_EVIDENCE: Final = " evidence"
_ANGLES: Final = ("yaw", "pitch", "roll")
_BOX: Final = ("facerect x", "facerect y", "facerect width", "facerect height")
_TIME: Final = "timestamp"
_SOURCE: Final = "eventsource"
_OWN: Final = "facet"
"""What the source of its rows is called; the rows of an eye tracker repeat its last numbers."""


def is_header(names: Sequence[str]) -> bool:
    """Tell whether these are its columns."""
    return _TIME in names and sum(name.endswith(_EVIDENCE) for name in names) >= 4


def wanted(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which columns are needed: of numbers, and of texts."""
    ours = {_TIME, "nooffaces", *_BOX, *(f"{angle} degrees" for angle in _ANGLES)}
    numbers = tuple(name for name in names if name in ours or name.endswith(_EVIDENCE))
    return numbers, tuple(name for name in names if name == _SOURCE)


def read(columns: Columns) -> Found:
    """Return what the table says."""
    rows = np.ones(columns.count, np.bool_)
    if _SOURCE in columns.texts:
        rows = np.array([_OWN in (source or "").lower() for source in columns.texts[_SOURCE]])
    known = {name: values[rows] for name, values in columns.numbers.items()}
    count = int(rows.sum())
    nothing = np.full(count, np.nan)
    said = {name.removesuffix(_EVIDENCE): chance(known[name]) for name in known if name.endswith(_EVIDENCE)}
    emotions = {label: said[name] for name, label in EMOTIONS.items() if name in said}
    numbers = {f"au{int(name[2:]):02}": values for name, values in said.items() if _is_unit(name)}
    numbers |= {f"o_{label}": values for label, values in emotions.items()}
    numbers |= {
        f"o_{name}": said[name] for name in ("positive", "negative", "confusion", "frustration") if name in said
    }
    numbers |= {f"o_{angle}_deg": known[name] for angle in _ANGLES if (name := f"{angle} degrees") in known}
    has_face = np.isfinite(np.stack([*said.values(), nothing])).any(axis=0) & ~(
        known.get("nooffaces", nothing) == 0
    )
    left, top, width, height = (known.get(name, nothing) for name in _BOX)
    found = Found(
        _program(columns.head),
        has_face,
        np.ones(count, np.int64),
        known[_TIME] / 1000.0,
        None,
        np.stack([left, top, left + width, top + height], axis=1),
        nothing,
        numbers=numbers,
        notes=["Expressions and action units are the chances that follow from FACET's evidence."],
    )
    if "neutral" in emotions:
        total = np.sum(list(emotions.values()), axis=0)
        found.chances = {label: each / total for label, each in emotions.items()}
    if not rows.all():
        found.notes.append(f"{columns.count - count:,} rows of other devices were left out.")
    return found


def chance(evidence: Numbers) -> Numbers:
    """Return the probability, 0 to 1, that evidence stands for: 0.5 at 0, 10 to 1 at 1."""
    return np.asarray(1.0 / (1.0 + 10.0 ** -np.clip(evidence, -30.0, 30.0)), np.float64)


def _is_unit(name: str) -> bool:
    return name.startswith("au") and name[2:].isdigit()


def _program(head: Sequence[str]) -> str:
    """Return the program and its version, where the lines before the names say so."""
    for line in head:
        name, _, version = line.strip("#\t ,;").partition(":")
        if name.strip().lower() == "version" and version.strip()[:1].isdigit():
            return f"iMotions {version.strip()} (FACET)"
    return "iMotions (FACET)"
