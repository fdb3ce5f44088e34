"""The lines of a face's mesh and the axes of its head."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mien.core.arrays import Image
from mien.core.face_details import FaceDetails
from mien.core.head_pose import HeadPose
from mien.core.landmarks import CONTOURS, IRISES
from mien.overlay.style import Sizes, bgr

Points = npt.NDArray[np.float64]

LINES: Final = "#C9D1DC"
EYES: Final = "#4CC9F0"
AXES: Final = ("#DB3A39", "#6FA60D", "#3D6EF8")
"""To the person's left, up, and out of the face."""

_SHIFT: Final = 4
"""Points are drawn to a sixteenth of a pixel: lines that follow a face do not tremble."""


def draw_mesh(
    picture: Image, details: FaceDetails, sizes: Sizes, mirror_width_px: int | None = None, scale: float = 1.0
) -> None:
    """Draw outline, eyes, brows, lips and nose of a face, where its eyes look, and the axes of its head, in place.

    Args:
        picture: (H, W, 3) uint8 BGR.
        details: Of the face; what was read back from a table has no mesh, and nothing is drawn.
        sizes: Of this face's overlay.
        mirror_width_px: The picture's width where it is mirrored, else None.
        scale: Of the picture to the frame that the mesh lies in.
    """
    if details.mesh is None:
        return
    points = details.mesh.points.astype(np.float64) * scale
    sign = 1.0
    if mirror_width_px is not None:
        points[:, 0] = mirror_width_px - points[:, 0]
        sign = -1.0
    for contours, colour in ((CONTOURS, LINES), (IRISES, EYES)):
        lines = [_fixed(points[list(contour), :2]) for contour in contours]
        cv2.polylines(picture, lines, False, bgr(colour), sizes.line, cv2.LINE_AA, _SHIFT)
    low, high = points[:468, :2].min(axis=0), points[:468, :2].max(axis=0)
    reach = 0.35 * float((high - low).max())
    flip = np.array([sign, 1.0])
    turn = HeadPose(*(details[name] for name in ("yaw_deg", "pitch_deg", "roll_deg"))).matrix
    nose = points[4, :2]
    for axis, colour in zip((turn[:, 0], -turn[:, 1], -turn[:, 2]), AXES, strict=True):
        _line(picture, nose, nose + reach * flip * axis[:2], colour, sizes.mark)
    gaze = np.radians([details["gaze_yaw_deg"], details["gaze_pitch_deg"]])
    if np.isfinite(gaze).all():
        aim = reach * flip * np.array([np.sin(gaze[0]) * np.cos(gaze[1]), -np.sin(gaze[1])])
        for iris in IRISES:
            middle = points[list(iris[:-1]), :2].mean(axis=0)
            _line(picture, middle, middle + aim, EYES, sizes.mark)


def _line(picture: Image, start: Points, end: Points, colour: str, width: int) -> None:
    cv2.polylines(picture, [_fixed(np.stack([start, end]))], False, bgr(colour), width, cv2.LINE_AA, _SHIFT)


def _fixed(points: Points) -> npt.NDArray[np.int32]:
    limited = np.clip(points, -10_000, 60_000)
    return np.rint((limited - 0.5) * (1 << _SHIFT)).astype(np.int32)
