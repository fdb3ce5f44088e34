"""Says who the followed faces are: a person who leaves and comes back, or returns after a cut, keeps the number.

Each person is a number and a few descriptions of the face, held in memory and gone with the run. A face is
described when it is new, when it may have been taken for another, and every few seconds; never in every frame.
"""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from mien.core.arrays import Floats
from mien.core.face import Condition, FaceTrack
from mien.core.frame import Frame
from mien.core.geometry import iou_matrix
from mien.core.quality import pose_of, sharpness_of, visible_share
from mien.vision.describer import Describer

MAX_PEOPLE: Final = 500
MAX_DESCRIPTIONS: Final = 8
"""Of a person: with and without a smile, turned to both sides."""


PART: Final = 0.9
WHOLE: Final = 0.99
"""How much of a face's box lies within the picture when it is described: at least, and of one that comes in."""


@dataclass(frozen=True, slots=True)
class PeopleLimits:
    """When two faces are the same person; likeness is the product of two descriptions, -1 to 1.

    Of pairs of different people on the web one in 1,000 is more alike than 0.5; pictures of one person in a clip
    are alike by 0.5 to 0.9.

    Attributes:
        same: From here on a face is a person who was seen before.
        different: Below this a face is not the person that it was taken for.
        renew_s: After so long a face is described again.
        retry_s: So long one waits where a face could not be described, or was not told apart.
        patience_s: So long a new face may go without a number while it may be somebody who was here before.
        overlap: Faces that share more, intersection over union, may be mixed up.
        min_height_px: Smaller faces say too little: at 32 px 95 in 100 pictures are alike themselves at full size
            by 0.5 or more, at 28 px by 0.46, at 20 px by 0.3. Other people are not more alike for being small.
        max_yaw_deg: So do faces that are turned further.
        min_sharpness: And blurred ones.
    """

    same: float = 0.5
    different: float = 0.2
    renew_s: float = 5.0
    retry_s: float = 0.2
    patience_s: float = 0.4
    overlap: float = 0.1
    min_height_px: float = 32.0
    max_yaw_deg: float = 35.0
    min_sharpness: float = 0.18


@dataclass(slots=True)
class _Named:
    """What is known of a track."""

    began_s: float
    seen_s: float
    face_id: int = 0
    described_s: float | None = None
    tried_s: float = -np.inf
    is_doubtful: bool = False
    misses: int = 0


@dataclass(slots=True)
class _Person:
    """What somebody looks like."""

    descriptions: list[Floats] = field(default_factory=list)

    def likeness(self, description: Floats) -> float:
        return max((float(each @ description) for each in self.descriptions), default=-1.0)

    def learn(self, description: Floats) -> None:
        """Keep a description; the one that says least beside the others goes when there are too many."""
        self.descriptions.append(description)
        if len(self.descriptions) > MAX_DESCRIPTIONS:
            likeness = np.array(self.descriptions) @ np.array(self.descriptions).T
            np.fill_diagonal(likeness, -1.0)
            del self.descriptions[int(likeness.max(axis=1).argmax())]


