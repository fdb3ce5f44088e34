"""Eyes and mouth of a face mesh: how far open, and where the eyes look.

Gaze: the middle of each iris against the middle between the corners of its eye, in the axes of the head, gives
the sine of the eye's turn: the iris lies about 9.9 mm before the centre of rotation (the schematic eye of Le Grand
and El Hage 1980: 13.5 mm to the cornea, 3.6 mm of which lie before the iris). The mean of both eyes, each by how
far it is open. It takes every person's eyes to be alike; a few degrees of constant error are normal, and changes
are truer than places.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.face_mesh import FaceMesh
from mien.core.head_pose import HeadPlace, Vectors
from mien.core.landmarks import BLENDSHAPES

IRIS_RADIUS_CM: Final = 0.99
"""From the eye's centre of rotation to its iris."""

IRIS_REST_CM: Final = 0.13
"""So far above the middle of the corners the iris lies while people look into the camera: median of web faces."""

CLOSED_LIDS: Final = 0.06
OPEN_LIDS: Final = 0.30
"""Gap between the lids, in widths of the eye, that counts as 0 and as 1."""

MOUTH_OPEN: Final = 0.8
"""Gap between the lips, in widths of the mouth, that counts as 1."""


@dataclass(frozen=True, slots=True)
class Eye:
    """Points of one eye: corners, the middle of the iris, and pairs of the upper and the lower lid."""

    outer: int
    inner: int
    iris: int
    lids: tuple[tuple[int, int], ...]


RIGHT: Final = Eye(33, 133, 468, ((160, 144), (159, 145), (158, 153)))
LEFT: Final = Eye(263, 362, 473, ((387, 373), (386, 374), (385, 380)))

_BLINKS: Final = BLENDSHAPES.index("eyeBlinkLeft"), BLENDSHAPES.index("eyeBlinkRight")
_LIPS: Final = ((82, 87), (13, 14), (312, 317))
_MOUTH_CORNERS: Final = (78, 308)


@dataclass(frozen=True, slots=True)
class Gaze:
    """Where the eyes look, degrees: yaw positive to the right of the picture, pitch positive upwards.

    Attributes:
        in_head: Yaw and pitch relative to the head; 0, 0 is straight ahead of the face.
        in_picture: Yaw and pitch relative to the line of sight of the camera to the face; 0, 0 looks into it.
    """

    in_head: tuple[float, float]
    in_picture: tuple[float, float]


def lid_gap(mesh: FaceMesh, eye: Eye) -> float:
    """Return the mean gap of an eye's lids in widths of the eye: about .06 closed, .3 on average, .4 wide open."""
    points = mesh.points
    width = max(_distance(points, eye.outer, eye.inner), 1e-6)
    return sum(_distance(points, upper, lower) for upper, lower in eye.lids) / len(eye.lids) / width


def lid_signal(mesh: FaceMesh) -> float:
    """Return what blinks are told by: the gap of the lids, made smaller the more the blendshapes say "blink".

    Each alone misses blinks that the other sees: a mesh closes lids hesitatingly, a blendshape differs by person.
    """
    gap = (lid_gap(mesh, LEFT) + lid_gap(mesh, RIGHT)) / 2
    return gap * (1.0 - float(mesh.blendshapes[list(_BLINKS)].mean()))


def openness(mesh: FaceMesh, eye: Eye) -> float:
    """Return how far an eye is open, 0 to 1, from the gap of its lids."""
    return float(np.clip((lid_gap(mesh, eye) - CLOSED_LIDS) / (OPEN_LIDS - CLOSED_LIDS), 0.0, 1.0))


def mouth_openness(mesh: FaceMesh) -> float:
    """Return how far the mouth is open, 0 to 1: the mean gap of the lips in widths of the mouth."""
    width = max(_distance(mesh.points, *_MOUTH_CORNERS), 1e-6)
    gap = sum(_distance(mesh.points, upper, lower) for upper, lower in _LIPS) / len(_LIPS) / width
    return float(np.clip(gap / MOUTH_OPEN, 0.0, 1.0))


def gaze_of(mesh: FaceMesh, place: HeadPlace) -> Gaze | None:
    """Return where the eyes look, None where both are closed."""
    head = place.to_head(mesh.points)
    weights = [openness(mesh, eye) for eye in (LEFT, RIGHT)]
    if max(weights) < 0.15:
        return None
    turns = np.array([_turn(head, eye) for eye in (LEFT, RIGHT)])
    across, down = np.average(turns, axis=0, weights=weights).tolist()
    ahead = -math.sqrt(max(1.0 - across**2 - down**2, 0.0))
    seen = place.pose.matrix @ np.array([across, down, ahead])
    return Gaze(_angles(across, down, ahead), _angles(*seen.tolist()))


def _turn(head: Vectors, eye: Eye) -> tuple[float, float]:
    """Return how far an iris is off the middle of its eye, across and down, as sines."""
    off = head[eye.iris] - (head[eye.outer] + head[eye.inner]) / 2
    down_from_rest = off[1] + IRIS_REST_CM
    across, down = np.clip(np.array([off[0], down_from_rest]) / IRIS_RADIUS_CM, -0.7, 0.7).tolist()
    return across, down


def _angles(across: float, down: float, ahead: float) -> tuple[float, float]:
    pitch = math.asin(min(max(-down, -1.0), 1.0))
    return math.degrees(math.atan2(across, -ahead)), math.degrees(pitch)


def _distance(points: npt.NDArray[np.floating], first: int, second: int) -> float:
    return float(np.linalg.norm(points[first] - points[second]))
