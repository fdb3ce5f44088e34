"""The face detector that comes with Mien: one small network, asked at several sizes of the picture.

- In a single picture, in the first one of a stream and after a pause everything is looked at: the whole picture
  small, amid a margin, and in parts at larger sizes, down to faces of 20 px.
- In a running stream the whole picture is looked at small, and now and then one part more that shows anything new.

``look_again`` looks at a crop around each known face: cheap enough for every face of every frame.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Final

import cv2
import numpy as np

from mien.core.arrays import Image
from mien.core.face import FaceBox
from mien.core.frame import Frame
from mien.core.geometry import iou
from mien.inference.detector_session import DetectorSession
from mien.vision.detector import FIRM_SCORE
from mien.vision.face_network import SAME_FACE, FaceNetwork
from mien.vision.part_turns import PartTurns
from mien.vision.scales import QUICK_PX, TILE_OVERLAP_PX, Part, close_part, fine_parts, quick_part

CROP_PX: Final = 96
CROP_SIDES: Final = 1.2
"""The crop around a known face, and its side in longer sides of the face's box: a face of 80 px, seen in 0.8 ms.

A crop of 128 px and 1.5 sides costs almost twice as much and places the points little better: `closer_looks.py` of
the benchmarks compares them. Faces are lost in one of 64 px, and where the face has 64 px, between two anchors."""

STILL_THERE: Final = 0.25
"""What a face in a crop must share with the box that it is looked for in, intersection over union."""

EXTRA_LOOKS_PER_S: Final = 2.0
PAUSE_S: Final = 1.0


class AnchorDetector:
    """Finds the faces of one stream of frames.

    Args:
        session: The network.
        min_score: What scores less is no face.
    """

    def __init__(self, session: DetectorSession, min_score: float) -> None:
        self._network = FaceNetwork(session, min_score)
        self.name = session.manifest.name
        self._last_s = -math.inf
        self._size_wh = (0, 0)
        self._turns: PartTurns | None = None
        self._extra_due = 0.0

    def detect(self, frame: Frame) -> list[FaceBox]:
        """Return the faces of a frame; see ``FaceDetector``."""
        elapsed_s = frame.timestamp_s - self._last_s
        self._last_s = frame.timestamp_s
        is_fresh = frame.size_wh != self._size_wh or not 0.0 <= elapsed_s < PAUSE_S
        if is_fresh or self._turns is None:
            self._size_wh, self._extra_due = frame.size_wh, 0.0
            sizes = [[close_part(frame.size_wh)], *fine_parts(frame.size_wh, is_still=False)]
            self._turns = PartTurns(sizes, frame.image, frame.timestamp_s)
            return self.find_all(frame.image)
        self._extra_due += elapsed_s * EXTRA_LOOKS_PER_S
        seen = self._look_at(frame.image, [quick_part(frame.size_wh)])
        if self._extra_due < 1.0:
            return seen
        self._extra_due -= 1.0
        more = self._turns.choose(frame.image, frame.timestamp_s, seen)
        return seen if more is None else self._look_at(frame.image, [more], seen)

    def go_on(self, now_s: float) -> None:
        """Take the time before the next picture for no pause; see ``KnowsPauses``."""
        self._last_s = max(self._last_s, now_s)

    def find_all(self, image: Image) -> list[FaceBox]:
        """Return the faces of a picture, looked for at all sizes.

        Args:
            image: (H, W, 3) uint8 BGR.
        """
        size_wh = image.shape[1], image.shape[0]
        fine = itertools.chain.from_iterable(fine_parts(size_wh, is_still=True))
        return self._look_at(image, [quick_part(size_wh), close_part(size_wh), *fine])

    def find_close(self, image: Image) -> list[FaceBox]:
        """Return the faces of a picture that is filled by one; otherwise like ``find_all``."""
        size_wh = image.shape[1], image.shape[0]
        return self._look_at(image, [quick_part(size_wh), close_part(size_wh)])

    def look_again(self, image: Image, boxes: Sequence[FaceBox]) -> list[FaceBox | None]:
        """Look for known faces, each in a crop around where it is expected.

        Args:
            image: (H, W, 3) uint8 BGR.
            boxes: Where they are expected, in its pixels.

        Returns:
            For each the face that is there, or None.
        """
        if not boxes:
            return []
        parts = [_around(box) for box in boxes]
        found = self._network.look([_draw(image, part, self._network) for part in parts])
        faces = [seen.placed(part.scale, part.left, part.top) for seen, part in zip(found, parts, strict=True)]
        return [_nearest(box, there) for box, there in zip(boxes, faces, strict=True)]

    def close(self) -> None:
        """Release nothing: ONNX Runtime does so by itself."""

    def _look_at(self, image: Image, parts: Iterable[Part], seen: Sequence[FaceBox] = ()) -> list[FaceBox]:
        """Return the faces that looks at parts of a picture find, beside those seen already.

        Parts come from small to large drawing.
        """
        size_wh = image.shape[1], image.shape[0]
        kept = list(seen)
        for part in parts:
            looked = self._network.look([_draw(image, part, self._network)])[0]
            boxes = looked.placed(part.scale, part.left, part.top)
            boxes = [box for box in boxes if _is_in(box, size_wh) and not _is_cut(box, part, size_wh)]
            most_px = math.inf if part.scale * max(size_wh) <= QUICK_PX else TILE_OVERLAP_PX / part.scale
            kept = _joined(kept, boxes, most_px)
        return kept


def _around(box: FaceBox) -> Part:
    half = max(box.width_px, box.height_px) * CROP_SIDES / 2
    x, y = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2
    return Part(x - half, y - half, x + half, y + half, CROP_PX / (2 * half))


def _draw(image: Image, part: Part, network: FaceNetwork) -> Image:
    """Draw a part of a picture for a look at it; what lies beyond the picture is neutral.

    Returns:
        (H, W, 3) uint8 BGR, its sides multiples of what the network asks for.
    """
    multiple = network.multiple_px
    width, height = (
        max(math.ceil(round(length * part.scale, 3) / multiple), 1) * multiple
        for length in (part.right - part.left, part.bottom - part.top)
    )
    left, right = _whole(part.left, part.right, image.shape[1])
    top, bottom = _whole(part.top, part.bottom, image.shape[0])
    if left >= right or top >= bottom:
        return np.full((height, width, 3), network.fill_bgr, dtype=np.uint8)
    x1, x2 = (round((x - part.left) * part.scale) for x in (left, right))
    y1, y2 = (round((y - part.top) * part.scale) for y in (top, bottom))
    x1, y1 = max(x1, 0), max(y1, 0)
    size_wh = max(min(x2, width) - x1, 1), max(min(y2, height) - y1, 1)
    drawn = _resized(image[top:bottom, left:right], size_wh, part.scale)
    if size_wh == (width, height):
        return drawn
    below, beside = height - y1 - size_wh[1], width - x1 - size_wh[0]
    fill = [int(value) for value in network.fill_bgr]
    framed = cv2.copyMakeBorder(drawn, y1, below, x1, beside, cv2.BORDER_CONSTANT, value=fill)
    return np.asarray(framed, dtype=np.uint8)


def _resized(picture: Image, size_wh: tuple[int, int], scale: float) -> Image:
    """Shrink by halves, which average over all pixels and are fast, and the rest bilinearly."""
    while scale <= 0.5 and min(picture.shape[:2]) > 1:
        half_wh = picture.shape[1] // 2, picture.shape[0] // 2
        even = picture[: 2 * half_wh[1], : 2 * half_wh[0]]
        picture = np.asarray(cv2.resize(even, half_wh, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        scale *= 2
    if size_wh == (picture.shape[1], picture.shape[0]):
        return picture
    return np.asarray(cv2.resize(picture, size_wh, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _whole(low: float, high: float, limit: int) -> tuple[int, int]:
    """Return the whole pixels from low to high, within 0 to limit."""
    return max(round(low), 0), min(round(high), limit)


def _is_in(box: FaceBox, size_wh: tuple[int, int]) -> bool:
    """Return whether the middle of a box lies in the picture, and not in what was put around it."""
    return 0 <= box.x1 + box.x2 <= 2 * size_wh[0] and 0 <= box.y1 + box.y2 <= 2 * size_wh[1]


def _is_cut(box: FaceBox, part: Part, size_wh: tuple[int, int]) -> bool:
    """Return whether a box reaches an edge of its part that is not the picture's: perhaps half a face."""
    room = 0.05 * max(box.width_px, box.height_px)
    return (
        (part.left > 0 and box.x1 < part.left + room)
        or (part.top > 0 and box.y1 < part.top + room)
        or (part.right < size_wh[0] and box.x2 > part.right - room)
        or (part.bottom < size_wh[1] and box.y2 > part.bottom - room)
    )


