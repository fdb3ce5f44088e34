"""Decides when the whole picture is searched for faces; known faces are looked at in every frame, many in turn."""

import math
from typing import Final, Literal

from mien.core.face import FaceBox, FaceTrack
from mien.core.frame import Frame
from mien.vision.conditions import FaceConditions
from mien.vision.detector import CloserLook, FaceDetector, KnowsPauses
from mien.vision.people import People
from mien.vision.scene_change import Change, SceneChange
from mien.vision.tracker import Tracker

SEARCH_S: Final = 0.2
"""With "auto", the whole picture is searched so often: a new face appears within 0.3 s."""

REST_SEARCH_S: Final = 0.5
"""With "auto", where nothing is new since the last search: no face can have appeared."""

BUSY_SEARCH_S: Final = 0.3
"""With "auto", while frames are dropped."""

MOTION_SEARCH_S: Final = 0.1
"""Motion away from the known faces is a reason to search, but not more often than this."""

CALM_FRAMES: Final = 60
"""So many frames without a drop, and "auto" searches as often as before."""


class FaceFinder:
    """Finds and follows the faces of one stream of frames. Used by one thread at a time.

    The whole picture is searched as often as ``every`` says, and at once where it shows another scene, where
    something moves away from the known faces, and where a face was lost.

    Args:
        detector: Searches the whole picture; closed with the finder. One that can ``look_again`` looks at each
            known face in every frame; any other searches the whole picture in every frame instead.
        tracker: Follows them.
        people: Says who they are.
        conditions: Says what stands in the way of reading them, or None.
        every: Search every n-th frame, 1 for all. "auto" searches five times a second of media time, and less
            often while frames are dropped or nothing new is to be seen; a file drops none.

    Raises:
        ValueError: ``every`` is below 1.
    """

    def __init__(
        self,
        detector: FaceDetector,
        tracker: Tracker,
        people: People,
        conditions: FaceConditions | None = None,
        every: int | Literal["auto"] = "auto",
    ) -> None:
        if every != "auto" and every < 1:
            raise ValueError(f'FaceFinder.every: expected 1 or more, or "auto", got {every}')
        self._detector = detector
        self._closer = detector if isinstance(detector, CloserLook) else None
        self._tracker = tracker
        self._people = people
        self._conditions = conditions
        self._scene = SceneChange()
        self._every = every
        self._faces: list[FaceBox] = []
        self._searched_s = -math.inf
        self._since_search = 0
        self._dropped = 0
        self._calm_frames = CALM_FRAMES

    @property
    def detector_name(self) -> str:
        """For people and records."""
        return self._detector.name

    def find(self, frame: Frame, dropped: int = 0) -> list[FaceTrack]:
        """Return the faces of a frame, by track number.

        Args:
            frame: Timestamps rise from call to call.
            dropped: Frames so far that came while this one was too slow for them.
        """
        change = self._scene.look(frame.image, self._faces)
        if self._count(dropped) and isinstance(self._detector, KnowsPauses):
            # Or a machine that takes longer than a pause for a full look would take one at every picture.
            self._detector.go_on(frame.timestamp_s)
        self._tracker.begin(frame.timestamp_s, is_cut=change.is_cut)
        is_searched = change.is_cut or self._is_due(frame.timestamp_s, change)
        if is_searched:
            self._search(frame)
        if self._look_closer(frame, is_searched=is_searched) and not is_searched:
            self._search(frame)
            self._look_closer(frame, is_searched=True)
        tracks = self._tracker.report()
        if self._conditions is not None:
            tracks = self._conditions.mark(frame, tracks)
        tracks = self._people.name(frame, tracks)
        self._faces = [track.box for track in tracks]
        if self._searched_s == frame.timestamp_s:
            self._scene.note_search(self._faces)
        return tracks

    def close(self) -> None:
        """Release the detector. Safe twice."""
        self._detector.close()

    def _search(self, frame: Frame) -> None:
        self._tracker.detect(self._detector.detect(frame))
        self._searched_s = frame.timestamp_s
        self._since_search = 0

    def _look_closer(self, frame: Frame, *, is_searched: bool) -> bool:
        """Look at each known face; return whether one was lost."""
        if self._closer is not None:
            return self._tracker.check(self._closer.look_again(frame.image, self._tracker.targets()))
        return is_searched and self._tracker.check(None)

    def _is_due(self, now_s: float, change: Change) -> bool:
        # Media times are rounded: a search that is due within a millisecond is due.
        elapsed_s = now_s - self._searched_s + 1e-3
        if self._every != "auto":
            self._since_search += 1
            return self._since_search >= self._every or elapsed_s == math.inf
        is_calm = self._calm_frames >= CALM_FRAMES
        if self._closer is None:
            return is_calm or elapsed_s >= MOTION_SEARCH_S
        if change.is_motion:
            return elapsed_s >= MOTION_SEARCH_S
        if not change.is_new:
            return elapsed_s >= REST_SEARCH_S
        return elapsed_s >= (SEARCH_S if is_calm else BUSY_SEARCH_S)

    def _count(self, dropped: int) -> bool:
        """Note whether frames were dropped since the last, and return it."""
        is_dropped, self._dropped = dropped > self._dropped, dropped
        self._calm_frames = 0 if is_dropped else self._calm_frames + 1
        return is_dropped
