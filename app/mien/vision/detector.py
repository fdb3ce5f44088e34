"""What every face detector can do."""

from collections.abc import Sequence
from typing import Final, Protocol, runtime_checkable

from mien.core.arrays import Image
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


@runtime_checkable
class KnowsPauses(Protocol):
    """What a detector can be told that looks longer at a picture after a pause."""

    def go_on(self, now_s: float) -> None:
        """Take the time before the next picture for no pause of the source: pictures were dropped meanwhile.

        Args:
            now_s: Media time of that picture.
        """


@runtime_checkable
class CloserLook(Protocol):
    """What a detector can do that is cheap enough for every face of every frame."""

    def look_again(self, image: Image, boxes: Sequence[FaceBox]) -> list[FaceBox | None]:
        """Look for known faces, each around where it is expected.

        Args:
            image: (H, W, 3) uint8 BGR.
            boxes: Where they are expected, in its pixels.

        Returns:
            For each the face that is there, or None.
        """
