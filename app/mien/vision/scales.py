"""At which sizes a picture is looked at: the parts of it that the network sees, and how large each is drawn.

The network knows faces of about 25 to 500 px. A picture is therefore looked at whole at a small size, for large
and middle faces, and in parts at larger sizes, for small ones; once it is drawn small amid a margin, for a face
that fills it or is larger than it.
"""

import math
from dataclasses import dataclass
from typing import Final

QUICK_PX: Final = 320
"""Long side of the whole look: a face of a ninth of the picture's width is found (160 of 1280 px), for 5 ms."""

CLOSE_PX: Final = 160
CLOSE_MARGIN: Final = 0.25
"""Long side of the look for a face that fills the picture, and the margin on each side as a part of it."""

STEP: Final = 3.0
"""From one size to the next larger one; the network knows faces over a range of twenty."""

ENLARGED: Final = 1.5
ENLARGED_PX: Final = 1920
"""Single pictures are enlarged so much, at most up to this long side, to find faces of 20 px."""

MOST_PIXELS: Final = 16e6
"""The largest size has no more than this: 48 megapixels take 2 s, and a face of 60 px in them is found."""

LIVE_TILE_PX: Final = 640
STILL_TILE_PX: Final = 1280
"""Longest side of what is looked at in one go: small enough not to be felt in a running stream, large where a
picture may take its time, since tiles overlap."""

TILE_OVERLAP_PX: Final = 160
"""A face that lies on an edge and is larger than the overlap is found at the next smaller size."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a picture that is looked at.

    Attributes:
        left: Its left edge in pixels of the picture; the part may reach beyond the picture.
        top: Its top edge.
        right: Its right edge.
        bottom: Its bottom edge.
        scale: Pixels of the look for one of the picture.
    """

    left: float
    top: float
    right: float
    bottom: float
    scale: float


def quick_part(size_wh: tuple[int, int]) -> Part:
    """Return the whole picture, small."""
    return Part(0, 0, *size_wh, QUICK_PX / max(size_wh))


def close_part(size_wh: tuple[int, int]) -> Part:
    """Return the whole picture, smaller still, with a margin around it."""
    margin = CLOSE_MARGIN * max(size_wh)
    return Part(-margin, -margin, size_wh[0] + margin, size_wh[1] + margin, CLOSE_PX / max(size_wh))


def fine_parts(size_wh: tuple[int, int], *, is_still: bool) -> list[list[Part]]:
    """Return the parts to look at for small faces, a list for each size, from the next after ``quick_part`` on.

    Args:
        size_wh: Of the picture, pixels.
        is_still: For a single picture, which may take its time; a running stream has smaller parts.
    """
    width, height = size_wh
    long_px = max(size_wh)
    finest = max(1.0, min(ENLARGED, ENLARGED_PX / long_px)) if is_still else 1.0
    finest = min(finest, math.sqrt(MOST_PIXELS / (width * height)))
    coarsest = QUICK_PX / long_px
    if finest < ENLARGED * coarsest:
        return []
    steps = math.ceil(round(math.log(finest / coarsest, STEP), 6))
    scales = [coarsest * (finest / coarsest) ** (step / steps) for step in range(1, steps + 1)]
    tile_px = STILL_TILE_PX if is_still else LIVE_TILE_PX
    return [_tiles(size_wh, scale, tile_px) for scale in scales]


def _tiles(size_wh: tuple[int, int], scale: float, tile_px: int) -> list[Part]:
    columns, rows = (_spans(length, tile_px / scale, TILE_OVERLAP_PX / scale) for length in size_wh)
    return [Part(left, top, right, bottom, scale) for top, bottom in rows for left, right in columns]


def _spans(length: float, most: float, overlap: float) -> list[tuple[float, float]]:
    """Return where tiles begin and end along one side: as few as reach, evenly, none longer than it has to be.

    Args:
        length: Of the side.
        most: Of a tile.
        overlap: What neighbouring tiles share at least.
    """
    if length <= most:
        return [(0.0, length)]
    count = math.ceil((length - overlap) / (most - overlap) - 1e-9)
    side = min(math.ceil((length + (count - 1) * overlap) / count), length)
    starts = [math.floor(index * (length - side) / (count - 1)) for index in range(count)]
    return [(start, start + side) for start in starts]
