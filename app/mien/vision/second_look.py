"""A second, closer look where the first one is not sure: finds small faces, and unmasks what is no face.

The detector's network sees a picture at 192x192 pixels. A face of 60 px in a 720p frame is 9 px there: found with
a low score or not at all, while lettering scores as high. Cut out with its surroundings, the same face scores
above 0.65 and the lettering below 0.58 (measured: 13 faces at 20 to 80 px, 92 false alarms in a cartoon). So:

- what the first look is sure of stands;
- what it half sees is looked at again in a crop of four times its size, one new place a frame;
- now and then a tile of a large picture is searched for faces that the first look cannot see at all;
- a small face that was found so is looked for around the same place in the next frames, two places a frame.

On the first frame, and after a pause, all is looked at at once, so that a single picture gives all its faces.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mien.core.arrays import Image
from mien.core.face import FaceBox
from mien.vision.detector import FIRM_SCORE
from mien.vision.plausibility import is_plausible

Look = Callable[[Image], list[FaceBox]]
"""Finds the faces of a picture, boxes in its pixels, down to low scores."""

Region = tuple[int, int, int, int]
"""Left, top, right, bottom in whole pixels of the picture."""

SURE_SCORE: Final = 0.75
"""From here a first look stands; false alarms reached 0.70."""

DOUBT_SCORE: Final = 0.5
"""From here a place is worth a closer look."""

CLOSER: Final = 4.0
"""Side of the closer look at a doubtful place, in sides of the box."""

AROUND: Final = 8.0
"""Side of the look for a face found before: wider, so that one look finds its neighbours again as well."""

LOOK_SIDE_PX: Final = 640
"""Larger pictures are shrunk to this before the network sees them, and searched in tiles of this side."""

TILES_PER_S: Final = 2.0
"""A 720p frame has six tiles: it is searched within three seconds, for 8 % more looks at 25 frames a second."""

PAUSE_S: Final = 1.0
REMEMBERED_S: Final = 0.5
PLACES_PER_FRAME: Final = 2
MAX_LOOKS: Final = 32


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Where a small face was found, and when."""

    box: FaceBox
    seen_s: float


