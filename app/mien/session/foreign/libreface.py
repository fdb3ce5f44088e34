"""Tables of LibreFace (Chang et al. 2024), by the output format of its package."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mien.core.emotion import EXPRESSIONS, canonical_label
from mien.session.foreign.found import Found, indices_of, share
from mien.session.foreign.text_table import Columns, Texts

PROGRAM: Final = "LibreFace"
PRESENT: Final = (1, 2, 4, 6, 7, 10, 12, 14, 15, 17, 23, 24)
INTENSITIES: Final = (1, 2, 4, 5, 6, 9, 12, 15, 17, 20, 25, 26)
MOST: Final = 5.0
"""Its intensities run from 0 to 5."""

_LABEL: Final = "facial_expression"
_ANGLES: Final = ("pitch", "yaw", "roll", "gaze_pitch", "gaze_yaw")


def is_header(names: Sequence[str]) -> bool:
    """Tell whether these are its columns."""
    has_answer = _LABEL in names or any(f"au_{unit}_intensity" in names for unit in INTENSITIES)
    return has_answer and ("frame_idx" in names or "frame_time_in_ms" in names)


def wanted(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which columns are needed: of numbers, and of texts."""
    units = (*(f"au_{unit}" for unit in PRESENT), *(f"au_{unit}_intensity" for unit in INTENSITIES))
    return ("frame_idx", "frame_time_in_ms", *_ANGLES, *units), (_LABEL,)


def read(columns: Columns) -> Found:
    """Return what the table says."""
    tops = _labels(columns)
    numbers = {
        f"au{unit:02}": share(columns.number(f"au_{unit}_intensity"), MOST)
        for unit in INTENSITIES
        if f"au_{unit}_intensity" in columns
    }
    for unit in PRESENT:
        values = columns.number(f"au_{unit}")
        if f"au_{unit}" in columns:
            numbers[f"au{unit:02}_present"] = np.where(np.isfinite(values), values > 0.5, np.nan)
    angles = {f"o_{name}_deg": columns.number(name) for name in _ANGLES if name in columns}
    known = np.array([top is not None for top in tops], np.bool_)
    for values in (*numbers.values(), *angles.values()):
        known |= np.isfinite(values)
    found = Found(
        PROGRAM,
        known,
        np.ones(columns.count, np.int64),
        columns.number("frame_time_in_ms") / 1000.0 if "frame_time_in_ms" in columns else None,
        indices_of(columns.number("frame_idx")),
        np.full((columns.count, 4), np.nan),
        np.full(columns.count, np.nan),
        tops=tops,
        numbers=numbers | angles,
    )
    found.notes.append("LibreFace writes no boxes and no probabilities.")
    if angles:
        found.notes.append("Head and gaze are kept as written: LibreFace does not say which way they count.")
    return found


def _labels(columns: Columns) -> Texts:
    names = columns.texts.get(_LABEL)
    if names is None:
        return np.full(columns.count, None, np.object_)
    known = {name: canonical_label(name) for name in {*names} if name is not None}
    return np.array([known.get(name) if known.get(name) in EXPRESSIONS else None for name in names], np.object_)
