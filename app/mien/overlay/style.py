"""How expressions look, everywhere: one colour each, and the sizes of what is drawn."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mien.core.emotion import UNCERTAIN, canonical_label

Bgr = tuple[int, int, int]

COLOURS: Final = {
    "neutral": "#9AA4B2",
    "happiness": "#F2C14E",
    "surprise": "#4CC9F0",
    "sadness": "#3D6EF8",
    "anger": "#DB3A39",
    "disgust": "#6FA60D",
    "fear": "#867AE2",
    "contempt": "#E08C6F",
}
"""Of each expression, as #RRGGBB. Colour never stands alone: a word or its first letters are beside it.

No two are closer than 14 in CIELAB, also as people with protanopia, deuteranopia or tritanopia see them
(Machado et al. 2009), and dark text on each has a contrast of 4 or more.
"""
UNCERTAIN_COLOUR: Final = "#7B8494"
OTHER_COLOURS: Final = ("#5FB3B3", "#C594C5", "#A3BE8C", "#D08770", "#88A0D0")
"""For labels that Mien does not know."""

PLATE: Final = "#14171C"
PLATE_OPACITY: Final = 0.7
TEXT: Final = "#F1F4F8"
QUIET_TEXT: Final = "#C9D1DC"
LINE: Final = "#5A6577"

MIN_TEXT_PX: Final = 11


def bgr(hex_colour: str) -> Bgr:
    """Return #RRGGBB as blue, green, red, each 0 to 255."""
    return int(hex_colour[5:7], 16), int(hex_colour[3:5], 16), int(hex_colour[1:3], 16)


def colour_of(label: str) -> str:
    """Return an expression's colour as #RRGGBB; a label that Mien does not know gets one of its own."""
    if label == UNCERTAIN:
        return UNCERTAIN_COLOUR
    known = COLOURS.get(canonical_label(label))
    if known is not None:
        return known
    return OTHER_COLOURS[sum(label.encode("utf-8", "replace")) % len(OTHER_COLOURS)]


@dataclass(frozen=True, slots=True)
class Sizes:
    """The lengths of one face's overlay in pixels, all of them from the size of its text."""

    text: int
    small: int
    pad: int
    gap: int
    line: int
    mark: int
    radius: int
    gauge: int


@lru_cache(256)
def sizes_for(text_px: int, least_px: int = MIN_TEXT_PX) -> Sizes:
    """Return the lengths that go with a text of ``text_px`` pixels (one em), none smaller than ``least_px``."""
    small = max(least_px, round(text_px * 0.74))
    return Sizes(
        text=text_px,
        small=small,
        pad=max(5, round(text_px * 0.5)),
        gap=max(4, round(text_px * 0.4)),
        line=max(1, round(text_px / 16)),
        mark=max(2, round(text_px / 8)),
        radius=max(3, round(text_px * 0.32)),
        gauge=max(7, round(text_px * 0.46)),
    )


def text_px_for(
    face_height_px: float, picture_height_px: int, last_px: int | None = None, least_px: int = MIN_TEXT_PX
) -> int:
    """Return the text's size for a face.

    A thirteenth of the face, but at least ``least_px`` and a sixty-fourth of the picture, so that a large picture
    shown small stays legible, and at most a twenty-fifth of the picture.

    Args:
        face_height_px: Of the box.
        picture_height_px: Of the picture.
        last_px: The size in the frame before, kept while the face grows or shrinks little.
        least_px: What can be read; more than 11 on a screen of small pixels.
    """
    low = max(least_px, round(picture_height_px / 64))
    high = max(low, round(picture_height_px / 25))
    wanted = min(max(face_height_px / 13.0, low), high)
    if last_px is not None and low <= last_px <= high and abs(wanted - last_px) <= max(1.0, 0.12 * last_px):
        return last_px
    return round(wanted)