class SecondLook:
    """Finds the faces of one stream of pictures with a network that looks once or more at each.

    Args:
        look: The network.
    """

    def __init__(self, look: Look) -> None:
        self._look = look
        self._places: list[_Place] = []
        self._tiles: Iterator[Region] = iter(())
        self._tiles_due = 0.0
        self._last_s = -math.inf
        self._turn = 0

    def find(self, image: Image, timestamp_s: float) -> list[FaceBox]:
        """Return the faces of a picture.

        Those that no closer look has confirmed score below ``FIRM_SCORE``.

        Args:
            image: (H, W, 3) uint8 BGR.
            timestamp_s: Rising from call to call.
        """
        elapsed_s = timestamp_s - self._last_s
        self._last_s = timestamp_s
        is_fresh = not 0.0 <= elapsed_s < PAUSE_S
        if is_fresh:
            self._places.clear()
        height, width = image.shape[:2]
        whole = self._look_at(image, (0, 0, width, height))
        tiles = [
            box
            for tile in self._due_tiles((width, height), elapsed_s, is_fresh)
            for box in self._look_at(image, tile)
        ]
        faces = [box for box in whole if box.score >= SURE_SCORE]
        small = _distinct([box for box in tiles if box.score >= SURE_SCORE], faces)
        doubts = _distinct([box for box in (*whole, *tiles) if box.score < SURE_SCORE], [*faces, *small])
        closer = self._look_closer(image, doubts, [*faces, *small], is_fresh)
        self._remember([*small, *closer], faces, timestamp_s)
        return _distinct([*faces, *small, *closer, *map(_unconfirmed, doubts)])

    def _look_closer(
        self, image: Image, doubts: list[FaceBox], sure: Sequence[FaceBox], is_fresh: bool
    ) -> list[FaceBox]:
        """Return what closer looks find; takes out of ``doubts`` what they looked at."""
        places = [place.box for place in sorted(self._places, key=lambda place: place.seen_s)]
        new = [box for box in doubts if box.score >= DOUBT_SCORE and not _is_among(box, places)]
        if new and not is_fresh:
            # One a frame, in turns, so that a persistent false alarm does not hide a face.
            self._turn += 1
            new = [new[self._turn % len(new)]]
        known = [box for box in places if not _is_among(box, sure)]
        again = self._look_around(image, known, AROUND, PLACES_PER_FRAME, doubts)
        closer = self._look_around(image, new, CLOSER, MAX_LOOKS, doubts)
        return _distinct([*again, *closer], sure)

    def _look_around(
        self, image: Image, targets: Sequence[FaceBox], sides: float, max_looks: int, doubts: list[FaceBox]
    ) -> list[FaceBox]:
        """Return what looks around the targets find; a target that another's look confirms needs none itself."""
        found: list[FaceBox] = []
        looks = 0
        for target in targets:
            if _is_among(target, [box for box in found if box.score >= FIRM_SCORE]):
                continue
            if looks == max_looks:
                break
            looks += 1
            found += self._look_at(image, _around(target, sides, image.shape[1], image.shape[0]))
            doubts[:] = [box for box in doubts if not _meet(box, target)]
        return found

    def _look_at(self, image: Image, region: Region) -> list[FaceBox]:
        """Return the plausible faces of a region, in pixels of the picture."""
        left, top, right, bottom = region
        part = image[top:bottom, left:right]
        scale = max(part.shape[:2]) / LOOK_SIDE_PX
        if scale > 1.0:
            small_wh = max(round(part.shape[1] / scale), 1), max(round(part.shape[0] / scale), 1)
            part = np.asarray(cv2.resize(part, small_wh, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
        factors = np.array([(right - left) / part.shape[1], (bottom - top) / part.shape[0]])
        boxes = [_moved(box, factors, np.array([left, top])) for box in self._look(part)]
        size_wh = image.shape[1], image.shape[0]
        return [box for box in boxes if is_plausible(box) and not _is_cut(box, region, size_wh)]

    def _due_tiles(self, size_wh: tuple[int, int], elapsed_s: float, is_fresh: bool) -> list[Region]:
        """Return the tiles to search in this frame: all of a fresh picture, else one now and then."""
        tiles = _tiles(size_wh)
        if not tiles or is_fresh:
            self._tiles, self._tiles_due = iter(tiles), 0.0
            return tiles
        self._tiles_due += elapsed_s * TILES_PER_S
        if self._tiles_due < 1.0:
            return []
        self._tiles_due -= 1.0
        tile = next(self._tiles, None)
        if tile is None:
            self._tiles = iter(tiles)
            tile = next(self._tiles)
        return [tile]

    def _remember(self, small: Sequence[FaceBox], faces: Sequence[FaceBox], now_s: float) -> None:
        """Keep the places of small faces for the next frame, those just missed for a moment."""
        seen = [_Place(box, now_s) for box in small if box.score >= FIRM_SCORE]
        firm = [*faces, *(place.box for place in seen)]
        missed = [
            place
            for place in self._places
            if now_s - place.seen_s < REMEMBERED_S and not _is_among(place.box, firm)
        ]
        self._places = [*seen, *missed][:MAX_LOOKS]


def _tiles(size_wh: tuple[int, int]) -> list[Region]:
    """Return overlapping tiles that cover a picture too large for one look, or none."""
    if max(size_wh) <= LOOK_SIDE_PX:
        return []
    columns, rows = (_starts(length) for length in size_wh)
    width, height = size_wh
    return [(x, y, min(x + LOOK_SIDE_PX, width), min(y + LOOK_SIDE_PX, height)) for y in rows for x in columns]


def _starts(length: int) -> list[int]:
    """Return where tiles begin along one side, evenly, overlapping by an eighth or more."""
    if length <= LOOK_SIDE_PX:
        return [0]
    overlap = LOOK_SIDE_PX // 8
    last = math.ceil((length - overlap) / (LOOK_SIDE_PX - overlap)) - 1
    return [index * (length - LOOK_SIDE_PX) // last for index in range(last + 1)]


def _around(box: FaceBox, sides: float, width: int, height: int) -> Region:
    """Return the square of so many sides of a box around it, as far as the picture goes."""
    reach = max(box.width_px, box.height_px) * sides / 2
    x, y = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2
    left, right = _clip(x - reach, x + reach, width)
    top, bottom = _clip(y - reach, y + reach, height)
    return left, top, right, bottom


def _clip(low: float, high: float, limit: int) -> tuple[int, int]:
    start = min(max(int(low), 0), limit - 1)
    return start, max(min(math.ceil(high), limit), start + 1)


def _moved(box: FaceBox, factors: np.ndarray, offset: np.ndarray) -> FaceBox:
    x1, y1, x2, y2 = np.array(box.xyxy) * np.tile(factors, 2) + np.tile(offset, 2)
    landmarks = None if box.landmarks is None else (box.landmarks * factors + offset).astype(np.float32)
    return FaceBox(float(x1), float(y1), float(x2), float(y2), box.score, landmarks)


def _is_cut(box: FaceBox, region: Region, size_wh: tuple[int, int]) -> bool:
    """Return whether a box reaches an edge of its region that is not the picture's: perhaps half a face."""
    left, top, right, bottom = region
    room = 0.05 * max(box.width_px, box.height_px)
    return (
        (left > 0 and box.x1 < left + room)
        or (top > 0 and box.y1 < top + room)
        or (right < size_wh[0] and box.x2 > right - room)
        or (bottom < size_wh[1] and box.y2 > bottom - room)
    )


def _unconfirmed(box: FaceBox) -> FaceBox:
    score = min(box.score, FIRM_SCORE - 0.01)
    return FaceBox(*box.xyxy, score, box.landmarks)


def _meet(first: FaceBox, second: FaceBox) -> bool:
    """Return whether two boxes mean the same face: one covers half of the smaller one."""
    width = min(first.x2, second.x2) - max(first.x1, second.x1)
    height = min(first.y2, second.y2) - max(first.y1, second.y1)
    smaller = min(first.width_px * first.height_px, second.width_px * second.height_px)
    return width > 0 and height > 0 and width * height > 0.5 * smaller


def _is_among(box: FaceBox, others: Sequence[FaceBox]) -> bool:
    return any(_meet(box, other) for other in others)


def _distinct(boxes: Sequence[FaceBox], others: Sequence[FaceBox] = ()) -> list[FaceBox]:
    """Return the best of the boxes that mean the same face, and none that means one of ``others``."""
    kept: list[FaceBox] = []
    for box in sorted(boxes, key=lambda box: -box.score):
        if not _is_among(box, (*others, *kept)):
            kept.append(box)
    return kept
