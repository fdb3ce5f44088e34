"""Meshes of the face of known shape: turned, with eyes that look and lids that close, with blendshapes as told."""

import numpy as np

from mien.core import eyes
from mien.core.face_mesh import FaceMesh
from mien.core.head_pose import HeadPose
from mien.core.landmarks import BLENDSHAPES, COUNT
from mien.inference.landmark_session import face_model

STRAIGHT = HeadPose(0.0, 0.0, 0.0)


def made_mesh(
    *,
    pose: HeadPose = STRAIGHT,
    look_cm: tuple[float, float] = (0.0, 0.0),
    lids: float = 0.3,
    mouth: float = 0.0,
    middle: tuple[float, float] = (320.0, 200.0),
    scale: float = 20.0,
    **shapes: float,
) -> FaceMesh:
    """Return a mesh.

    Args:
        pose: How the head is turned.
        look_cm: How far the irises are off their rest, to the right and down.
        lids: Gap of the lids in widths of the eye.
        mouth: Gap of the lips in widths of the mouth.
        middle: Where the face lies, pixels.
        scale: Pixels for a centimetre.
        **shapes: Blendshapes by their names; all others are 0.
    """
    points = np.zeros((COUNT, 3))
    points[: COUNT - 10] = face_model()
    for eye in (eyes.LEFT, eyes.RIGHT):
        corners = (points[eye.outer] + points[eye.inner]) / 2
        points[eye.iris] = corners + np.array([look_cm[0], look_cm[1] - eyes.IRIS_REST_CM, -0.3])
        width = np.linalg.norm(points[eye.outer] - points[eye.inner])
        for upper, lower in eye.lids:
            centre = (points[upper] + points[lower]) / 2
            points[upper], points[lower] = centre, centre
            points[upper, 1] -= lids * width / 2
            points[lower, 1] += lids * width / 2
    lips = np.linalg.norm(points[78] - points[308])
    for upper, lower in ((82, 87), (13, 14), (312, 317)):
        points[lower] = points[upper] + np.array([0.0, mouth * lips, 0.0])
    placed = scale * points @ pose.matrix.T + np.array([*middle, 0.0])
    values = [shapes.get(name, 0.0) for name in BLENDSHAPES]
    return FaceMesh(placed.astype(np.float32), 1.0, np.asarray(values, np.float32))
