"""Bands of colours and filled curves as images, made with numpy: shapes by the thousand would be far slower."""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

from mien.overlay.style import UNCERTAIN_COLOUR, colour_of
from mien.timeline.runs import NOBODY, Codes, column_runs

_HATCH_PX: Final = 6
_BASE: Final = 0.25
_WIDE_PX: Final = 6
"""Runs of at least this width get a hairline at their start."""

Colours = npt.NDArray[np.uint32]


def lane_image(labels: Codes, names: tuple[str, ...], height_px: int, ground: str) -> QImage:
    """Return the band of one person.

    Args:
        labels: (W,) index into ``names``, C for uncertain, −1 for nobody.
        names: C labels.
        height_px: In device pixels, as the labels are.
        ground: #RRGGBB of what lies behind, for the hairlines.

    Returns:
        W by ``height_px``, transparent where nobody is there, striped where it is uncertain.
    """
    width = max(len(labels), 1)
    palette = _palette(names)
    row: Colours = palette[np.where(labels == NOBODY, len(names) + 1, labels)]
    pixels: Colours = np.repeat(row[None, :], height_px, axis=0)
    striped = np.flatnonzero(labels == len(names))
    if len(striped):
        phase = (striped[None, :] + np.arange(height_px)[:, None]) % _HATCH_PX
        stripe, base = _argb(UNCERTAIN_COLOUR), _argb(UNCERTAIN_COLOUR, _BASE)
        pixels[:, striped] = np.where(phase < _HATCH_PX // 3, stripe, base)
    starts = [start for start, _, _ in column_runs(labels, _WIDE_PX) if start > 0]
    pixels[:, starts] = _argb(ground)
    return QImage(pixels.data, width, height_px, width * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


def fill_image(values: npt.NDArray[np.float64], height_px: int, ink: str, opacity: float) -> QImage:
    """Return what lies between a curve and its zero line in the middle, in one colour.

    Args:
        values: (W,) from −1, at the bottom, to 1; NaN where there is none.
        height_px: In device pixels, as the values are.
        ink: #RRGGBB.
        opacity: From 0 to 1.
    """
    above = np.linspace(1.0, -1.0, height_px)[:, None]
    known = np.nan_to_num(values)[None, :]
    covered = ((above <= known) & (above >= 0)) | ((above >= known) & (above <= 0))
    pixels: Colours = covered * np.uint32(_argb(ink, opacity))
    width = len(values)
    return QImage(pixels.data, width, height_px, width * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


@lru_cache(16)
def _palette(names: tuple[str, ...]) -> Colours:
    """Return the colours of all labels, and nothing for uncertain, which is striped, and for nobody."""
    return np.array([*(_argb(colour_of(name)) for name in names), 0, 0], np.uint32)


@lru_cache(64)
def _argb(hex_colour: str, alpha: float = 1.0) -> int:
    """Return a colour as Qt's premultiplied 32 bits."""
    value = QColor(hex_colour)
    red, green, blue = (round(part * alpha) for part in (value.red(), value.green(), value.blue()))
    return (round(255 * alpha) << 24) | (red << 16) | (green << 8) | blue
