"""A frame's readings as rows of a table: one for each face, one for a frame without a face."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mien.core.arrays import Floats
from mien.core.emotion import Affect, Emotion
from mien.core.face import FrameResult, ShownReading
from mien.core.face_details import CHANGES, HEAD, TABLE
from mien.core.further_numbers import OWN

Cell = int | float | str | bool | None
Row = tuple[Cell, ...]

_BEFORE: Final = (
    *("frame", "time_s", "face_id", "track_id"),
    *("x1", "y1", "x2", "y2", "face_score", "label", "confidence"),
)
FLAGS: Final = ("usable", "relative")
"""Columns that are true or false in every row: false where there is no face."""

_AFTER: Final = ("valence", "arousal", "quality", "yaw_deg", "roll_deg", "usable", "reason", "relative")


def columns_of(
    labels: Sequence[str],
    other_labels: Sequence[str] = (),
    *,
    has_details: bool = False,
    own: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the names of the columns for a network with these labels, and a second one where it runs.

    The details of faces come behind them, where they are looked at closely, and last the user's own expressions.

    Plain names hold what is shown: smoothed, relative to the neutral face where that was asked for, with the label
    that stood on the picture. Names that begin with ``raw_`` hold what the network read in this very frame.
    """
    columns = (*_BEFORE, *(f"p_{label}" for label in labels), *_AFTER, *_raw_columns(labels), "raw_reason")
    if other_labels:
        others = ("label", "confidence", *(f"p_{label}" for label in other_labels), "valence", "arousal", "reason")
        columns += tuple(f"other_{name}" for name in (*others, *_raw_columns(other_labels)))
    return columns + (TABLE if has_details else ()) + tuple(f"{OWN}{name}" for name in own)


def _raw_columns(labels: Sequence[str]) -> tuple[str, ...]:
    return (*(f"raw_p_{label}" for label in labels), "raw_valence", "raw_arousal")


def rows_of(
    result: FrameResult,
    labels: Sequence[str],
    other_labels: Sequence[str] = (),
    *,
    has_details: bool = False,
    own: Sequence[str] = (),
) -> list[Row]:
    """Return the rows of one frame, cells in the order of ``columns_of``.

    The label is the expression that is named, whether or not it deserves trust: that stands in ``usable`` and
    ``reason``. Times are rounded to microseconds; all that is float32 inside stays exactly that.

    A frame without a face has a row whose cells are empty but for ``FLAGS``.

    Args:
        result: The frame with its readings.
        labels: Those of the columns; one that a reading lacks gives an empty cell.
        other_labels: Those of the second network's columns.
        has_details: Whether there are columns of details.
        own: Names of the user's own expressions.
    """
    head: Row = (result.frame.index, round(result.frame.timestamp_s, 6))
    if not result.readings:
        rest = columns_of(labels, other_labels, has_details=has_details, own=own)[len(head) :]
        return [head + tuple(False if name in FLAGS else None for name in rest)]
    return [
        head
        + _face_cells(reading, labels, other_labels)
        + (_detail_cells(reading) if has_details else ())
        + tuple(_number(reading.own.get(name, np.nan)) for name in own)
        for reading in result.readings
    ]


def shortest(value: float) -> float:
    """Return the float whose shortest decimal text is that of ``value`` as float32: 0.1, not 0.10000000149."""
    return float(str(np.float32(value)))


def _face_cells(reading: ShownReading, labels: Sequence[str], other_labels: Sequence[str]) -> Row:
    box, raw = reading.track.box, reading.raw
    cells: Row = (
        reading.track.face_id,
        reading.track.track_id,
        *map(shortest, box.xyxy),
        shortest(box.score),
        reading.top,
        shortest(reading.confidence),
        *_numbers(reading.emotion, reading.affect, labels),
        shortest(reading.quality.score),
        *(None if angle is None else shortest(angle) for angle in reading.raw.head_turn_deg),
        reading.usable,
        reading.reason,
        reading.is_relative,
        *_numbers(raw.emotion, raw.affect, labels),
        reading.quality.reason,
    )
    return cells + _other_cells(reading, other_labels) if other_labels else cells


def _other_cells(reading: ShownReading, labels: Sequence[str]) -> Row:
    other, raw = reading.other, reading.raw.other
    if other is None or raw is None:
        return (None,) * (2 * len(labels) + 7)
    return (
        other.top,
        shortest(other.confidence),
        *_numbers(other.emotion, other.affect, labels),
        other.reason,
        *_numbers(raw.emotion, raw.affect, labels),
    )


def _detail_cells(reading: ShownReading) -> Row:
    details = reading.raw.details
    values = (None,) * (len(TABLE) - len(CHANGES)) if details is None else _known(details.values[len(HEAD) :])
    return values + ((None,) * len(CHANGES) if reading.changes is None else _known(reading.changes))


def _known(values: Floats) -> Row:
    """Return numbers as cells, empty where one is not known."""
    return tuple(map(_number, values))


def _number(value: float) -> float | None:
    return shortest(value) if value == value else None


def _numbers(emotion: Emotion, affect: Affect | None, labels: Sequence[str]) -> Row:
    """Return probabilities, valence and arousal."""
    chances = dict(zip(emotion.labels, map(shortest, emotion.probabilities), strict=True))
    return (
        *(chances.get(label) for label in labels),
        None if affect is None else shortest(affect.valence),
        None if affect is None else shortest(affect.arousal),
    )
