"""A detector that takes the whole picture for a face: `mien annotate faces --detector whole-picture`."""

from mien.core.face import FaceBox
from mien.core.frame import Frame


class WholePicture:
    """What every detector has: a name, `detect`, and `close`."""

    name = "whole picture"

    def __init__(self, min_score: float) -> None:
        self._score = max(min_score, 0.99)

    def detect(self, frame: Frame) -> list[FaceBox]:
        """Return one box, in pixels of the picture."""
        height, width = frame.image.shape[:2]
        return [FaceBox(0, 0, width, height, self._score)]

    def close(self) -> None:
        """Nothing is held."""
