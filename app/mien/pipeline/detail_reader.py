"""From the faces of a frame to their details: mesh, head pose, eyes, action units. A stage of its own."""

import dataclasses
import time
from collections import deque
from collections.abc import Sequence
from typing import Final

import numpy as np

from mien.core import eyes
from mien.core.arrays import Floats
from mien.core.face import FaceReading
from mien.core.face_details import details_of
from mien.core.face_motion import FaceMotion
from mien.core.frame import Frame
from mien.inference.landmark_session import LandmarkSession
from mien.vision.face_mesh import MeshFinder

LIVE_BUDGET_S: Final = 0.03
"""What this stage may take of a camera's frame: it works beside the others, and 25 frames a second stay
possible."""

FRAME_S: Final = 1 / 30
"""How far apart a camera's frames are, before that is known better."""

LOST_SHARE: Final = 0.15
"""So many of a camera's frames may give way to those that are looked at: of 30 a second, 25 stay. Where a look
takes longer than from one frame to the next, as on a busy machine, the frames after it are passed on without."""

LONGEST_PASS_S: Final = 1.5
"""However long looks take, there is one after this time."""

MIN_HEIGHT_PX: Final = 24.0
"""A face lower than this has no details: its eyes are two pixels high."""

FORGET_S: Final = 5.0


class DetailReader:
    """Looks closely at the faces of one stream. Used by one thread at a time.

    Args:
        session: The network of the mesh.
        model: (468, 3) the face of known shape.
        budget_s: What a frame may take; where its faces take longer, they are looked at in turn, and the others
            have no details in that frame. None looks at all faces of every frame.
    """

    def __init__(self, session: LandmarkSession, model: Floats, budget_s: float | None = None) -> None:
        self._finder = MeshFinder(session)
        self._model = model
        self._budget_s = budget_s
        self._face_s = 0.0
        self._looked: dict[int, int] = {}
        self._motions: dict[int, FaceMotion] = {}
        self._motion_s: dict[int, float] = {}
        self._turn = 0
        self._frame_s, self._last_s = FRAME_S, 0.0
        self._passes = 0.0
        self._apart_s: deque[float] = deque([FRAME_S], maxlen=30)

    def look(self, frame: Frame, readings: Sequence[FaceReading]) -> tuple[FaceReading, ...]:
        """Return the readings with their details, in the same order."""
        if self._passes_on(frame.timestamp_s):
            return tuple(readings)
        chosen = self._chosen(readings)
        started_s = time.perf_counter()
        tracks = [readings[at].track for at in chosen]
        meshes = self._finder.find(frame.image, tracks, [reading.track for reading in readings])
        looked = list(readings)
        for at, mesh in zip(chosen, meshes, strict=True):
            if mesh is None:
                continue
            motion = self._motion_of(readings[at].track.track_id, frame.timestamp_s)
            blink, speaking = motion.step(frame.timestamp_s, eyes.lid_signal(mesh), eyes.mouth_openness(mesh))
            details = details_of(mesh, self._model, blink, speaking)
            looked[at] = dataclasses.replace(readings[at], details=details)
        if chosen:
            spent_s = time.perf_counter() - started_s
            face_s = spent_s / len(chosen)
            if self._face_s:  # the first look warms up, and says nothing
                lost = max(spent_s / self._frame_s - 1.0, 0.0)
                self._passes = min(lost / LOST_SHARE - lost, LONGEST_PASS_S / self._frame_s)
            self._face_s = face_s if not self._face_s else 0.8 * self._face_s + 0.2 * face_s
        self._forget(frame.timestamp_s)
        return tuple(looked)

    def _passes_on(self, time_s: float) -> bool:
        """Tell whether a frame is passed on as it is, since the last look made others give way."""
        if self._budget_s is None:
            return False
        apart_s, self._last_s = time_s - self._last_s, time_s
        if 0.0 < apart_s < 1.0:
            # Some gave way to a look, so that the shorter steps tell how far apart frames come.
            self._apart_s.append(apart_s)
            self._frame_s = float(np.percentile(self._apart_s, 10))
        if self._passes < 1.0:
            return False
        self._passes = min(self._passes, LONGEST_PASS_S / self._frame_s) - 1.0
        return True

    def _chosen(self, readings: Sequence[FaceReading]) -> list[int]:
        """Return which faces are looked at in this frame: all, or those that waited longest."""
        able = [at for at, reading in enumerate(readings) if reading.track.box.height_px >= MIN_HEIGHT_PX]
        if self._budget_s is not None and self._face_s * len(able) > self._budget_s:
            count = max(int(self._budget_s / self._face_s), 1)
            able.sort(key=lambda at: self._looked.get(readings[at].track.track_id, -1))
            able = sorted(able[:count])
        self._turn += 1
        ids = {reading.track.track_id for reading in readings}
        self._looked = {track_id: turn for track_id, turn in self._looked.items() if track_id in ids}
        self._looked |= {readings[at].track.track_id: self._turn for at in able}
        return able

    def _motion_of(self, track_id: int, time_s: float) -> FaceMotion:
        self._motion_s[track_id] = time_s
        return self._motions.setdefault(track_id, FaceMotion())

    def _forget(self, time_s: float) -> None:
        gone = [track_id for track_id, last_s in self._motion_s.items() if abs(time_s - last_s) > FORGET_S]
        for track_id in gone:
            del self._motion_s[track_id], self._motions[track_id]
