"""Tables that name their columns plainly: OpenFace 3 and scripts around it, deepface, one's own."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from mien.core.emotion import EXPRESSIONS, canonical_label
from mien.session.foreign.expressions import expression_columns, label_column
from mien.session.foreign.found import Found, counted_within, indices_of, numbered, share
from mien.session.foreign.text_table import Columns, Numbers, Texts

SECONDS: Final = ("time_s", "timestamp_s", "time", "timestamp", "seconds", "t", "time_sec")
MILLISECONDS: Final = ("time_ms", "timestamp_ms", "frame_time_in_ms", "milliseconds")
FRAMES: Final = ("frame", "frame_idx", "frame_index", "frame_number", "frame_id")
FACES: Final = ("face_id", "face", "person", "person_id", "track_id", "face_idx")
CORNERS: Final = (("x1", "y1", "x2", "y2"), ("left", "top", "right", "bottom"), ("xmin", "ymin", "xmax", "ymax"))
SIZES: Final = (("x", "y", "w", "h"), ("x", "y", "width", "height"), ("bbox_x", "bbox_y", "bbox_w", "bbox_h"))
SCORES: Final = ("face_score", "score", "face_confidence", "detection_confidence")
_AFFECT: Final = ("valence", "arousal")
_ANGLES: Final = ("pitch", "yaw", "roll", "gaze_pitch", "gaze_yaw")
_UNIT: Final = re.compile(r"au_?(\d{1,2})(_r|_intensity|_c|_present)?")


def is_header(names: Sequence[str]) -> bool:
    """Tell whether these are columns of such a table: a time or a frame, and something that was read."""
    has_time = any(name in names for name in (*SECONDS, *MILLISECONDS, *FRAMES))
    has_answer = len(expression_columns(names)) >= 2 or label_column(names) is not None
    return has_time and (has_answer or "valence" in names or sum(map(_is_unit, names)) >= 2)


def wanted(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which columns are needed: of numbers, and of texts."""
    label = label_column(names)
    boxes = [name for group in (*CORNERS, *SIZES) for name in group]
    numbers = (*SECONDS, *MILLISECONDS, *FRAMES, *boxes, *SCORES, *_AFFECT, *_ANGLES)
    units = tuple(name for name in names if _is_unit(name))
    return (*numbers, *units, *expression_columns(names).values()), (*FACES, *((label,) if label else ()))


def read(columns: Columns) -> Found:
    """Return what the table says."""
    boxes, frames = _boxes(columns), _first(columns, FRAMES)
    expressions = expression_columns(columns.numbers)
    chances = _chances({label: columns.number(name) for label, name in expressions.items()})
    tops = _tops(columns)
    numbers = _units(columns)
    numbers |= {f"o_{name}_deg": columns.number(name) for name in _ANGLES if name in columns}
    has_face = np.isfinite(boxes).all(axis=1) | (np.array([top is not None for top in tops], np.bool_))
    for values in (*chances.values(), *numbers.values(), *(columns.number(name) for name in _AFFECT)):
        has_face |= np.isfinite(values)
    times_s, milliseconds = _first(columns, SECONDS), _first(columns, MILLISECONDS)
    found = Found(
        "another program",
        has_face,
        np.ones(columns.count, np.int64),
        milliseconds / 1000.0 if times_s is None and milliseconds is not None else times_s,
        None if frames is None else indices_of(frames),
        boxes,
        np.clip(np.nan if (score := _first(columns, SCORES)) is None else score, 0.0, 1.0)
        * np.ones(columns.count),
        chances,
        tops if label_column(columns.texts) is not None else None,
        numbers=numbers,
    )
    if any(name in columns for name in _AFFECT):
        found.affect = np.clip(np.stack([columns.number(name) for name in _AFFECT], axis=1), -1.0, 1.0)
    _name_faces(found, columns)
    if any(name.startswith("o_") for name in numbers):
        found.notes.append("Head and gaze are kept as written: the table does not say which way they count.")
    return found


def _name_faces(found: Found, columns: Columns) -> None:
    names = next((columns.texts[name] for name in FACES if name in columns.texts), None)
    if names is not None and any(name is not None for name in names[found.has_face]):
        found.faces = np.maximum(numbered(names), 1)
    elif found.frames is not None:
        found.faces = np.maximum(counted_within(found.frames, found.has_face), 1)


def _chances(chances: dict[str, Numbers]) -> dict[str, Numbers]:
    """Return probabilities that sum to 1, of shares as of per cent."""
    if len(chances) < 2:
        return {}
    values = np.clip(np.stack(list(chances.values())), 0.0, None)
    total = values.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            label: np.where(total > 0, each / total, np.nan) for label, each in zip(chances, values, strict=True)
        }


def _tops(columns: Columns) -> Texts:
    name = label_column(columns.texts)
    if name is None:
        return np.full(columns.count, None, np.object_)
    labels = [None if text is None else canonical_label(text) for text in columns.texts[name]]
    return np.array([label if label in EXPRESSIONS else None for label in labels], np.object_)


def _units(columns: Columns) -> dict[str, Numbers]:
    """Return action units; a table whose units go beyond 1 counts from 0 to 5."""
    units: dict[str, Numbers] = {}
    strengths: dict[str, Numbers] = {}
    for name, values in columns.numbers.items():
        found = _UNIT.fullmatch(name)
        if found is None:
            continue
        key = f"au{int(found[1]):02}"
        if found[2] in ("_c", "_present"):
            units[f"{key}_present"] = np.where(np.isfinite(values), values > 0.5, np.nan)
        else:
            strengths.setdefault(key, values)
    largest = max((float(np.nanmax(each, initial=0.0)) for each in strengths.values()), default=0.0)
    return units | {name: share(values, 5.0 if largest > 1.0 else 1.0) for name, values in strengths.items()}


def _boxes(columns: Columns) -> Numbers:
    for names in CORNERS:
        if all(name in columns for name in names):
            return np.stack([columns.number(name) for name in names], axis=1)
    for names in SIZES:
        if all(name in columns for name in names):
            left, top, width, height = (columns.number(name) for name in names)
            return np.stack([left, top, left + width, top + height], axis=1)
    return np.full((columns.count, 4), np.nan)


def _first(columns: Columns, names: Sequence[str]) -> Numbers | None:
    return next((columns.number(name) for name in names if name in columns), None)


def _is_unit(name: str) -> bool:
    return _UNIT.fullmatch(name) is not None
