"""YuNet (Wu et al. 2023) through OpenCV, for people who bring its .onnx file."""

from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from mien.core.face import FaceBox
from mien.core.frame import Frame
from mien.errors import DetectorUnavailable
from mien.vision.plausibility import is_plausible

OVERLAP: Final = 0.3
MAX_FACES: Final = 100
LONG_SIDE_PX: Final = 640
"""Larger pictures are shrunk to this: time grows with the area, and faces of 20 px are still found."""

MIN_SIDE_PX: Final = 32
"""Smaller pictures, which the network cannot take, hold no readable face."""

MAX_FILE_BYTES: Final = 100_000_000


class YunetDetector:
    """Finds faces with OpenCV's ``FaceDetectorYN``.

    Args:
        weights: The user's .onnx file, such as ``face_detection_yunet_2023mar.onnx``.
        min_score: What scores less is no face.

    Raises:
        DetectorUnavailable: The file is missing, damaged, or no YuNet.
    """

    def __init__(self, weights: Path, min_score: float = 0.5) -> None:
        self._detector: Any = _open(weights, min_score)
        self.name = f"yunet {weights.stem}"

    def detect(self, frame: Frame) -> list[FaceBox]:
        """Return the faces of a frame; see ``FaceDetector``."""
        width, height = frame.size_wh
        scale = min(LONG_SIDE_PX / max(width, height), 1.0)
        small_wh = round(width * scale), round(height * scale)
        if min(small_wh) < MIN_SIDE_PX:
            return []
        image = frame.image if scale == 1.0 else cv2.resize(frame.image, small_wh, interpolation=cv2.INTER_LINEAR)
        self._detector.setInputSize(small_wh)
        _, rows = self._detector.detect(image)
        factors = np.array([width / small_wh[0], height / small_wh[1]])
        boxes = [] if rows is None else [_to_box(row, factors) for row in rows if row[2] > 0 and row[3] > 0]
        return [box for box in boxes if is_plausible(box)]

    def close(self) -> None:
        """Release nothing: OpenCV does so by itself."""


def _to_box(row: np.ndarray, factors: np.ndarray) -> FaceBox:
    """Turn x, y, width, height, five points (eyes, nose, corners of the mouth) and score into a box."""
    x, y, width, height = (row[:4].reshape(2, 2) * factors).reshape(4).tolist()
    left, right, nose, mouth_left, mouth_right = row[4:14].reshape(5, 2) * factors
    landmarks = np.array([left, right, nose, (mouth_left + mouth_right) / 2], dtype=np.float32)
    return FaceBox(x, y, x + width, y + height, min(max(float(row[14]), 0.0), 1.0), landmarks)


def _open(path: Path, min_score: float) -> Any:  # noqa: ANN401 - OpenCV's class has no useful type
    try:
        if not path.is_file() and path.exists():
            raise DetectorUnavailable(f"{path}: no regular file; save the YuNet file to a disk first")
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise DetectorUnavailable(
            f"{path}: the YuNet file cannot be read ({error.strerror}); check its path"
        ) from error
    if len(data) > MAX_FILE_BYTES:
        raise DetectorUnavailable(
            f"{path}: larger than {MAX_FILE_BYTES / 1e6:.0f} MB, so it is no YuNet; check its path"
        )
    content = np.frombuffer(data, dtype=np.uint8)
    remedy = "bring YuNet's .onnx file of OpenCV's model zoo, or use the mediapipe detector"
    logging = cv2.utils.logging
    level = logging.getLogLevel()
    logging.setLogLevel(logging.LOG_LEVEL_ERROR)  # OpenCV 5 warns of a target that nobody asked for
    try:
        none = np.empty(0, dtype=np.uint8)
        detector = cv2.FaceDetectorYN.create(
            "onnx", content, none, (LONG_SIDE_PX, LONG_SIDE_PX), min_score, OVERLAP, MAX_FACES
        )
        # Another network loads just as well and fails at the first picture: try it now.
        detector.detect(np.zeros((LONG_SIDE_PX, LONG_SIDE_PX, 3), dtype=np.uint8))
    except (cv2.error, SystemError) as error:
        raise DetectorUnavailable(f"{path}: OpenCV cannot use it as a YuNet face detector; {remedy}") from error
    finally:
        logging.setLogLevel(level)
    return detector
