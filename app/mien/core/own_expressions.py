"""Expressions of the user's own: ``squint = au06 + au07 > 0.6 for 0.3 s``.

A name, a formula over what is known of a face, and for how long it has to hold. Names in formulas are those of the
columns: expressions (``happiness``), ``valence``, ``arousal``, head, gaze, eyes, action units (``au12_left``;
``au12`` is the mean of its sides), blendshapes (``bs_jawOpen``), and changes since the neutral face
(``au12_left_change``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mien.core.action_units import UNITS
from mien.core.face import ShownReading
from mien.core.face_details import CHANGES, DETAILS
from mien.core.formula import Formula, parse_formula

SHIPPED: Final = (
    "one_sided_dimple = abs(au14_left - au14_right) > 0.3 and max(au14_left, au14_right) > 0.4 for 0.2 s",
)
"""Contempt as FACS describes it: a dimple on one side (Ekman and Friesen 1986). Not on by default."""

MAX_EXPRESSIONS: Final = 50
GAP_S: Final = 0.5
"""After so long without the face a condition begins anew."""

SLACK_S: Final = 1e-3
"""Media times are rounded: what is due within a millisecond is due."""

_FORM: Final = re.compile(
    r"\s*([A-Za-z][A-Za-z_0-9]{0,39})\s*=(?!=)\s*(.+?)(?:\s+for\s+(\d+\.?\d*|\.\d+)\s*s)?\s*"
)
_MEANS: Final = {f"au{unit.number:02}": unit.columns for unit in UNITS}
_KNOWN: Final = frozenset((*DETAILS, *CHANGES, *_MEANS, "valence", "arousal", "confidence"))


@dataclass(frozen=True, slots=True, eq=False)
class OwnExpression:
    """One of them.

    Attributes:
        name: Of its column, ``x_NAME``.
        formula: What has to hold, or what it comes to.
        hold_s: For how long a condition has to hold before it counts, seconds.
    """

    name: str
    formula: Formula
    hold_s: float = 0.0


@dataclass(frozen=True, slots=True)
class OwnText:
    """What a text of own expressions says, a line each; blank lines and those that begin with # say nothing.

    Attributes:
        expressions: The lines that can be read.
        faults: What is wrong with the others, by the number of the line from 1.
    """

    expressions: tuple[str, ...]
    faults: dict[int, str]


def read_own(text: str, labels: Sequence[str] = ()) -> OwnText:
    """Read a text of own expressions.

    Args:
        text: As it was typed.
        labels: See ``parse_own``.
    """
    good: list[str] = []
    names: set[str] = set()
    faults: dict[int, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        try:
            (one,) = parse_own([line], labels)
            if one.name in names:
                raise ValueError(f"{one.name}: stands in a line above; give this one another name")
            if len(good) == MAX_EXPRESSIONS:
                raise ValueError(f"more than {MAX_EXPRESSIONS} own expressions; take one out above")
        except ValueError as error:
            faults[number] = str(error)
            continue
        names.add(one.name)
        good.append(line)
    return OwnText(tuple(good), faults)


def parse_own(texts: Sequence[str], labels: Sequence[str] = ()) -> tuple[OwnExpression, ...]:
    """Read expressions.

    Args:
        texts: One each.
        labels: The network's, which formulas may ask for; those of all networks where empty.

    Raises:
        ValueError: One cannot be read; the message names it and what is wrong.
    """
    if len(texts) > MAX_EXPRESSIONS:
        raise ValueError(f"more than {MAX_EXPRESSIONS} own expressions")
    found = [_parse_one(text, labels) for text in texts]
    names = [each.name for each in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ValueError(f"{twice}: stands for two expressions; give one of them another name")
    return tuple(found)


def _parse_one(text: str, labels: Sequence[str]) -> OwnExpression:
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(
            f"{text[:60]!r}: write it as NAME = FORMULA for SECONDS s, for instance squint = au07 > 0.6"
        )
    name, formula, hold = match.groups()
    try:
        parsed = parse_formula(formula)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    if hold and not parsed.is_condition:
        raise ValueError(f"{name}: only a comparison can hold for {hold} s")
    if labels:
        unknown = sorted(parsed.names - _KNOWN - set(labels))
        if unknown:
            raise ValueError(
                f"{name}: {unknown[0]} is nothing that is known of a face; see the columns in the manual"
            )
    return OwnExpression(name, parsed, float(hold or 0.0))


class OwnFollower:
    """Says what own expressions come to, for the faces of one stream. Used by one thread at a time."""

    def __init__(self) -> None:
        self._since: dict[tuple[int, str], tuple[float, float]] = {}

    def values(self, time_s: float, reading: ShownReading, own: Sequence[OwnExpression]) -> tuple[float, ...]:
        """Return the value of each: 1 or 0 of a condition, NaN where something of it is not known."""
        if not own:
            return ()
        names = names_of(reading)
        return tuple(self._value(time_s, reading.track.face_id, each, names) for each in own)

    def _value(self, time_s: float, face_id: int, one: OwnExpression, names: dict[str, float]) -> float:
        value = float(one.formula.value({name: names.get(name, np.nan) for name in one.formula.names}))
        if not one.formula.is_condition or one.hold_s == 0.0 or value != 1.0:
            self._since.pop((face_id, one.name), None)
            return value
        start_s, last_s = self._since.get((face_id, one.name), (time_s, time_s))
        if not 0.0 <= time_s - last_s <= GAP_S:
            start_s = time_s
        self._since[face_id, one.name] = start_s, time_s
        return 1.0 if time_s - start_s >= one.hold_s - SLACK_S else 0.0


def names_of(reading: ShownReading) -> dict[str, float]:
    """Return what formulas can ask of a reading, as it is shown, by name; what is not known is left out."""
    names = dict(zip(reading.emotion.labels, reading.emotion.probabilities.tolist(), strict=True))
    names["confidence"] = reading.confidence
    if reading.affect is not None:
        names |= {"valence": reading.affect.valence, "arousal": reading.affect.arousal}
    details = reading.raw.details
    if details is not None:
        names |= zip(DETAILS, details.values.tolist(), strict=True)
        names |= {mean: float(np.mean([names[column] for column in columns])) for mean, columns in _MEANS.items()}
    if reading.changes is not None:
        names |= zip(CHANGES, reading.changes.tolist(), strict=True)
    return names
