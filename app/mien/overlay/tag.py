"""The tag of a face: id or name, the expression, the per cent; or "Uncertain" and why. A line for each network."""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

import numpy as np

from mien.core.arrays import Image
from mien.core.face import Reason, ShownExpression, ShownReading
from mien.core.wording import initials_of, maybe, name_of, percent_of
from mien.overlay.stamp import Canvas, Stamp, blend, hatched_mask, plate_canvas, rounded_mask
from mien.overlay.style import PLATE, QUIET_TEXT, TEXT, Sizes, bgr, colour_of
from mien.overlay.text import Weight, centre_offset_px, shortened, text_mask, text_width_px


class TagForm(IntEnum):
    """How much a tag says, from all to the least."""

    FULL = 0
    SHORT = 1
    NUMBER = 2


_TITLE_EMS: Final = {TagForm.FULL: 9, TagForm.SHORT: 6, TagForm.NUMBER: 4}
"""How wide a name may be, in sizes of the text; of a longer one the beginning is shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one network says.

    Attributes:
        label: The expression, or "uncertain".
        doubt: Why it is withheld, or empty.
        room: The longest text that may come in place of ``doubt`` from frame to frame; the tag has room for it.
        labels: All that could stand there; the tag is as wide as the longest, so that it keeps its width.
        note: "relative" where that is what the reading is, or empty.
    """

    label: str
    doubt: str
    room: str
    labels: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """What stands on a tag.

    Attributes:
        track_id: The face's number.
        title: The number, or the name that somebody gave.
        lines: One for each network.
        percents: Of each line, 0 to 99, or None where the label is withheld.
    """

    track_id: int
    title: str
    lines: tuple[Line, ...]
    percents: tuple[int | None, ...]

    @property
    def label(self) -> str:
        """What the first network says: an expression, or "uncertain"."""
        return self.lines[0].label


def tag_of(reading: ShownReading, name: str = "") -> Tag:
    """Return what stands on the tag of a reading, with the person's name where there is one."""
    said: list[ShownExpression] = [reading] if reading.other is None else [reading, reading.other]
    note = "relative" if reading.is_relative else ""
    lines = tuple(Line(each.label, each.doubt, _room(each), each.emotion.labels, note) for each in said)
    percents = tuple(
        percent_of(each.confidence) if each.usable and each.emotion.is_known else None for each in said
    )
    return Tag(reading.track.face_id, name.strip() or str(reading.track.face_id), lines, percents)


def _room(shown: ShownExpression) -> str:
    if shown.reason is not Reason.LOW_CONFIDENCE:
        return shown.doubt
    return max((maybe(label) for label in shown.emotion.labels), key=len)


def tag_size_wh(tag: Tag, form: TagForm, sizes: Sizes) -> tuple[int, int]:
    """Return a tag's width and height in pixels."""
    return _base(tag.title, tag.lines, form, sizes).size_wh


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
    base = _base(tag.title, tag.lines, form, sizes)
    blend(picture, base, x, y)
    if form is TagForm.NUMBER:
        return
    right = x + base.size_wh[0] - sizes.pad
    for row, percent in enumerate(tag.percents):
        if percent is not None:
            # The figure changes with every frame and the rest seldom: two stamps, each of which is soon cached.
            figure = _figure(f"{percent} %", sizes.text)
            top = y + row * _height_px(sizes) + _text_top(_height_px(sizes), sizes.text)
            blend(picture, figure, right - figure.size_wh[0], top)


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


def _parts(line: Line, form: TagForm, sizes: Sizes) -> tuple[list[tuple[str, Weight, str]], int]:
    """Return the texts after the title, each with weight and colour, and the width they take together."""
    if form is TagForm.NUMBER:
        return [], 0
    figure_px = text_width_px("99 %", sizes.text) + sizes.gap
    notes: list[tuple[str, Weight, str]] = [(line.note, "Medium", QUIET_TEXT)] if line.note else []
    note_px = text_width_px(line.note, sizes.text) + sizes.gap if line.note else 0
    if form is TagForm.SHORT:
        if line.doubt:
            return [*notes, (line.doubt, "Medium", QUIET_TEXT)], note_px + text_width_px(line.room, sizes.text)
        widest = max(text_width_px(initials_of(each), sizes.text, "SemiBold") for each in line.labels)
        return [*notes, (initials_of(line.label), "SemiBold", TEXT)], note_px + widest + figure_px
    name = name_of(line.label)
    if line.doubt:
        width = text_width_px(name, sizes.text, "SemiBold") + sizes.gap + text_width_px(line.room, sizes.text)
        return [*notes, (name, "SemiBold", TEXT), (line.doubt, "Medium", QUIET_TEXT)], note_px + width
    widest = max(text_width_px(name_of(each), sizes.text, "SemiBold") for each in line.labels)
    return [*notes, (name, "SemiBold", TEXT)], note_px + widest + sizes.gap + figure_px


@lru_cache(512)
def _base(title: str, lines: tuple[Line, ...], form: TagForm, sizes: Sizes) -> Stamp:
    """Return the tag without its figures."""
    shown = shortened(title, _TITLE_EMS[form] * sizes.text, sizes.text, "SemiBold")
    head = text_mask(shown, sizes.text, "SemiBold")
    row_px = _height_px(sizes)
    height = row_px * (1 if form is TagForm.NUMBER else len(lines))
    chip_px = max(head.shape[1] + sizes.pad + 2, row_px)
    rows = [_parts(line, form, sizes) for line in lines]
    parts_px = max(width for _, width in rows)
    width = chip_px + (parts_px + sizes.pad + sizes.gap + 1 if parts_px else 0)
    canvas = plate_canvas(width, height, sizes.radius)
    _lay_chip(canvas, lines, rounded_mask(width, height, sizes.radius)[:, :chip_px], sizes)
    ink = TEXT if lines[0].doubt else PLATE
    canvas.lay(head, (chip_px - head.shape[1]) // 2, _text_top(row_px, sizes.text), bgr(ink))
    for row, (parts, _) in enumerate(rows):
        x, top = chip_px + sizes.gap + 1, row * row_px + _text_top(row_px, sizes.text)
        for text, weight, colour in parts:
            mask = text_mask(text, sizes.text, weight)
            canvas.lay(mask, x, top, bgr(colour))
            x += mask.shape[1] + sizes.gap
    return canvas.stamp()


def _lay_chip(canvas: Canvas, lines: tuple[Line, ...], chip: Image, sizes: Sizes) -> None:
    """Lay the field behind the title: a band in the colour of each line, hatched where it is uncertain."""
    height, width = chip.shape
    for row, line in enumerate(lines):
        first, last = height * row // len(lines), height * (row + 1) // len(lines)
        canvas.lay(chip[first:last], 0, first, bgr(colour_of(line.label)))
        if line.doubt:
            stripes = hatched_mask(width, height, max(6, sizes.text // 2))
            canvas.lay(np.minimum(stripes, chip)[first:last], 0, first, bgr(PLATE), 0.4)
