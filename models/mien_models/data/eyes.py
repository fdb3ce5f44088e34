"""Where the eyes are in a picture that one face fills, found as the program finds faces."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.core.arrays import Image
from mien.core.frame import Frame
from mien.vision.detector import FaceDetector
from mien_models.data.pictures import Picture

FRAMINGS: Final = ((0.5, 224), (0.25, 320), (0.1, 224), (0.75, 160))
"""How a close face is shown to the detector: rim around the picture as a share of its side, and the longer side in
pixels. Detectors miss faces that fill the picture, or that are very small."""

PAUSE_S: Final = 10.0
"""Between two pictures, for detectors that follow faces from frame to frame."""

LEAST_SCORE: Final = 0.5
"""Of RetinaFace; one face is known to be there."""

FARTHEST: Final = 0.6
"""How far from the middle the face may be, as a share of its own size."""


class EyeFinder:
    """Finds the eyes in a picture that one face fills.

    Args:
        detector: Any that the program has.
    """

    def __init__(self, detector: FaceDetector) -> None:
        self._detector = detector
        self._looks = 0

    def find(self, picture: Picture) -> NDArray[np.float32] | None:
        """Return (2, 2) float32, the eyes at the left and the right in pixels of the picture, or None.

        Of several faces the one nearest to the middle counts, in proportion to its size.
        """
        for rim_share, longer_px in FRAMINGS:
            eyes = self._find_framed(in_colour(picture), rim_share, longer_px)
            if eyes is not None:
                return eyes
        return None

    def _find_framed(self, picture: Image, rim_share: float, longer_px: int) -> NDArray[np.float32] | None:
        height, width = picture.shape[:2]
        rim = round(rim_share * max(height, width))
        framed = cv2.copyMakeBorder(picture, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=(127, 127, 127))
        scale = longer_px / max(framed.shape[:2])
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        shown = np.asarray(cv2.resize(framed, None, fx=scale, fy=scale, interpolation=way), np.uint8)
        self._looks += 1  # each picture is one of its own: no detector may carry anything over
        found = self._detector.detect(Frame(shown, self._looks, PAUSE_S * self._looks, 0.0))
        best, nearest = None, FARTHEST
        for box in found:
            if box.landmarks is None:
                continue
            x, y = (box.xyxy[0] + box.xyxy[2]) / 2 / scale - rim, (box.xyxy[1] + box.xyxy[3]) / 2 / scale - rim
            side = (box.width_px * box.height_px) ** 0.5 / scale
            off = float(np.hypot(x - width / 2, y - height / 2)) / max(side, 1e-6)
            if off <= nearest:
                best, nearest = box, off
        if best is None or best.landmarks is None:
            return None
        return np.asarray(best.landmarks[:2] / scale - rim, np.float32)


def open_finder(detector: str) -> EyeFinder:
    """Return what finds eyes with a detector of the program.

    Args:
        detector: "retinaface", which comes with the program, "full-range", "short-range", or the path of a YuNet
            `.onnx` file.

    Raises:
        ModelError: Its weights are missing or unusable.
    """
    if detector.lower().endswith(".onnx"):
        from mien.vision.yunet_detector import YunetDetector

        return EyeFinder(YunetDetector(Path(detector).expanduser()))
    if detector == "retinaface":
        from mien.inference.catalog import find_detector
        from mien.inference.detector_session import DetectorSession
        from mien.vision.anchor_detector import AnchorDetector

        return EyeFinder(AnchorDetector(DetectorSession(find_detector(), "cpu", 1), LEAST_SCORE))
    from mien.vision.mediapipe_detector import MediapipeDetector
    from mien.vision.weights import FULL_RANGE, SHORT_RANGE, find_weights

    weights = SHORT_RANGE if detector == "short-range" else FULL_RANGE
    return EyeFinder(MediapipeDetector(find_weights(weights)))


def in_colour(picture: Picture) -> Image:
    """Return (H, W, 3) of a gray or a colour picture."""
    return picture if picture.ndim == 3 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), np.uint8)
