"""The face in detail: head pose, gaze, eyes, mouth, action units, blendshapes; each a number with a name.

The names are the columns of the tables, the keys of the curves and of own expressions. Angles are in degrees, all
else runs from 0 to 1; ``docs/readings.md`` has the table.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mien.core import action_units, eyes
from mien.core.arrays import Floats, read_only
from mien.core.face_mesh import FaceMesh
from mien.core.head_pose import place_of
from mien.core.landmarks import BLENDSHAPES

HEAD: Final = ("yaw_deg", "roll_deg")
"""What is known of every face, from the five points of its detector; better where there is a mesh."""

GAZE: Final = ("gaze_in_head_yaw_deg", "gaze_in_head_pitch_deg", "gaze_yaw_deg", "gaze_pitch_deg")
BLINK: Final = "blink"
EYES: Final = ("eye_open_left", "eye_open_right", BLINK)
MOUTH: Final = ("mouth_open", "speaking")
SHAPES: Final = tuple(f"bs_{name}" for name in BLENDSHAPES[1:])
"""All but the first, which stands for a face without expression and is always 0."""

DETAILS: Final = (*HEAD, "pitch_deg", *GAZE, *EYES, *MOUTH, *action_units.COLUMNS, *SHAPES)
"""What a mesh gives, in the order of the values."""

CHANGED: Final = ("yaw_deg", "pitch_deg", "roll_deg", *action_units.COLUMNS)
"""What is also given relative to a person's neutral face."""


def change_name(name: str) -> str:
    """Return the name of what a number has changed by since the person's neutral face: au12_left_change."""
    return f"{name}_change"


CHANGES: Final = tuple(map(change_name, CHANGED))
TABLE: Final = (*DETAILS[len(HEAD) :], *CHANGES)
"""Columns that a table has where faces were looked at closely; those of ``HEAD`` it always has."""

POSITIONS: Final = {name: at for at, name in enumerate(DETAILS)}
_CHANGED_AT: Final = np.array([POSITIONS[name] for name in CHANGED])


@dataclass(frozen=True, slots=True, eq=False)
class FaceDetails:
    """One face in one frame.

    Attributes:
        values: (D,) float32, read-only, in the order of ``DETAILS``; NaN where a number is not known.
        mesh: What they were made from; None where they were read back from a table, which does not keep it.
    """

    values: Floats
    mesh: FaceMesh | None = None

    def __post_init__(self) -> None:
        if self.values.shape != (len(DETAILS),):
            raise ValueError(f"FaceDetails.values: expected shape ({len(DETAILS)},), got {self.values.shape}")
        object.__setattr__(self, "values", read_only(np.asarray(self.values, np.float32)))

    def __getitem__(self, name: str) -> float:
        """Return a number by its name."""
        return float(self.values[POSITIONS[name]])


def details_of(mesh: FaceMesh, model: Floats, blink: float = np.nan, speaking: float = np.nan) -> FaceDetails:
    """Return what a mesh says of a face.

    Args:
        mesh: The face's.
        model: (468, 3) the face of known shape, see ``mien.inference.landmark_session.face_model``.
        blink: 1 within a blink, 0 outside, NaN where nobody followed the eyes.
        speaking: How far the mouth moves as in speech, 0 to 1, NaN where nobody followed it.
    """
    place = place_of(mesh.points, model)
    gaze = eyes.gaze_of(mesh, place)
    looks = (np.nan,) * 4 if gaze is None else (*gaze.in_head, *gaze.in_picture)
    pose = place.pose
    lids = eyes.openness(mesh, eyes.LEFT), eyes.openness(mesh, eyes.RIGHT)
    numbers = (pose.yaw_deg, pose.roll_deg, pose.pitch_deg, *looks, *lids, blink)
    mouth = eyes.mouth_openness(mesh), speaking
    parts = [np.array([*numbers, *mouth], np.float32), action_units.intensities(mesh), mesh.blendshapes[1:]]
    return FaceDetails(np.concatenate(parts), mesh)


def changes_of(values: Floats, neutral: Floats) -> Floats:
    """Return what has changed since the neutral face, in the order of ``CHANGES``: (..., K) float32.

    Angles run from -180 to 180; an action unit can fall below what it was at rest, so its change from -1 to 1.

    Args:
        values: (..., D) in the order of ``DETAILS``.
        neutral: (D,) the mean of the neutral seconds; NaN where it is not known.
    """
    difference = values[..., _CHANGED_AT] - neutral[_CHANGED_AT]
    angles = slice(0, 3)
    difference[..., angles] = (difference[..., angles] + 180.0) % 360.0 - 180.0
    return np.asarray(difference, np.float32)
