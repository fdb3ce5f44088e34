"""For pictures that are faces already: each is one face, and fills its picture."""

from typing import Final

import numpy as np

from mien.core.face import FaceBox
from mien.core.frame import Frame
from mien.vision.anchor_detector import AnchorDetector

EYES: Final = np.array([[0.32, 0.381], [0.68, 0.381]])
"""Where crops have the eyes as a rule, in sides of the picture: medians over FER2013's faces."""


class CropDetector:
    """Takes every picture for one face; eyes, nose and mouth are where a detector finds them.

    Args:
        detector: Finds them; closed with this one.
    """

    def __init__(self, detector: AnchorDetector) -> None:
        self._detector = detector
        self.name = f"whole picture, {detector.name}"

    def detect(self, frame: Frame) -> list[FaceBox]:
        """Return the picture as a face; see ``FaceDetector``."""
        width, height = frame.size_wh
        found = self._detector.find_close(frame.image)
        best = max(found, key=lambda box: box.score * box.width_px * box.height_px, default=None)
        points = (EYES * (width, height)).astype(np.float32) if best is None else best.landmarks
        return [FaceBox(0.0, 0.0, float(width), float(height), 1.0, points)]

    def close(self) -> None:
        """Release the detector. Safe twice."""
        self._detector.close()
