"""Whether landmarks lie as a face's do: what tells a face from letters and lights that a detector takes for one.

The bounds come from 1,261 faces of FER2013, tilted and turned ones among them, seen by MediaPipe's full-range
network: they keep all but one. Of 92 false alarms on lettering they refuse 53, whose landmarks lie anyhow.
"""

from typing import Final

import numpy as np

from mien.core.face import FaceBox

MIN_EYE_DISTANCE: Final = 0.15
"""Between the eyes, in sides of the box; faces: 0.15 to 0.52, false alarms: median 0.14."""

EYES_TO_MOUTH: Final = (0.25, 0.65)
"""From between the eyes to the mouth, in sides of the box; faces: 0.38 to 0.56."""

MAX_SKEW_DEG: Final = 30.0
"""Off the right angle between the line of the eyes and the way to the mouth; faces: up to 26."""

NOSE_ON_WAY: Final = (0.15, 0.9)
"""Where the nose lies on the way from the eyes to the mouth; faces: 0.28 to 0.76."""


def is_plausible(box: FaceBox) -> bool:
    """Return whether eyes, nose and mouth lie as in a face; True where these four are not known.

    Args:
        box: A detection, landmarks in the order of ``FaceBox``: eyes, nose, mouth.
    """
    if box.landmarks is None or len(box.landmarks) < 4:
        return True
    left, right, nose, mouth = box.landmarks[:4].astype(np.float64)
    side = float(np.sqrt(box.width_px * box.height_px))
    across, middle = right - left, (left + right) / 2
    down = mouth - middle
    eye_distance, height = float(np.hypot(*across)), float(np.hypot(*down))
    if eye_distance < MIN_EYE_DISTANCE * side or not EYES_TO_MOUTH[0] <= height / side <= EYES_TO_MOUTH[1]:
        return False
    turn = across[0] * down[1] - across[1] * down[0]  # positive where the mouth is below the eyes
    skew_deg = abs(90.0 - float(np.degrees(np.arctan2(turn, across @ down))))
    nose_at = float((nose - middle) @ down) / height**2
    return skew_deg <= MAX_SKEW_DEG and NOSE_ON_WAY[0] <= nose_at <= NOSE_ON_WAY[1]
