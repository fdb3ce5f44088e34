"""Decides in which frames faces are searched, and in which they are carried on."""

from typing import Final, Literal

from mien.core.face import FaceTrack
from mien.core.frame import Frame
from mien.vision.detector import FaceDetector
from mien.vision.tracker import Tracker

MOST: Final = 4
"""With "auto", at least every fourth frame is searched: a face may turn within 0.1 s."""

CALM_FRAMES: Final = 60
"""With "auto", so many frames without a drop, and the search becomes one frame more frequent."""


class FaceFinder:
    """Finds and follows the faces of one stream of frames. Used by one thread at a time.

    Args:
        detector: Finds them; closed with the finder.
        tracker: Follows them.
        every: Search every n-th frame, 1 for all. "auto" searches all as long as no frame is dropped, and fewer
            while some are; a file drops none.

    Raises:
        ValueError: ``every`` is below 1.
    """

    def __init__(self, detector: FaceDetector, tracker: Tracker, every: int | Literal["auto"] = 1) -> None:
        if every != "auto" and every < 1:
            raise ValueError(f'FaceFinder.every: expected 1 or more, or "auto", got {every}')
        self._detector = detector
        self._tracker = tracker
        self._is_auto = every == "auto"
        self._every = 1 if every == "auto" else every
        self._since_search: int | None = None
        self._dropped = 0
        self._calm_frames = 0

    @property
    def every(self) -> int:
        """Of how many frames one is searched at the moment."""
        return self._every

    @property
    def detector_name(self) -> str:
        """For people and records."""
        return self._detector.name

    def find(self, frame: Frame, dropped: int = 0) -> list[FaceTrack]:
        """Return the faces of a frame, by number.

        Args:
            frame: Timestamps rise from call to call.
            dropped: Frames so far that came while this one was too slow for them.
        """
        if self._is_auto:
            self._adapt(dropped)
        if self._since_search is None or self._since_search + 1 >= self._every:
            self._since_search = 0
            return self._tracker.update(self._detector.detect(frame), frame.timestamp_s)
        self._since_search += 1
        return self._tracker.predict(frame.timestamp_s)

    def close(self) -> None:
        """Release the detector. Safe twice."""
        self._detector.close()

    def _adapt(self, dropped: int) -> None:
        """Search less often when frames were dropped since the last, more often after a calm while."""
        is_dropped, self._dropped = dropped > self._dropped, dropped
        self._calm_frames = 0 if is_dropped else self._calm_frames + 1
        if is_dropped:
            self._every = min(self._every + 1, MOST)
        elif self._calm_frames >= CALM_FRAMES:
            self._every = max(self._every - 1, 1)
            self._calm_frames = 0
