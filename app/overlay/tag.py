"""The tag of a face: its id, the expression, the per cent; or «Uncertain» and why."""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

import numpy as np

from app.core.arrays import Image
from app.core.face import FaceReading
from app.overlay.stamp import Canvas, Stamp, blend, hatched_mask, plate_canvas, rounded_mask
from app.overlay.style import (
    PLATE,
    QUIET_TEXT,
    TEXT,
    UNCERTAIN,
    Sizes,
    bgr,
    colour_of,
    initials_of,
    name_of,
)
from app.overlay.text import Weight, centre_offset_px, text_mask, text_width_px


class TagForm(IntEnum):
    """How much a tag says, from all to the least."""

    FULL = 0
    SHORT = 1
    NUMBER = 2


@dataclass(frozen=True, slots=True)
class Tag:
    """What stands on a tag.

    Attributes:
        track_id: The face's number.
        label: The expression, or «uncertain».
        percent: 0 to 100, or None where the label is withheld.
        reason: Why it is withheld, or empty.
        labels: All that could stand there; the tag is as wide as the longest, so that it keeps its width.
    """

    track_id: int
    label: str
    percent: int | None
    reason: str
    labels: tuple[str, ...]


def tag_of(reading: FaceReading) -> Tag:
    """Return what stands on the tag of a reading."""
    emotion, reason = reading.emotion, reading.reason
    if reason is not None:
        return Tag(reading.track.track_id, UNCERTAIN, None, reason, emotion.labels)
    return Tag(reading.track.track_id, emotion.label, round(100 * emotion.confidence), "", emotion.labels)


def tag_size_wh(tag: Tag, form: TagForm, sizes: Sizes) -> tuple[int, int]:
    """Return a tag's width and height in pixels."""
    return _base(tag.track_id, tag.label, tag.reason, tag.labels, form, sizes).size_wh


def draw_tag(picture: Image, x: int, y: int, tag: Tag, form: TagForm, sizes: Sizes) -> None:
    """Draw a tag, in place.

    Args:
        picture: (H, W, 3) uint8 BGR.
        x: Column of its left edge.
        y: Row of its top edge.
        tag: What stands on it.
        form: How much of it.
        sizes: Of this face's overlay.
    """
    base = _base(tag.track_id, tag.label, tag.reason, tag.labels, form, sizes)
    blend(picture, base, x, y)
    if tag.percent is not None and form is not TagForm.NUMBER:
        # The figure changes with every frame and the rest seldom: two stamps, each of which is soon cached.
        figure = _figure(f"{tag.percent} %", sizes.text)
        right = x + base.size_wh[0] - sizes.pad
        blend(picture, figure, right - figure.size_wh[0], y + _text_top(base.size_wh[1], sizes.text))


def _height_px(sizes: Sizes) -> int:
    return round(1.55 * sizes.text)


def _text_top(height_px: int, text_px: int) -> int:
    """Return where a mask of text starts so that its capitals stand in the middle of a plate."""
    return round(height_px / 2) - centre_offset_px(text_px)


@lru_cache(512)
def _figure(text: str, text_px: int) -> Stamp:
    mask = text_mask(text, text_px, "Medium")
    canvas = Canvas(mask.shape[1], mask.shape[0])
    canvas.lay(mask, 0, 0, bgr(TEXT))
    return canvas.stamp()


def _parts(
    label: str, reason: str, labels: tuple[str, ...], form: TagForm, sizes: Sizes
) -> tuple[list[tuple[str, Weight, str]], int]:
    """Return the texts after the number, each with weight and colour, and the width they take together."""
    if form is TagForm.NUMBER:
        return [], 0
    figure_px = text_width_px("100 %", sizes.text) + sizes.gap
    if form is TagForm.SHORT:
        if reason:
            return [(reason, "Medium", QUIET_TEXT)], text_width_px(reason, sizes.text)
        widest = max(text_width_px(initials_of(each), sizes.text, "SemiBold") for each in labels)
        return [(initials_of(label), "SemiBold", TEXT)], widest + figure_px
    name = name_of(label)
    if reason:
        width = text_width_px(name, sizes.text, "SemiBold") + sizes.gap + text_width_px(reason, sizes.text)
        return [(name, "SemiBold", TEXT), (reason, "Medium", QUIET_TEXT)], width
    widest = max(text_width_px(name_of(each), sizes.text, "SemiBold") for each in labels)
    return [(name, "SemiBold", TEXT)], widest + sizes.gap + figure_px


@lru_cache(512)
def _base(track_id: int, label: str, reason: str, labels: tuple[str, ...], form: TagForm, sizes: Sizes) -> Stamp:
    """Return the tag without its figure."""
    number = text_mask(str(track_id), sizes.text, "SemiBold")
    height = _height_px(sizes)
    chip_px = max(number.shape[1] + sizes.pad + 2, height)
    parts, parts_px = _parts(label, reason, labels, form, sizes)
    width = chip_px + (parts_px + sizes.pad + sizes.gap + 1 if parts else 0)
    canvas = plate_canvas(width, height, sizes.radius)
    chip = rounded_mask(width, height, sizes.radius)[:, :chip_px]
    canvas.lay(chip, 0, 0, bgr(colour_of(label)))
    if reason:
        stripes = hatched_mask(chip_px, height, max(6, sizes.text // 2))
        canvas.lay(np.minimum(stripes, chip), 0, 0, bgr(PLATE), 0.4)
    top = _text_top(height, sizes.text)
    canvas.lay(number, (chip_px - number.shape[1]) // 2, top, bgr(TEXT if reason else PLATE))
    x = chip_px + sizes.gap + 1
    for text, weight, colour in parts:
        mask = text_mask(text, sizes.text, weight)
        canvas.lay(mask, x, top, bgr(colour))
        x += mask.shape[1] + sizes.gap
    return canvas.stamp()
