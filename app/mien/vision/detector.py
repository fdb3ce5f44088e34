"""What every face detector can do."""

from typing import Final, Protocol

from mien.core.face import FaceBox
from mien.core.frame import Frame

FIRM_SCORE: Final = 0.6
"""A box that scores less may carry on a face that is followed already, but is no reason to begin one."""


class FaceDetector(Protocol):
    """Finds the faces of one stream of frames. Used by one thread at a time."""

    @property
    def name(self) -> str:
        """For people and records: "mediapipe full-range"."""

    def detect(self, frame: Frame) -> list[FaceBox]:
        """Return the faces of a frame, in no particular order, boxes in pixels of ``frame.image``.

        Unsure ones come along, with a score below ``FIRM_SCORE``. Timestamps rise from call to call; a detector
        belongs to one stream.
        """

    def close(self) -> None:
        """Release what the detector holds. Safe twice."""
