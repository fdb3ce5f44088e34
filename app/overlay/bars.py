"""The stack of all probabilities beside a face."""

from enum import IntEnum
from functools import lru_cache
from typing import Final

import numpy as np

from app.core.arrays import Image
from app.core.emotion import Emotion
from app.overlay.stamp import Canvas, Stamp, blend, plate_canvas, rounded_mask
from app.overlay.style import LINE, QUIET_TEXT, UNCERTAIN, Sizes, bgr, colour_of, in_order, initials_of, name_of
from app.overlay.text import centre_offset_px, text_mask, text_width_px

MAX_ROWS: Final = 12


class StackForm(IntEnum):
    """What stands beside each bar."""

    WORDS = 0
    INITIALS = 1


def stack_size_wh(labels: tuple[str, ...], form: StackForm, sizes: Sizes) -> tuple[int, int]:
    """Return a stack's width and height in pixels."""
    return _plate(labels, form, sizes).size_wh


def draw_stack(
    picture: Image, x: int, y: int, emotion: Emotion, form: StackForm, sizes: Sizes, *, certain: bool
) -> None:
    """Draw the probabilities as bars, in place, in the order in which they are always shown.

    Args:
        picture: (H, W, 3) uint8 BGR.
        x: Column of the stack's left edge.
        y: Row of its top edge.
        emotion: What to show.
        form: What stands beside each bar.
        sizes: Of this face's overlay.
        certain: Whether the bars have colours; gray otherwise.
    """
    blend(picture, _plate(emotion.labels, form, sizes), x, y)
    left = x + sizes.pad + _text_px(emotion.labels, form, sizes) + sizes.gap
    length, thickness = _bar_wh(sizes)
    for row, index in enumerate(in_order(emotion.labels)[:MAX_ROWS]):
        filled = round(length * min(max(float(emotion.probabilities[index]), 0.0), 1.0))
        if filled == 0:
            continue
        top = y + sizes.pad // 2 + row * _row_px(sizes) + (_row_px(sizes) - thickness) // 2
        colour = colour_of(emotion.labels[index] if certain else UNCERTAIN)
        blend(picture, _bar(filled, length, thickness, colour), left, top)


def _row_px(sizes: Sizes) -> int:
    return round(1.36 * sizes.small)


def _bar_wh(sizes: Sizes) -> tuple[int, int]:
    return 4 * sizes.small, max(4, round(0.42 * sizes.small))


def _text(label: str, form: StackForm) -> str:
    return name_of(label) if form is StackForm.WORDS else initials_of(label)


@lru_cache(128)
def _text_px(labels: tuple[str, ...], form: StackForm, sizes: Sizes) -> int:
    return max(text_width_px(_text(label, form), sizes.small) for label in labels)


@lru_cache(128)
def _plate(labels: tuple[str, ...], form: StackForm, sizes: Sizes) -> Stamp:
    """Return the stack without its bars."""
    rows = in_order(labels)[:MAX_ROWS]
    text_px, (length, thickness) = _text_px(labels, form, sizes), _bar_wh(sizes)
    left = sizes.pad + text_px + sizes.gap
    row_px = _row_px(sizes)
    canvas = plate_canvas(left + length + sizes.pad, len(rows) * row_px + 2 * (sizes.pad // 2), sizes.radius)
    for row, index in enumerate(rows):
        top = sizes.pad // 2 + row * row_px
        words = text_mask(_text(labels[index], form), sizes.small)
        canvas.lay(words, sizes.pad, max(top + row_px // 2 - centre_offset_px(sizes.small), 0), bgr(QUIET_TEXT))
        groove = rounded_mask(length, thickness, thickness // 2)
        canvas.lay(groove, left, top + (row_px - thickness) // 2, bgr(LINE), 0.55)
    return canvas.stamp()


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