class People:
    """Numbers the people of one stream from 1. Used by one thread at a time.

    Args:
        describer: Describes faces; None recognises nobody, and every track is somebody new.
        limits: When two faces are the same person.
    """

    def __init__(self, describer: Describer | None = None, limits: PeopleLimits = PeopleLimits()) -> None:
        self._describer = describer
        self._limits = limits
        self._people: dict[int, _Person] = {}
        self._tracks: dict[int, _Named] = {}
        self._numbers = itertools.count(1)
        self._last_s: float | None = None
        self._overlapping: set[int] = set()

    def name(self, frame: Frame, tracks: Sequence[FaceTrack]) -> list[FaceTrack]:
        """Return the faces of a frame with the numbers of the people.

        A new face that cannot be described yet, and may be somebody from before, is left out for a moment.

        Args:
            frame: The picture; timestamps rise from call to call.
            tracks: Its faces.
        """
        now_s = frame.timestamp_s
        self._note(tracks, now_s)
        if self._describer is not None:
            self._recognise(frame, self._describer, [track for track in tracks if self._is_due(track, now_s)])
        named: list[FaceTrack] = []
        for track in tracks:
            if self._has_number(track, now_s, {each.face_id for each in named}):
                named.append(replace(track, face_id=self._tracks[track.track_id].face_id))
        return named

    def _note(self, tracks: Sequence[FaceTrack], now_s: float) -> None:
        """Meet new tracks, forget old ones, and doubt those that came back or overlap another."""
        present = {track.track_id for track in tracks}
        horizon_s = now_s - 60.0
        self._tracks = {
            key: each for key, each in self._tracks.items() if key in present or each.seen_s > horizon_s
        }
        for track in tracks:
            known = self._tracks.setdefault(track.track_id, _Named(now_s, now_s))
            known.is_doubtful |= self._last_s is not None and known.seen_s < self._last_s
            known.seen_s = now_s
        self._overlapping = {track.track_id for track in _overlapping(tracks, self._limits.overlap)}
        for track_id in self._overlapping:
            self._tracks[track_id].is_doubtful = True
        self._last_s = now_s

    def _is_due(self, track: FaceTrack, now_s: float) -> bool:
        known, limits = self._tracks[track.track_id], self._limits
        if known.face_id and track.track_id in self._overlapping:
            return False  # whose face would it be?
        if known.described_s is None or known.is_doubtful:
            return not known.face_id or now_s - known.tried_s >= limits.retry_s
        return now_s - known.described_s >= limits.renew_s and now_s - known.tried_s >= limits.retry_s

    def _recognise(self, frame: Frame, describer: Describer, tracks: Sequence[FaceTrack]) -> None:
        """Describe what can be described, and say who it is."""
        now_s = frame.timestamp_s
        tracks = [track for track in tracks if self._is_clear(track, frame.size_wh, now_s)]
        if not tracks:
            return
        crops = describer.crops(frame.image, [track.box for track in tracks])
        is_sharp = [
            sharpness_of(crop.mean(axis=2).astype(np.uint8)) >= self._limits.min_sharpness for crop in crops
        ]
        for track in tracks:
            self._tracks[track.track_id].tried_s = frame.timestamp_s
        if not any(is_sharp):
            return
        descriptions = describer.describe(crops[is_sharp])
        chosen = [track for track, sharp in zip(tracks, is_sharp, strict=True) if sharp]
        self._decide(list(zip(chosen, descriptions, strict=True)), frame.timestamp_s)

    def _decide(self, described: list[tuple[FaceTrack, Floats]], now_s: float) -> None:
        """Give each described face the most alike person that is free; those who are sure keep theirs."""
        limits = self._limits
        open_tracks = []
        for track, description in described:
            known = self._tracks[track.track_id]
            own = self._people.get(known.face_id)
            if known.described_s is None or own is None or own.likeness(description) < limits.same:
                open_tracks.append((track, description))
            else:
                self._settle(track, known.face_id, description, now_s)
        taken = {each.face_id for each in self._tracks.values() if each.seen_s == now_s and each.face_id}
        taken -= {self._tracks[track.track_id].face_id for track, _ in open_tracks}
        pairs = [
            (person.likeness(description), face_id, index)
            for index, (_, description) in enumerate(open_tracks)
            for face_id, person in self._people.items()
        ]
        left = set(range(len(open_tracks)))
        for likeness, face_id, index in sorted(pairs, reverse=True):
            if likeness < limits.same or face_id in taken or index not in left:
                continue
            self._settle(open_tracks[index][0], face_id, open_tracks[index][1], now_s)
            taken.add(face_id)
            left.discard(index)
        for index in sorted(left):
            self._keep_or_part(*open_tracks[index], taken, now_s)

    def _keep_or_part(self, track: FaceTrack, description: Floats, taken: set[int], now_s: float) -> None:
        """See to a face that is like nobody: somebody new, or one that was taken for somebody else."""
        known = self._tracks[track.track_id]
        own = self._people.get(known.face_id)
        is_free = known.face_id not in taken
        if known.described_s is not None and own is not None and is_free:
            if own.likeness(description) >= self._limits.different:
                known.is_doubtful = False
                known.described_s = now_s
                return
            known.misses += 1
            if known.misses < 2:
                return  # a single look may be of a bad moment
        if not known.face_id or not is_free or own is not None:
            known.face_id = next(self._numbers)
        self._settle(track, known.face_id, description, now_s)
        taken.add(known.face_id)

    def _settle(self, track: FaceTrack, face_id: int, description: Floats, now_s: float) -> None:
        known = self._tracks[track.track_id]
        known.face_id, known.described_s, known.is_doubtful, known.misses = face_id, now_s, False, 0
        if face_id not in self._people and len(self._people) >= MAX_PEOPLE:
            del self._people[next(iter(self._people))]
        # The one seen last stands last.
        person = self._people.pop(face_id, _Person())
        person.learn(description)
        self._people[face_id] = person

    def _is_clear(self, track: FaceTrack, size_wh: tuple[int, int], now_s: float) -> bool:
        """Whether a face shows enough of itself to be described.

        Somebody who comes in over the border is described once all of the face is there: a part is less alike.
        """
        limits, condition = self._limits, track.condition or Condition()
        known = self._tracks[track.track_id]
        visible = WHOLE if self._waits(known, now_s) else PART
        yaw_deg, roll_deg = pose_of(track.box)
        return (
            track.box.height_px >= limits.min_height_px
            and abs(yaw_deg) <= limits.max_yaw_deg
            and abs(roll_deg) <= 90.0
            and visible_share(track.box, size_wh) >= visible
            and max(condition.eyes_covered, condition.mouth_covered, condition.upside_down) < 0.5
        )

    def _has_number(self, track: FaceTrack, now_s: float, taken: Collection[int]) -> bool:
        """Whether a face can be shown: it has a number by now, one that no other face of the frame has."""
        known = self._tracks[track.track_id]
        if known.face_id and known.face_id not in taken:
            return True
        if self._waits(known, now_s):
            return False
        known.face_id, known.described_s = next(self._numbers), None
        return True

    def _waits(self, known: _Named, now_s: float) -> bool:
        """Whether a face goes without a number for a moment, since it may be somebody who is not in view."""
        visible = {each.face_id for each in self._tracks.values() if each.seen_s == now_s}
        may_be_known = not known.face_id and any(face_id not in visible for face_id in self._people)
        return may_be_known and now_s - known.began_s < self._limits.patience_s


def _overlapping(tracks: Sequence[FaceTrack], limit: float) -> list[FaceTrack]:
    if len(tracks) < 2:
        return []
    boxes = np.array([track.box.xyxy for track in tracks])
    overlap = iou_matrix(boxes, boxes)
    np.fill_diagonal(overlap, 0.0)
    return [track for track, most in zip(tracks, overlap.max(axis=1), strict=True) if most > limit]
