"""Tables of Py-feat (Cheong et al. 2023): the Fex of version 0.6, of 0.7, and of its Detectorv2."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

import numpy as np

from mien.session.foreign.expressions import expression_columns
from mien.session.foreign.found import Found, about_axis, counted_within, head_turns, indices_of, numbered, share
from mien.session.foreign.text_table import Columns, Numbers

BOX: Final = ("facerectx", "facerecty", "facerectwidth", "facerectheight")
UNITS: Final = (1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17, 18, 20, 23, 24, 25, 26, 27, 28, 43, 45)
_PERSON: Final = re.compile(r"Person_(\d{1,9})")
_NUMBERS: Final = (
    *(*BOX, "facescore", "frame", "time_s", "pitch", "roll", "yaw", "z"),
    *("valence", "arousal", "gaze_pitch", "gaze_yaw"),
    *(f"au{unit:02}" for unit in UNITS),
)


def is_header(names: Sequence[str]) -> bool:
    """Tell whether these are its columns."""
    return set(BOX) <= set(names)


def wanted(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which columns are needed: of numbers, and of texts."""
    return (*_NUMBERS, *expression_columns(names).values()), ("input", "identity", "program")


def read(columns: Columns) -> Found:
    """Return what the table says."""
    left, top, width, height = (columns.number(name) for name in BOX)
    boxes = np.stack([left, top, left + width, top + height], axis=1)
    has_face = np.isfinite(boxes).all(axis=1) & (width > 0) & (height > 0)
    frames = indices_of(columns.number("frame"))
    is_second = "valence" in columns and "z" in columns
    said = next((name for name in columns.texts.get("program", ()) if name), None)
    found = Found(
        said or ("Py-feat 2" if is_second else "Py-feat"),
        has_face,
        np.ones(columns.count, np.int64),
        # Its approx_time has whole seconds only; Mien writes more beside it.
        columns.number("time_s") if "time_s" in columns else None,
        frames,
        np.where(has_face[:, None], boxes, np.nan),
        np.clip(columns.number("facescore"), 0.0, 1.0),
    )
    _name_faces(found, columns)
    chances = {label: columns.number(name) for label, name in expression_columns(columns.numbers).items()}
    chances = {label: values for label, values in chances.items() if np.isfinite(values).any()}
    total = np.sum(list(chances.values()), axis=0) if chances else np.zeros(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found.chances = {label: np.where(total > 0, each / total, np.nan) for label, each in chances.items()}
    if "valence" in columns:
        affect = np.stack([columns.number("valence"), columns.number("arousal")], axis=1)
        found.affect = np.clip(affect, -1.0, 1.0)
    found.numbers = {
        f"au{unit:02}": share(columns.number(f"au{unit:02}"), 1.0) for unit in UNITS if f"au{unit:02}" in columns
    }
    found.numbers |= _pose(columns, found, is_second=is_second)
    inputs = columns.texts.get("input")
    named = next((name for name in inputs if name), "") if inputs is not None else ""
    found.video = PurePosixPath(named.replace("\\", "/")).name
    return found


def _name_faces(found: Found, columns: Columns) -> None:
    """Take the identities as persons; without them, the faces of a frame are told apart by their order alone."""
    names = columns.texts.get("identity")
    if names is not None and any(name is not None for name in names[found.has_face]):
        numbers = [None if name is None else _PERSON.fullmatch(name) for name in names]
        if all(each is not None for each, name in zip(numbers, names, strict=True) if name is not None):
            found.faces = np.array([1 if each is None else int(each[1]) + 1 for each in numbers], np.int64)
        else:
            found.faces = np.maximum(numbered(names), 1)
    elif found.frames is not None:
        found.faces = np.maximum(counted_within(found.frames, found.has_face), 1)
        if found.faces.max(initial=1) > 1:
            found.notes.append("Nobody was recognised: faces are told apart by their order within a frame.")


def _pose(columns: Columns, found: Found, *, is_second: bool) -> dict[str, Numbers]:
    """Return the head's turn as far as its convention is known; otherwise as it is written."""
    pitch, roll, yaw = (columns.number(name) for name in ("pitch", "roll", "yaw"))
    if "pitch" not in columns or not np.isfinite(pitch).any():
        return {}
    if is_second:
        found.notes.append("Head and gaze are kept as written: Py-feat 2 does not say which way they count.")
        angles = {"pitch": pitch, "roll": roll, "yaw": yaw}
        angles |= {name: columns.number(name) for name in ("gaze_pitch", "gaze_yaw") if name in columns}
        return {f"o_{name}_deg": np.degrees(values) for name, values in angles.items()}
    if "z" in columns:
        # From 0.7 on: radians, and "Roll" is the turn about the axis that runs down, "Yaw" about the one ahead.
        return head_turns(about_axis(2, yaw) @ about_axis(1, roll) @ about_axis(0, pitch))
    pitch, roll, yaw = (np.radians(each) for each in (pitch, roll, yaw))
    return head_turns(about_axis(0, -pitch) @ about_axis(1, yaw) @ about_axis(2, roll))
