"""How a head is turned, from the points of its face mesh.

The points are held against a face of known shape: the turn that brings it nearest to them in the sense of
least squares (Kabsch 1976, with the sign of Umeyama 1991). Only points over bone take part, which neither mouth,
eyes nor brows move.

Angles, in degrees. A face that looks straight into the camera has none of them.

- Yaw: the nose points to the right of the picture (positive) or to its left.
- Pitch: the nose points up (positive) or down.
- Roll: the head is tilted about its own nose, clockwise as the picture shows it (positive).

The turn is R = Ry(yaw) Rx(pitch) Rz(roll) in axes that run to the right, down and away from the camera, so that
yaw and pitch say where the nose points, whatever the roll. It is the turn against the line of sight to the face.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float64]

RIGID: Final = np.array(
    [
        *(10, 67, 69, 103, 104, 108, 109, 151, 297, 299, 332, 333, 337, 338),  # forehead
        *(6, 168, 195, 197),  # bridge of the nose
        *(127, 162, 234, 356, 389, 454),  # before the ears
        *(117, 118, 123, 137, 227, 346, 347, 352, 366, 447),  # cheekbones
    ]
)
"""Points over bone."""


@dataclass(frozen=True, slots=True)
class HeadPose:
    """How a head is turned; see the module.

    Attributes:
        yaw_deg: Positive where the nose points to the right of the picture.
        pitch_deg: Positive where it points up.
        roll_deg: Positive where the head is tilted clockwise.
    """

    yaw_deg: float
    pitch_deg: float
    roll_deg: float

    @property
    def matrix(self) -> Vectors:
        """The turn (3, 3): of a face that looks into the camera to this one."""
        yaw, pitch, roll = map(math.radians, (self.yaw_deg, self.pitch_deg, self.roll_deg))
        sin, cos = math.sin, math.cos
        about_y = np.array([[cos(yaw), 0, -sin(yaw)], [0, 1, 0], [sin(yaw), 0, cos(yaw)]])
        about_x = np.array([[1, 0, 0], [0, cos(pitch), sin(pitch)], [0, -sin(pitch), cos(pitch)]])
        about_z = np.array([[cos(roll), -sin(roll), 0], [sin(roll), cos(roll), 0], [0, 0, 1]])
        return np.asarray(about_y @ about_x @ about_z)


@dataclass(frozen=True, slots=True, eq=False)
class HeadPlace:
    """How the face of known shape lies in the picture.

    Attributes:
        pose: How it is turned.
        scale: Pixels for a centimetre of it.
        middle: (3,) where its origin lies, pixels.
    """

    pose: HeadPose
    scale: float
    middle: Vectors

    def to_head(self, points: npt.NDArray[np.floating]) -> Vectors:
        """Return points of the picture (N, 3), pixels, in the axes of the head, centimetres."""
        return np.asarray((points - self.middle) @ self.pose.matrix / self.scale)


def place_of(points: npt.NDArray[np.floating], model: npt.NDArray[np.floating]) -> HeadPlace:
    """Return how a head lies in the picture.

    Args:
        points: (468 or more, 3) x to the right, y down, z away from the camera, all in pixels.
        model: (468, 3) the face of known shape in the same axes, centimetres.
    """
    seen, known = points[RIGID].astype(np.float64), model[RIGID].astype(np.float64)
    middle, centre = seen.mean(axis=0), known.mean(axis=0)
    left, sizes, right = np.linalg.svd((seen - middle).T @ (known - centre))
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right)) or 1.0])
    turn = (left * sign) @ right
    scale = float((sizes * sign).sum() / ((known - centre) ** 2).sum())
    return HeadPlace(pose_of_turn(turn), scale, middle - scale * turn @ centre)


def pose_of_turn(turn: Vectors) -> HeadPose:
    """Return the angles of a turn (3, 3)."""
    nose = -turn[:, 2]
    yaw, pitch = math.atan2(nose[0], -nose[2]), math.asin(float(np.clip(-nose[1], -1.0, 1.0)))
    upright = HeadPose(math.degrees(yaw), math.degrees(pitch), 0.0)
    tilt = upright.matrix.T @ turn
    return HeadPose(upright.yaw_deg, upright.pitch_deg, math.degrees(math.atan2(tilt[1, 0], tilt[0, 0])))
