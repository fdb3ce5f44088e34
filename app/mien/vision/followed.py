"""One face that a tracker follows: where it is, how it moves, how sure one is of it."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from mien.core.arrays import Floats
from mien.core.face import FaceBox, FaceTrack

FORESIGHT_S: Final = 0.5
"""So long a velocity says where a face will be."""


@dataclass(frozen=True, slots=True)
class Motion:
    """How faces move.

    Attributes:
        velocity_s: Time constant of the velocity.
        calm_s: Time constant that calms the trembling of boxes that hardly move.
        lively: A step of this many sides is motion and no trembling: it is followed at once.
    """

    velocity_s: float = 0.1
    calm_s: float = 0.05
    lively: float = 0.06


class Followed:
    """A face that is followed; it has a number once it is confirmed.

    Args:
        box: As it was detected first.
        media_s: Media time of that.
        clock_s: Looked-at time of that.

    Attributes:
        number: From 1; 0 while it is not sure.
        box: Where it was last.
        found: What a look at the whole picture saw of it in this frame, if anything.
        seen_s: Looked-at time of the last sight of it.
        looked_s: The same of the last closer look at it.
        firm_s: The same of the last time that a detector was sure of it.
        hits: Frames without a gap in which it was seen.
        is_lost: It was not seen in this frame.
        is_doubtful: A closer look did not see it.
        strayed: How far the last step led away from what was expected, in sides.
    """

    def __init__(self, box: FaceBox, media_s: float, clock_s: float) -> None:
        self.number = 0
        self.box = box
        self.found: FaceBox | None = box
        self.seen_s = self.firm_s = clock_s
        self.looked_s = -math.inf
        self.hits = 0
        self.is_lost = False
        self.is_doubtful = False
        self.strayed = 0.0
        self._age_frames = -1
        self._media_s = media_s
        self._velocity = (0.0, 0.0)

    def begin(self) -> None:
        """Forget what was seen in the last frame."""
        self.found = None

    def count_hit(self) -> None:
        """Note, once a frame, whether it was seen."""
        self._age_frames += 1
        self.hits = 0 if self.is_lost else self.hits + 1

    def expected(self, media_s: float) -> FaceBox:
        """Return where it should be at a media time, moved with constant velocity."""
        box, ahead_s = self.box, min(media_s - self._media_s, FORESIGHT_S)
        dx, dy = (speed * ahead_s for speed in self._velocity)
        landmarks = None if box.landmarks is None else box.landmarks + np.array((dx, dy), np.float32)
        return FaceBox(box.x1 + dx, box.y1 + dy, box.x2 + dx, box.y2 + dy, box.score, landmarks)

    def follow(self, box: FaceBox, media_s: float, motion: Motion) -> None:
        """Move to where it was seen in this frame; a second sight in the same frame replaces the first."""
        elapsed_s = media_s - self._media_s
        if elapsed_s <= 0.0:
            self.box = box
            return
        side = max(box.width_px, box.height_px)
        steps = [new - old for old, new in zip(self.box.xyxy, box.xyxy, strict=True)]
        step = (steps[0] + steps[2]) / 2, (steps[1] + steps[3]) / 2
        ahead_s = min(elapsed_s, FORESIGHT_S)
        astray = (moved - speed * ahead_s for moved, speed in zip(step, self._velocity, strict=True))
        self.strayed = math.hypot(*astray) / side
        gain = 1.0 - math.exp(-elapsed_s / motion.velocity_s)
        vx, vy = (
            speed + gain * (moved / elapsed_s - speed) for moved, speed in zip(step, self._velocity, strict=True)
        )
        self._velocity = vx, vy
        liveliness = max(map(abs, steps)) / side / motion.lively
        share = min(1.0 - math.exp(-elapsed_s / motion.calm_s) + liveliness**2, 1.0)
        x1, y1, x2, y2 = (old + share * moved for old, moved in zip(self.box.xyxy, steps, strict=True))
        self.box = FaceBox(x1, y1, x2, y2, box.score, _between(self.box.landmarks, box.landmarks, share))
        self._media_s = media_s

    def report(self, media_s: float) -> FaceTrack:
        """Return the face as it was seen in this frame, or where it is expected."""
        if self._media_s == media_s:
            return FaceTrack(self.number, self.box, self._age_frames)
        return FaceTrack(self.number, self.expected(media_s), self._age_frames, is_predicted=True)


def _between(old: Floats | None, new: Floats | None, share: float) -> Floats | None:
    if old is None or new is None or old.shape != new.shape:
        return new
    return old + np.float32(share) * (new - old)
