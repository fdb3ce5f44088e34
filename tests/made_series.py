"""Series of made-up readings whose answers are known by hand."""

from collections.abc import Sequence

import numpy as np

from mien.core.face_series import FaceSeries
from mien.core.series import ReadingSeries

LABELS = ("neutral", "happiness")
UNCERTAIN_CODE = len(LABELS)


def add_rows(
    series: ReadingSeries,
    face_id: int,
    times_s: np.ndarray,
    happy: np.ndarray,
    usable: np.ndarray | None = None,
    frames: np.ndarray | None = None,
) -> None:
    """Add readings of a face: the probability of happiness, valence by sine and arousal by cosine of the time."""
    count = len(times_s)
    usable = np.ones(count, bool) if usable is None else usable
    numbers = np.zeros((count, 9), np.float32)
    numbers[:, :4] = (0, 0, 50, 60)
    numbers[:, 4], numbers[:, 5], numbers[:, 6] = np.sin(times_s), np.cos(times_s), 0.8
    numbers[:, 7], numbers[:, 8] = 1 - happy, happy
    frames = np.round(times_s * 10).astype(np.int64) if frames is None else frames
    reasons = np.where(usable, None, "dark").astype(object)
    series.append_rows(frames, times_s, np.full(count, face_id), np.ones(count, bool), numbers, usable, reasons)


def face_at(times_s: Sequence[float], *, frames: Sequence[int] | None = None, fps: float = 30.0) -> FaceSeries:
    """Return a neutral face that was read at these times of a source of so many frames a second."""
    series = ReadingSeries(LABELS)
    times = np.array(times_s, np.float64)
    indices = np.round(times * fps).astype(np.int64) if frames is None else np.array(frames, np.int64)
    add_rows(series, 1, times, np.zeros(len(times)), frames=indices)
    return series.face(1)
