"""Follows faces from frame to frame, so that each keeps its number.

Boxes are assigned to tracks by position and size, predicted with constant velocity (the assignment of least
cost, Jonker and Volgenant 1987, through lapx): first the firm ones, then the unsure ones to what is left. A face
that turns away or blurs scores low for a moment, and is kept by where it is (the idea of ByteTrack, Zhang et al.
2022); only firm boxes begin a track. All limits are in seconds and in sides of the face, so that frame rate and
resolution do not matter.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import lap
import numpy as np
import numpy.typing as npt

from mien.core.arrays import Floats
from mien.core.face import FaceBox, FaceTrack
from mien.core.geometry import iou_matrix
from mien.vision.detector import FIRM_SCORE

_IMPOSSIBLE: Final = 1e6

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrackerLimits:
    """When a box is a new face, when it is a known one, and how much it is calmed.

    Attributes:
        max_gap_s: A face not seen for longer is forgotten; it comes back under a new number.
        confirm_score: A new face that scores this in the first picture, or after a pause, is reported at once.
        later_confirm_score: The same for a new face in a running stream, where waiting costs next to nothing.
        confirm_hits: One that scores less is reported when it was seen this often, without a gap.
        reach: How far a face may jump between two looks at it, in sides of its box.
        reach_per_s: What is added to that for each second since it was seen.
        unsure_overlap: What an unsure box must share with where the face is expected, intersection over union.
        unsure_s: How long unsure boxes alone may carry on a face.
        max_size_ratio: How much larger or smaller it may be.
        velocity_s: Time constant of the velocity.
        calm_s: Time constant that calms the trembling of boxes that hardly move.
        lively: A step of this many sides is motion and no trembling: it is followed at once.
    """

    max_gap_s: float = 1.0
    confirm_score: float = 0.7
    later_confirm_score: float = 0.85
    confirm_hits: int = 3
    reach: float = 0.7
    reach_per_s: float = 2.0
    unsure_overlap: float = 0.3
    unsure_s: float = 2.0
    max_size_ratio: float = 1.8
    velocity_s: float = 0.1
    calm_s: float = 0.05
    lively: float = 0.06


class Tracker:
    """Gives the faces of one stream numbers from 1 that stay."""

    def __init__(self, limits: TrackerLimits = TrackerLimits()) -> None:
        self._limits = limits
        self._tracks: list[_Track] = []
        self._numbers = itertools.count(1)
        self._last_s = -math.inf

    def update(self, boxes: Sequence[FaceBox], timestamp_s: float) -> list[FaceTrack]:
        """Take the faces detected in a frame and return those to report, by number.

        A face that was missed in this frame is not reported: its number is kept for when it is back.

        Args:
            boxes: In any order; those that score below ``FIRM_SCORE`` only carry on known faces.
            timestamp_s: Media time, rising from call to call, of ``predict`` too.
        """
        limits = self._limits
        is_fresh = timestamp_s - self._last_s >= limits.max_gap_s
        self._last_s = timestamp_s
        self._tracks = [track for track in self._tracks if timestamp_s - track.seen_s <= limits.max_gap_s]
        firm = [box for box in boxes if box.score >= FIRM_SCORE]
        unsure = [box for box in boxes if box.score < FIRM_SCORE]
        for track in self._tracks:
            track.age_frames += 1
            track.is_missed = True
        new = self._assign(self._tracks, firm, timestamp_s)
        lately = [t for t in self._tracks if t.is_missed and timestamp_s - t.firm_s <= limits.unsure_s]
        self._assign(lately, unsure, timestamp_s, limits.unsure_overlap)
        # From left to right, so that the numbers of a group are easy to follow.
        self._tracks += [_Track(box, timestamp_s) for box in sorted(new, key=lambda box: box.x1)]
        self._tracks = [track for track in self._tracks if track.number or not track.is_missed]
        clear_score = limits.confirm_score if is_fresh else limits.later_confirm_score
        for track in self._tracks:
            is_clear = track.box.score >= clear_score or track.hits >= limits.confirm_hits
            if not track.number and is_clear:
                track.number = next(self._numbers)
        return [track.report() for track in self._reported()]

    def predict(self, timestamp_s: float) -> list[FaceTrack]:
        """Return where the faces of the last detection are likely to be in a frame that was not searched."""
        for track in self._tracks:
            track.age_frames += 1
        return [track.report(timestamp_s) for track in self._reported()]

    def _reported(self) -> list["_Track"]:
        reported = [track for track in self._tracks if track.number and not track.is_missed]
        return sorted(reported, key=lambda track: track.number)

    def _assign(
        self, tracks: Sequence["_Track"], boxes: Sequence[FaceBox], now_s: float, min_overlap: float = 0.0
    ) -> list[FaceBox]:
        """Carry on the tracks with the boxes that fit; return the others."""
        if not tracks or not boxes:
            return list(boxes)
        costs = self._costs(tracks, boxes, now_s, min_overlap)
        _, columns, _ = lap.lapjv(costs, extend_cost=True, cost_limit=_IMPOSSIBLE / 2)
        taken = set()
        for track, column in zip(tracks, columns.tolist(), strict=True):
            if column >= 0:
                track.follow(boxes[column], now_s, self._limits)
                taken.add(column)
        return [box for index, box in enumerate(boxes) if index not in taken]

    def _costs(
        self, tracks: Sequence["_Track"], boxes: Sequence[FaceBox], now_s: float, min_overlap: float
    ) -> Vector:
        """Return (tracks, boxes): distance in sides of the face, difference of size, and lack of overlap."""
        limits = self._limits
        expected = np.array([track.expected(now_s) for track in tracks])
        found = np.array([box.xyxy for box in boxes])
        centres, sides = _centres_and_sides(expected)
        found_centres, found_sides = _centres_and_sides(found)
        distance = np.linalg.norm(centres[:, None] - found_centres[None], axis=2)
        distance /= np.maximum(sides[:, None], found_sides[None])
        size = np.abs(np.log(found_sides[None] / sides[:, None]))
        overlap = iou_matrix(expected, found)
        reach = np.array([limits.reach + limits.reach_per_s * (now_s - track.seen_s) for track in tracks])
        is_near = (distance <= reach[:, None]) & (overlap >= min_overlap)
        is_possible = is_near & (size <= math.log(limits.max_size_ratio))
        return np.where(is_possible, distance + size + (1.0 - overlap), _IMPOSSIBLE)


class _Track:
    """A face that is followed; it has a number once it is confirmed."""

    def __init__(self, box: FaceBox, now_s: float) -> None:
        self.number = 0
        self.box = box
        self.seen_s = now_s
        self.firm_s = now_s
        self.hits = 1
        self.age_frames = 0
        self.is_missed = False
        self._velocity = np.zeros(2)

    def expected(self, now_s: float) -> Vector:
        """Return the box (4,) at ``now_s``, moved with constant velocity."""
        return np.array(self.box.xyxy) + np.tile(self._velocity * (now_s - self.seen_s), 2)

    def follow(self, box: FaceBox, now_s: float, limits: TrackerLimits) -> None:
        """Move to a box detected now."""
        elapsed_s = max(now_s - self.seen_s, 1e-3)
        old, new = np.array(self.box.xyxy), np.array(box.xyxy)
        step = (new - old).reshape(2, 2).mean(axis=0)
        self._velocity += (1.0 - math.exp(-elapsed_s / limits.velocity_s)) * (step / elapsed_s - self._velocity)
        side = max(box.width_px, box.height_px)
        liveliness = float(np.abs(new - old).max()) / side / limits.lively
        share = min(1.0 - math.exp(-elapsed_s / limits.calm_s) + liveliness**2, 1.0)
        x1, y1, x2, y2 = (old + share * (new - old)).tolist()
        self.box = FaceBox(x1, y1, x2, y2, box.score, _between(self.box.landmarks, box.landmarks, share))
        self.seen_s = now_s
        self.firm_s = now_s if box.score >= FIRM_SCORE else self.firm_s
        self.hits += 1
        self.is_missed = False

    def report(self, now_s: float | None = None) -> FaceTrack:
        """Return the face as it was detected, or as predicted for ``now_s``."""
        if now_s is None:
            return FaceTrack(self.number, self.box, self.age_frames)
        shift = self._velocity * (now_s - self.seen_s)
        x1, y1, x2, y2 = (np.array(self.box.xyxy) + np.tile(shift, 2)).tolist()
        landmarks = None if self.box.landmarks is None else self.box.landmarks + shift.astype(np.float32)
        box = FaceBox(x1, y1, x2, y2, self.box.score, landmarks)
        return FaceTrack(self.number, box, self.age_frames, is_predicted=True)


def _centres_and_sides(boxes: Vector) -> tuple[Vector, Vector]:
    corners = boxes.reshape(-1, 2, 2)
    return corners.mean(axis=1), np.sqrt((corners[:, 1] - corners[:, 0]).prod(axis=1))


def _between(old: Floats | None, new: Floats | None, share: float) -> Floats | None:
    if old is None or new is None or old.shape != new.shape:
        return new
    return old + np.float32(share) * (new - old)