def _joined(kept: Sequence[FaceBox], boxes: Sequence[FaceBox], most_px: float) -> list[FaceBox]:
    """Return the faces of earlier looks and of one more, drawn larger, each once.

    Of boxes that mean the same face the surest stays. A new box within a firm one is an eye or a mouth of a large
    face, seen from too near; a new one larger than ``most_px`` would have been seen by the earlier looks.
    """
    large = [box for box in kept if box.score >= FIRM_SCORE]
    joined = list(kept)
    for box in boxes:
        same = [other for other in joined if iou(box.xyxy, other.xyxy) > SAME_FACE]
        if any(other.score >= box.score for other in same):
            continue
        is_late = max(box.width_px, box.height_px) > most_px
        if not same and (is_late or _is_within_any(box, large)):
            continue
        joined = [other for other in joined if other not in same] + [box]
    return joined


def _is_within_any(box: FaceBox, others: Sequence[FaceBox]) -> bool:
    """Return whether half of a box or more lies within a larger one."""
    for other in others:
        width = min(box.x2, other.x2) - max(box.x1, other.x1)
        height = min(box.y2, other.y2) - max(box.y1, other.y1)
        area = box.width_px * box.height_px
        if width > 0 and height > 0 and width * height > 0.5 * area and area < other.width_px * other.height_px:
            return True
    return False


def _nearest(box: FaceBox, faces: Sequence[FaceBox]) -> FaceBox | None:
    """Return the face that shares most with a box, or None where none shares enough."""
    shares = [(iou(box.xyxy, face.xyxy), face) for face in faces]
    best = max(shares, key=lambda entry: entry[0], default=None)
    return best[1] if best is not None and best[0] >= STILL_THERE else None
