"""What was found in another program's table, in Mien's terms."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from mien.core.head_pose import pose_of_turn
from mien.session.foreign.text_table import Numbers, Texts

Ids = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(slots=True, eq=False)
class Found:
    """Rows of a table, N of them, in its own order. What it does not say is NaN, None, or not there.

    Attributes:
        program: What wrote it, as far as the columns tell.
        has_face: (N,) whether there is a face in the row.
        faces: (N,) number of the face from 1; anything where there is none.
        times_s: (N,) media time, or None.
        frames: (N,) index of the frame from 0, or None.
        boxes: (N, 4) x1 y1 x2 y2, pixels.
        scores: (N,) how sure the program is of the face, 0 to 1.
        chances: (N,) each, probability of an expression by Mien's name of it; they sum to 1.
        tops: (N,) str or None, the expression that is named.
        affect: (N, 2) valence and arousal.
        numbers: (N,) each, further columns by Mien's names; see ``mien.core.further_numbers``.
        notes: What people should know of it, a sentence each.
        video: The name of the video's file, as the table says it; may be empty.
    """

    program: str
    has_face: Flags
    faces: Ids
    times_s: Numbers | None
    frames: Ids | None
    boxes: Numbers
    scores: Numbers
    chances: dict[str, Numbers] = field(default_factory=dict)
    tops: Texts | None = None
    affect: Numbers | None = None
    numbers: dict[str, Numbers] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    video: str = ""

    def __len__(self) -> int:
        return len(self.has_face)


def indices_of(values: Numbers, first: int = 0) -> Ids | None:
    """Return indices of frames from 0, or None where one is missing, no whole number, or negative."""
    indices = values - first
    if not len(indices) or not np.isfinite(indices).all():
        return None
    if (indices < 0).any() or (indices % 1 != 0).any() or indices.max() > 1e12:
        return None
    return indices.astype(np.int64)


def numbered(names: Texts) -> Ids:
    """Return numbers from 1 for names, in the order in which they appear; 0 for None."""
    known: dict[str, int] = {}
    return np.array([0 if name is None else known.setdefault(name, len(known) + 1) for name in names], np.int64)


def counted_within(frames: Ids, has_face: Flags) -> Ids:
    """Return the place of each face within its frame, from 1: all there is where a program follows nobody."""
    places, seen = np.zeros(len(frames), np.int64), dict[int, int]()
    for row in np.flatnonzero(has_face).tolist():
        frame = int(frames[row])
        places[row] = seen[frame] = seen.get(frame, 0) + 1
    return places


def share(values: Numbers, most: float) -> Numbers:
    """Return a scale from 0 to ``most`` as 0 to 1; what lies outside is brought to its ends."""
    return np.clip(values / most, 0.0, 1.0)


def head_turns(turns: Numbers) -> dict[str, Numbers]:
    """Return yaw, pitch and roll by Mien's convention, see ``mien.core.head_pose``.

    Args:
        turns: (N, 3, 3) of a face that looks into the camera to this one, in axes to the right, down and away from
            the camera; NaN where it is not known.
    """
    angles = np.full((len(turns), 3), np.nan)
    for row in np.flatnonzero(np.isfinite(turns).all(axis=(1, 2))).tolist():
        pose = pose_of_turn(turns[row])
        angles[row] = pose.yaw_deg, pose.pitch_deg, pose.roll_deg
    return {name: angles[:, at] for at, name in enumerate(("yaw_deg", "pitch_deg", "roll_deg"))}


def about_axis(axis: int, angles: Numbers) -> Numbers:
    """Return the turns (N, 3, 3) about x, y or z (0, 1, 2), right-handed, by angles in radians (N,)."""
    sin, cos = np.sin(angles), np.cos(angles)
    first, second = [at for at in range(3) if at != axis]
    sign = -1.0 if axis == 1 else 1.0
    turns = np.zeros((len(angles), 3, 3))
    turns[:, axis, axis] = np.where(np.isfinite(angles), 1.0, np.nan)
    turns[:, first, first] = turns[:, second, second] = cos
    turns[:, first, second], turns[:, second, first] = -sign * sin, sign * sin
    return turns
