"""Follows faces from frame to frame, so that each keeps its number.

Two things are said of a frame: what a detector saw in the whole picture, now and then, and what a closer look at
each known face saw, in every frame. Detected boxes are assigned to tracks by position and size, predicted with
constant velocity (the assignment of least cost, Jonker and Volgenant 1987, through lapx): first the firm ones,
then the unsure ones to what is left. A face that turns away or blurs scores low for a moment, and is kept by where
it is (the idea of ByteTrack, Zhang et al. 2022); only firm boxes begin a track.

All limits are in seconds and in sides of the face, so that frame rate and resolution do not matter. Absence is
measured in the time that somebody looked: a source that pauses for two seconds says nothing about who was there.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import lap
import numpy as np
import numpy.typing as npt

from mien.core.face import FaceBox, FaceTrack
from mien.core.geometry import iou_matrix
from mien.vision.detector import FIRM_SCORE
from mien.vision.followed import Followed, Motion

_IMPOSSIBLE: Final = 1e6

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrackerLimits:
    """When a box is a new face, when it is a known one, and how much it is calmed.

    Attributes:
        max_gap_s: A face not seen for longer is given up; what comes back there begins a new track.
        max_step_s: A pause between two pictures counts as so much absence at most.
        confirm_score: A new face that scores this in the first picture, or after a pause, is reported at once.
        later_confirm_score: The same for a new face in a running stream, where waiting costs next to nothing.
        confirm_hits: One that scores less is reported when it was seen this often, without a gap.
        reach: How far a face may jump between two looks at it, in sides of its box.
        reach_per_s: What is added to that for each second since it was seen.
        unsure_overlap: What an unsure box must share with where the face is expected, intersection over union.
        unsure_s: How long closer looks and unsure boxes alone may carry on a face.
        max_size_ratio: How much larger or smaller it may be.
        looks: With more faces than this only half of them, at least so many, are looked at in a frame, in turn.
        turn_s: So long a known face may wait for its turn; of frames further apart each shows all.
        same_place: Two tracks nearer than this, in sides, are at the same face: one of them lost its own.
        motion: How it moves, and what is trembling.
    """

    max_gap_s: float = 1.0
    max_step_s: float = 0.25
    confirm_score: float = 0.7
    later_confirm_score: float = 0.85
    confirm_hits: int = 3
    reach: float = 0.7
    reach_per_s: float = 2.0
    unsure_overlap: float = 0.3
    unsure_s: float = 2.0
    max_size_ratio: float = 1.8
    looks: int = 4
    turn_s: float = 0.1
    same_place: float = 0.3
    motion: Motion = field(default_factory=Motion)


class Tracker:
    """Gives the faces of one stream track numbers from 1.

    For each frame, in this order: ``begin``; ``detect`` with what was seen in the whole picture, if anything;
    ``targets`` and ``check`` with a closer look at each of them; ``report``.
    """

    def __init__(self, limits: TrackerLimits = TrackerLimits()) -> None:
        self._limits = limits
        self._tracks: list[Followed] = []
        self._numbers = itertools.count(1)
        self._media_s = -math.inf
        self._clock_s = 0.0
        self._is_fresh = True
        self._step_s = 0.0
        self._looking: list[Followed] = []

    @property
    def has_new(self) -> bool:
        """Whether there is a face that is not sure enough yet to be reported."""
        return any(not track.number for track in self._tracks)

    def begin(self, timestamp_s: float, *, is_cut: bool = False) -> None:
        """Go on to the next frame.

        Args:
            timestamp_s: Media time, rising from call to call.
            is_cut: It shows another scene: no face of the last one goes on.
        """
        limits = self._limits
        step_s = timestamp_s - self._media_s
        self._is_fresh = is_cut or step_s >= limits.max_gap_s
        self._step_s = min(max(step_s, 0.0), limits.max_step_s)
        self._clock_s += self._step_s
        self._media_s = timestamp_s
        if is_cut:
            self._tracks = []
        self._tracks = [track for track in self._tracks if self._clock_s - track.seen_s <= limits.max_gap_s]
        for track in self._tracks:
            track.begin()

    def detect(self, boxes: Sequence[FaceBox]) -> None:
        """Take the faces that were detected in the whole picture.

        Args:
            boxes: In any order; those that score below ``FIRM_SCORE`` only carry on known faces.
        """
        firm = [box for box in boxes if box.score >= FIRM_SCORE]
        unsure = [box for box in boxes if box.score < FIRM_SCORE]
        new = self._assign([track for track in self._tracks if track.found is None], firm)
        self._assign([track for track in self._tracks if self._may_be_unsure(track)], unsure, is_firm=False)
        # From left to right, so that the numbers of a group are easy to follow.
        for box in sorted(new, key=lambda box: box.x1):
            self._tracks.append(Followed(box, self._media_s, self._clock_s))

    def targets(self) -> list[FaceBox]:
        """Return where faces are now, as detected or as expected, for a closer look at each of them.

        Of many faces these are some: those that are new, were lost or doubted, and of the others those that waited
        longest. A face that has to wait is reported where it is expected.
        """
        self._looking = self._in_turn(self._watched())
        return [track.found or track.expected(self._media_s) for track in self._looking]

    def check(self, sights: Sequence[FaceBox | None] | None) -> bool:
        """Take what closer looks saw, and let the faces go that nobody saw.

        Args:
            sights: For each of the ``targets`` the face that is there, or None; None where nobody looked closer.

        Returns:
            Whether a face was lost that nobody detected anew in this frame.
        """
        if sights is None:
            is_lost = [self._see(track, None) for track in self._watched()]
        else:
            is_lost = [self._look(track, sight) for track, sight in zip(self._looking, sights, strict=True)]
        return self._part() or any(is_lost)

    def _in_turn(self, tracks: list[Followed]) -> list[Followed]:
        limits = self._limits
        if len(tracks) <= limits.looks or 2 * self._step_s > limits.turn_s:
            return tracks
        first = [track for track in tracks if not track.number or track.is_lost or track.is_doubtful]
        others = [track for track in tracks if track not in first]
        others.sort(key=lambda track: track.looked_s)
        return first + others[: max(limits.looks, math.ceil(len(others) / 2))]

    def _look(self, track: Followed, sight: FaceBox | None) -> bool:
        """Take what a closer look at a face saw; return whether it was lost."""
        is_old = self._clock_s - track.firm_s > self._limits.unsure_s
        track.looked_s = self._clock_s
        if sight is not None and sight.score >= FIRM_SCORE:
            track.firm_s = self._clock_s
        elif track.found is None and is_old:
            sight = None
        track.is_doubtful = sight is None
        return self._see(track, sight)

    def _see(self, track: Followed, sight: FaceBox | None) -> bool:
        """Move a face to where it was seen, if anywhere; return whether it was lost."""
        seen = sight or track.found
        if seen is None:
            was_lost, track.is_lost = track.is_lost, True
            return not was_lost
        track.follow(seen, self._media_s, self._limits.motion)
        track.seen_s, track.is_lost = self._clock_s, False
        return False

    def report(self) -> list[FaceTrack]:
        """Return the faces to report, by track number; one that was looked for in vain is left out.

        Where nobody looked in this frame, a face is reported where it is expected.
        """
        limits = self._limits
        # A face that was never reported and is gone was none.
        self._tracks = [track for track in self._tracks if track.number or not track.is_lost]
        clear_score = limits.confirm_score if self._is_fresh else limits.later_confirm_score
        for track in self._tracks:
            track.count_hit()
            is_clear = track.box.score >= clear_score or (
                track.hits >= limits.confirm_hits and not track.is_doubtful
            )
            if not track.number and is_clear:
                track.number = next(self._numbers)
        seen = [track for track in self._tracks if track.number and not track.is_lost]
        return [track.report(self._media_s) for track in sorted(seen, key=lambda track: track.number)]

    def _watched(self) -> list[Followed]:
        return [track for track in self._tracks if track.found is not None or not track.is_lost]

    def _may_be_unsure(self, track: Followed) -> bool:
        return track.found is None and self._clock_s - track.firm_s <= self._limits.unsure_s

    def _assign(
        self, tracks: Sequence[Followed], boxes: Sequence[FaceBox], *, is_firm: bool = True
    ) -> list[FaceBox]:
        """Carry on the tracks with the boxes that fit; return the others."""
        if not tracks or not boxes:
            return list(boxes)
        costs = self._costs(tracks, boxes, 0.0 if is_firm else self._limits.unsure_overlap)
        _, columns, _ = lap.lapjv(costs, extend_cost=True, cost_limit=_IMPOSSIBLE / 2)
        taken = set()
        for track, column in zip(tracks, columns.tolist(), strict=True):
            if column >= 0:
                track.found = boxes[column]
                track.firm_s = self._clock_s if is_firm else track.firm_s
                taken.add(column)
        return [box for index, box in enumerate(boxes) if index not in taken]

    def _costs(self, tracks: Sequence[Followed], boxes: Sequence[FaceBox], min_overlap: float) -> Vector:
        """Return (tracks, boxes): distance in sides of the face, difference of size, and lack of overlap."""
        limits = self._limits
        expected = np.array([track.expected(self._media_s).xyxy for track in tracks])
        found = np.array([box.xyxy for box in boxes])
        centres, sides = _centres_and_sides(expected)
        found_centres, found_sides = _centres_and_sides(found)
        distance = np.linalg.norm(centres[:, None] - found_centres[None], axis=2)
        distance /= np.maximum(sides[:, None], found_sides[None])
        size = np.abs(np.log(found_sides[None] / sides[:, None]))
        overlap = iou_matrix(expected, found)
        reach = np.array([limits.reach + limits.reach_per_s * (self._clock_s - track.seen_s) for track in tracks])
        is_near = (distance <= reach[:, None]) & (overlap >= min_overlap)
        is_possible = is_near & (size <= math.log(limits.max_size_ratio))
        return np.where(is_possible, distance + size + (1.0 - overlap), _IMPOSSIBLE)

    def _part(self) -> bool:
        """Where two tracks came to be at the same face, let the one go that strayed; return whether one did."""
        has_parted = False
        present = [track for track in self._tracks if not track.is_lost]
        for index, other in self._same_places(present):
            first, second = present[index], present[other]
            if not (first.is_lost or second.is_lost):
                stray = max(first, second, key=_how_strayed)
                stray.is_lost = has_parted = True
        return has_parted

    def _same_places(self, tracks: Sequence[Followed]) -> list[tuple[int, int]]:
        """Return the pairs of faces that lie at the same place, by their indices."""
        if len(tracks) < 2:
            return []
        centres, sides = _centres_and_sides(np.array([track.box.xyxy for track in tracks]))
        distance = np.linalg.norm(centres[:, None] - centres[None], axis=2)
        is_near = distance < self._limits.same_place * np.minimum(sides[:, None], sides[None])
        log_sides = np.log(sides)
        is_alike = np.abs(log_sides[:, None] - log_sides[None]) < math.log(self._limits.max_size_ratio)
        return [(int(first), int(second)) for first, second in np.argwhere(np.triu(is_near & is_alike, 1))]


def _how_strayed(track: Followed) -> tuple[bool, float, float]:
    return track.found is None, track.strayed, track.number or math.inf


def _centres_and_sides(boxes: Vector) -> tuple[Vector, Vector]:
    corners = boxes.reshape(-1, 2, 2)
    return corners.mean(axis=1), np.sqrt((corners[:, 1] - corners[:, 0]).prod(axis=1))
