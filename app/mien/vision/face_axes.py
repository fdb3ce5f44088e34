"""Where a face lies in a picture, how large it is and how it is turned, told by its eyes and its mouth."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mien.core.arrays import Floats
from mien.core.face import FaceBox
from mien.core.geometry import Affine, eyes_of_box

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class FaceAxes:
    """The axes of a face in its plane.

    Attributes:
        centre: (2,) between the eyes and the mouth, pixels.
        unit_px: Distance of the eyes, or from between the eyes to the mouth, whichever is longer: a head that
            turns aside or nods shortens one of the two.
        angle: By how much the face is turned, radians; 0 is upright, positive clockwise as one sees it.
    """

    centre: Vector
    unit_px: float
    angle: float

    @classmethod
    def of(cls, box: FaceBox) -> "FaceAxes":
        """Return the axes of a detected face; of the average face in its box where it has no landmarks."""
        points = points_of(box)
        eyes, mouth = (points[0] + points[1]) / 2, points[3]
        across, down = points[1] - points[0], mouth - eyes
        # Both distances are alike in a frontal face: their sum says the turn even where one of them is short.
        x, y = across + np.array([down[1], -down[0]])
        unit_px = max(math.hypot(*across), math.hypot(*down), 1.0)
        return cls((eyes + mouth) / 2, unit_px, math.atan2(y, x))

    def to_crop(self, side_px: int, unit_px: float) -> Affine:
        """Return the transform (2, 3) into an upright square crop in which the face's unit is ``unit_px``."""
        scale = unit_px / self.unit_px
        cos, sin = scale * math.cos(self.angle), scale * math.sin(self.angle)
        turn = np.array([[cos, sin], [-sin, cos]])
        return np.hstack([turn, (side_px / 2 - turn @ self.centre)[:, None]])

    def carried(self, box: FaceBox, new: "FaceAxes") -> tuple[float, float, float, float]:
        """Return where a box of this face lies once the face has these new axes, left, top, right and bottom."""
        scale = new.unit_px / self.unit_px
        corners = np.array(box.xyxy).reshape(2, 2)
        middle, half = corners.mean(axis=0) - self.centre, (corners[1] - corners[0]) / 2 * scale
        turn = new.angle - self.angle
        cos, sin = scale * math.cos(turn), scale * math.sin(turn)
        centre = new.centre + np.array([[cos, -sin], [sin, cos]]) @ middle
        (x1, y1), (x2, y2) = (centre - half).tolist(), (centre + half).tolist()
        return x1, y1, x2, y2


def points_of(box: FaceBox) -> Vector:
    """Return eyes, nose and mouth (4, 2), the missing ones where an upright face has them in such a box."""
    if box.landmarks is not None and len(box.landmarks) >= 4:
        return box.landmarks[:4].astype(np.float64)
    eyes = eyes_of_box(box.xyxy) if box.landmarks is None else box.landmarks[:2].astype(np.float64)
    across = eyes[1] - eyes[0]
    down = np.array([-across[1], across[0]])
    middle = eyes.mean(axis=0)
    return np.vstack([eyes, middle + 0.6 * down, middle + 1.05 * down])


def distance_of(first: Floats | Vector, second: Floats | Vector) -> float:
    """Return the mean distance of two sets of points (K, 2), pixels."""
    return float(np.linalg.norm(np.asarray(first, np.float64) - second, axis=1).mean())
