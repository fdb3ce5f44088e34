"""The stack of all probabilities beside a face: a column for each network that reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

import numpy as np

from mien.core.arrays import Image
from mien.core.emotion import UNCERTAIN, Emotion
from mien.core.face import ShownReading
from mien.core.wording import in_order, initials_of, name_of
from mien.overlay.stamp import Canvas, Stamp, blend, plate_canvas, rounded_mask
from mien.overlay.style import LINE, QUIET_TEXT, Sizes, bgr, colour_of
from mien.overlay.text import centre_offset_px, shortened, text_mask, text_width_px

MAX_ROWS: Final = 12


class StackForm(IntEnum):
    """What stands beside each bar."""

    WORDS = 0
    INITIALS = 1


@dataclass(frozen=True, slots=True)
class StackShape:
    """What a stack looks like before its bars are filled.

    Attributes:
        columns: The labels of each network, in the order of its outputs.
        titles: The networks' names, shown where there are two.
    """

    columns: tuple[tuple[str, ...], ...]
    titles: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels once, in the order in which they are always shown, as many as there are rows."""
        known = tuple(dict.fromkeys(label for column in self.columns for label in column))
        return tuple(known[index] for index in in_order(known)[:MAX_ROWS])


def shape_of(reading: ShownReading, models: tuple[str, str | None]) -> StackShape:
    """Return the stack of a reading, read by one or two networks of these names."""
    if reading.other is None:
        return StackShape((reading.emotion.labels,))
    return StackShape((reading.emotion.labels, reading.other.emotion.labels), (models[0], models[1] or "second"))


def stack_size_wh(shape: StackShape, form: StackForm, sizes: Sizes) -> tuple[int, int]:
    """Return a stack's width and height in pixels."""
    return _plate(shape, form, sizes).size_wh


def draw_stack(
    picture: Image,
    x: int,
    y: int,
    shape: StackShape,
    emotions: Sequence[tuple[Emotion, bool]],
    form: StackForm,
    sizes: Sizes,
) -> None:
    """Draw the probabilities as bars, in place, in the order in which they are always shown.

    Args:
        picture: (H, W, 3) uint8 BGR.
        x: Column of the stack's left edge.
        y: Row of its top edge.
        shape: What the stack looks like.
        emotions: What to show in each column, and whether it is certain: its bars then have colours; gray
            otherwise.
        form: What stands beside each bar.
        sizes: Of this face's overlay.
    """
    blend(picture, _plate(shape, form, sizes), x, y)
    length, thickness = _bar_wh(sizes)
    rows = {label: row for row, label in enumerate(shape.labels)}
    for column, (emotion, certain) in enumerate(emotions):
        if not emotion.is_known:
            continue
        left = x + _column_x(shape, form, sizes, column)
        for label, probability in zip(emotion.labels, emotion.probabilities, strict=True):
            filled = round(length * min(max(float(probability), 0.0), 1.0))
            if filled == 0 or label not in rows:
                continue
            top = y + _row_top(shape, sizes, rows[label]) + (_row_px(sizes) - thickness) // 2
            blend(picture, _bar(filled, length, thickness, colour_of(label if certain else UNCERTAIN)), left, top)


def _row_px(sizes: Sizes) -> int:
    return round(1.36 * sizes.small)


def _row_top(shape: StackShape, sizes: Sizes, row: int) -> int:
    """Return where a row begins; titles take a row above the first."""
    return sizes.pad // 2 + (row + bool(shape.titles)) * _row_px(sizes)


def _bar_wh(sizes: Sizes) -> tuple[int, int]:
    return 4 * sizes.small, max(4, round(0.42 * sizes.small))


def _column_x(shape: StackShape, form: StackForm, sizes: Sizes, column: int) -> int:
    """Return where a column's bars begin."""
    step = _bar_wh(sizes)[0] + sizes.gap + sizes.pad // 2
    return sizes.pad + _text_px(shape.labels, form, sizes) + sizes.gap + column * step


def _text(label: str, form: StackForm) -> str:
    return name_of(label) if form is StackForm.WORDS else initials_of(label)


@lru_cache(128)
def _text_px(labels: tuple[str, ...], form: StackForm, sizes: Sizes) -> int:
    return max(text_width_px(_text(label, form), sizes.small) for label in labels)


@lru_cache(128)
def _plate(shape: StackShape, form: StackForm, sizes: Sizes) -> Stamp:
    """Return the stack without its bars."""
    labels, row_px, (length, thickness) = shape.labels, _row_px(sizes), _bar_wh(sizes)
    right = _column_x(shape, form, sizes, len(shape.columns) - 1) + length
    canvas = plate_canvas(right + sizes.pad, _row_top(shape, sizes, len(labels)) + sizes.pad // 2, sizes.radius)
    for column, title in enumerate(shape.titles):
        _lay_text(
            canvas, shortened(title, length, sizes.small), _column_x(shape, form, sizes, column), 0, shape, sizes
        )
    groove = rounded_mask(length, thickness, thickness // 2)
    for row, label in enumerate(labels):
        _lay_text(canvas, _text(label, form), sizes.pad, row + bool(shape.titles), shape, sizes)
        for column, known in enumerate(shape.columns):
            if label in known:
                top = _row_top(shape, sizes, row) + (row_px - thickness) // 2
                canvas.lay(groove, _column_x(shape, form, sizes, column), top, bgr(LINE), 0.55)
    return canvas.stamp()


def _lay_text(canvas: Canvas, text: str, x: int, row: int, shape: StackShape, sizes: Sizes) -> None:
    """Lay quiet text in a row, titles counted."""
    middle = sizes.pad // 2 + row * _row_px(sizes) + _row_px(sizes) // 2
    canvas.lay(text_mask(text, sizes.small), x, max(middle - centre_offset_px(sizes.small), 0), bgr(QUIET_TEXT))


@lru_cache(2048)
def _bar(filled_px: int, length_px: int, thickness_px: int, colour: str) -> Stamp:
    """Return the filled part of a groove of ``length_px``: what is shorter than its round end is cut out of it."""
    radius = thickness_px // 2
    mask = rounded_mask(length_px, thickness_px, radius)[:, :filled_px]
    if filled_px >= thickness_px:
        mask = np.minimum(mask, rounded_mask(filled_px, thickness_px, radius))
    canvas = Canvas(filled_px, thickness_px)
    canvas.lay(mask, 0, 0, bgr(colour))
    return canvas.stamp()
