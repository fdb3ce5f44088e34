"""Tables of OpenFace 2 (Baltrusaitis et al. 2018), by the column list of its own manual."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mien.session.foreign.found import Found, about_axis, head_turns, indices_of, share
from mien.session.foreign.text_table import Columns, Numbers

PROGRAM: Final = "OpenFace 2"
UNITS: Final = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 28, 45)
MOST: Final = 5.0
"""Its intensities run from 0 to 5."""

_POINTS: Final = 68
_TEXTS: Final[tuple[str, ...]] = ()
_PLAIN: Final = (
    *("frame", "face_id", "timestamp", "confidence", "success"),
    *("pose_rx", "pose_ry", "pose_rz", "gaze_angle_x", "gaze_angle_y"),
    *(f"au{unit:02}_{kind}" for unit in UNITS for kind in "rc"),
)


def is_header(names: Sequence[str]) -> bool:
    """Tell whether these are its columns."""
    return {"confidence", "success"} <= set(names) and any(
        name in names for name in ("timestamp", "frame", "pose_rx", "au01_r")
    )


def wanted(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which columns are needed: of numbers, and of texts."""
    points = [f"{axis}_{at}" for axis in "xy" for at in range(_POINTS)]
    # "x_0" are pixels and "X_0" millimetres; in lower case the first of both, the pixels, counts.
    return (*_PLAIN, *points), _TEXTS


def read(columns: Columns) -> Found:
    """Return what the table says."""
    success = columns.number("success")
    has_face = (success > 0) if "success" in columns else np.ones(columns.count, np.bool_)
    ids = columns.number("face_id")
    known = np.isfinite(ids) & (ids >= 0)
    found = Found(
        PROGRAM,
        has_face,
        np.where(known, ids, 0.0).astype(np.int64) + 1,
        columns.number("timestamp") if "timestamp" in columns else None,
        indices_of(columns.number("frame"), first=1),
        _boxes(columns),
        np.clip(columns.number("confidence"), 0.0, 1.0),
    )
    found.numbers = _units(columns) | _pose(columns) | _gaze(columns)
    if "au01_r" not in columns and "au01_c" not in columns:
        found.notes.append("The table holds no action units.")
    return found


def _units(columns: Columns) -> dict[str, Numbers]:
    units = {}
    for unit in UNITS:
        name = f"au{unit:02}"
        if f"{name}_r" in columns:
            units[name] = share(columns.number(f"{name}_r"), MOST)
        if f"{name}_c" in columns:
            units[f"{name}_present"] = (columns.number(f"{name}_c") > 0.5).astype(np.float64)
    return units


def _pose(columns: Columns) -> dict[str, Numbers]:
    """Return the head's turn: its R = Rx Ry Rz in radians, axes to the right, down, away from the camera."""
    if "pose_rx" not in columns:
        return {}
    turns = [about_axis(axis, columns.number(f"pose_r{'xyz'[axis]}")) for axis in range(3)]
    return head_turns(turns[0] @ turns[1] @ turns[2])


def _gaze(columns: Columns) -> dict[str, Numbers]:
    """Return where the eyes look: its angles are atan2(x, -z) and atan2(y, -z) of the direction."""
    if "gaze_angle_x" not in columns:
        return {}
    across, down = (np.tan(columns.number(f"gaze_angle_{axis}")) for axis in "xy")
    pitch = np.arctan2(-down, np.hypot(across, 1.0))
    return {"gaze_yaw_deg": np.degrees(np.arctan(across)), "gaze_pitch_deg": np.degrees(pitch)}


def _boxes(columns: Columns) -> Numbers:
    """Return the smallest boxes around its 68 points: from the brows to the chin."""
    across = [columns.number(f"x_{at}") for at in range(_POINTS) if f"x_{at}" in columns]
    down = [columns.number(f"y_{at}") for at in range(_POINTS) if f"y_{at}" in columns]
    if not across or not down:
        return np.full((columns.count, 4), np.nan)
    x, y = np.stack(across), np.stack(down)
    return np.stack([x.min(axis=0), y.min(axis=0), x.max(axis=0), y.max(axis=0)], axis=1)
