"""The face detectors of MediaPipe: the only module that imports mediapipe."""

import contextlib
import os
import re
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import cv2
import numpy as np

from mien.core.arrays import Floats, Image
from mien.core.face import FaceBox
from mien.core.frame import Frame
from mien.errors import DetectorUnavailable
from mien.installation.commands import mediapipe_command
from mien.own_process import is_own
from mien.vision.detector import FIRM_SCORE
from mien.vision.plausibility import is_plausible
from mien.vision.weights import FULL_RANGE, find_weights

SURE_SCORE: Final = 0.75
"""Lettering and lights score up to 0.70: what scores less is no reason to begin a face."""

OVERLAP: Final = 0.3
EYES_NOSE_MOUTH: Final = slice(0, 4)
"""Of the six points, in the order of ``FaceBox``; the last two are the ears, which wander most."""

WARM_UP_MS: Final = 0
"""Time stamp of the blank picture that a new network looks at, so that the first real one is not late."""

_opening = threading.Lock()
"""What keeps chatter and plotting away acts on the whole process: one detector is opened at a time."""

_CHATTER: Final = re.compile(
    rb"Created TensorFlow Lite XNNPACK delegate|All log messages before absl::InitializeLog"
    rb"|Feedback manager requires a model with a single signature|GL version:|gl_context|Sets FaceDetector"
)


class MediapipeDetector:
    """Finds faces with MediaPipe tasks, in its VIDEO mode.

    Args:
        weights: A .tflite face detection network; the full-range one of the user's data folder by default.
        min_score: What scores less is no face.

    Raises:
        DetectorUnavailable: The weights are missing, damaged, or no face detector.
    """

    def __init__(self, weights: Path | None = None, min_score: float = 0.5) -> None:
        path = weights or find_weights(FULL_RANGE)
        self._network = _Network(path, min_score)
        # mediapipe waits for ever when the garbage collector finds its detector open: close it before.
        self._close = weakref.finalize(self, self._network.close)
        kind = path.stem.removeprefix("face_detection_").removesuffix("_sparse").replace("_", "-")
        self.name = f"mediapipe {kind}"

    def detect(self, frame: Frame) -> list[FaceBox]:
        """Return the faces of a frame; see ``FaceDetector``."""
        self._network.now_ms = round(frame.timestamp_s * 1000)
        return [_as_sure_as_it_is(box) for box in self._network.look(frame.image) if is_plausible(box)]

    def close(self) -> None:
        """Release the network. Safe twice."""
        self._close()


class _Network:
    """MediaPipe's detector. VIDEO mode wants rising times: each further look is at least 1 ms later."""

    def __init__(self, path: Path, min_score: float) -> None:
        self._detector: Any = _open(path, min_score)
        self._last_ms = WARM_UP_MS
        self.now_ms = 0

    def look(self, image: Image) -> list[FaceBox]:
        """Return the faces of a picture, boxes in its pixels."""
        import mediapipe

        self._last_ms = max(self.now_ms, self._last_ms + 1)
        rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        picture = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb)
        found = self._detector.detect_for_video(picture, self._last_ms).detections
        return [_to_box(detection, image.shape[1], image.shape[0]) for detection in found]

    def close(self) -> None:
        try:
            self._detector.close()
        except RuntimeError:
            # The interpreter is going down, its threads are gone, and the memory goes with the process. Without
            # its handle the detector does not try again by itself, and complain.
            self._detector._handle = None


def _as_sure_as_it_is(box: FaceBox) -> FaceBox:
    """Return a box below ``FIRM_SCORE`` where its score does not tell a face from lettering."""
    score = box.score if box.score >= SURE_SCORE else min(box.score, FIRM_SCORE - 0.01)
    return FaceBox(*box.xyxy, score, box.landmarks)


def _to_box(detection: Any, width: int, height: int) -> FaceBox:  # noqa: ANN401 - mediapipe has no types
    box = detection.bounding_box
    points = [(point.x * width, point.y * height) for point in detection.keypoints[EYES_NOSE_MOUTH]]
    landmarks: Floats | None = np.array(points, dtype=np.float32) if len(points) >= 2 else None
    x1, y1 = float(box.origin_x), float(box.origin_y)
    score = min(max(float(detection.categories[0].score), 0.0), 1.0)
    return FaceBox(x1, y1, x1 + max(box.width, 1), y1 + max(box.height, 1), score, landmarks)


def _open(path: Path, min_score: float) -> Any:  # noqa: ANN401 - mediapipe has no types
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DetectorUnavailable(
            f"{path}: the face detector cannot be read ({error.strerror}); fetch it with `mien models fetch`"
        ) from error
    if find_spec("mediapipe") is None:
        raise DetectorUnavailable(
            f"{path}: needs mediapipe, which is not installed; install it with `{mediapipe_command()}`"
        )
    with _opening, _without_chatter(), _without_plotting():
        import mediapipe
        from mediapipe.tasks.python.core.base_options import BaseOptions
        from mediapipe.tasks.python.vision import FaceDetector, FaceDetectorOptions, RunningMode

        options = FaceDetectorOptions(
            # As bytes: mediapipe cannot open a path with letters beyond ASCII on Windows.
            base_options=BaseOptions(model_asset_buffer=content),
            running_mode=RunningMode.VIDEO,
            min_detection_confidence=min_score,
            min_suppression_threshold=OVERLAP,
        )
        try:
            detector = FaceDetector.create_from_options(options)
            blank = np.zeros((64, 64, 3), dtype=np.uint8)
            detector.detect_for_video(mediapipe.Image(mediapipe.ImageFormat.SRGB, blank), WARM_UP_MS)
        except (RuntimeError, ValueError) as error:
            raise DetectorUnavailable(
                f"{path}: mediapipe cannot use it as a face detector; fetch the right one with `mien models fetch`"
            ) from error
        return detector


@contextlib.contextmanager
def _without_plotting() -> Iterator[None]:
    """Keep mediapipe from loading matplotlib, which is most of its import time and draws nothing here."""
    names = ("matplotlib", "matplotlib.pyplot")
    if names[0] in sys.modules or not is_own():  # a script may want to plot at the same time
        yield
        return
    sys.modules.update({name: ModuleType(name) for name in names})
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]


@contextlib.contextmanager
def _without_chatter() -> Iterator[None]:
    """Keep what mediapipe's C++ says at every start out of the terminal; all else it says passes."""
    if not is_own():  # in a script other threads write to the same standard error
        yield
        return
    try:
        stderr = os.dup(2)
    except OSError:  # a windowed program on Windows has none
        yield
        return
    with tempfile.TemporaryFile() as caught:
        sys.stderr.flush()
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            caught.seek(0)
            for line in caught:
                if not _CHATTER.search(line):
                    os.write(2, line)
