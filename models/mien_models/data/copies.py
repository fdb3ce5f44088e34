"""Pictures that are nearly the same: a face judged by must not be one that was learned from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE_PX: Final = 20
ALIKE: Final = 0.95
"""Correlation from which two faces are copies: it finds the 22 between the parts of ExpW that are known."""

ROWS_AT_ONCE: Final = 512


def thumbprints(pictures: Iterable[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """Return (N, 400) float32: each picture in gray at 20x20, centred, of length 1."""
    rows = []
    for picture in pictures:
        gray = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        small = np.asarray(cv2.resize(gray, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA), np.float32).ravel()
        centred = small - small.mean()
        rows.append(centred / (np.linalg.norm(centred) + 1e-6))
    return np.asarray(rows, np.float32).reshape(-1, SIDE_PX * SIDE_PX)


def copies_of(
    judged: NDArray[np.float32], learned: NDArray[np.float32], alike: float = ALIKE
) -> NDArray[np.bool_]:
    """Return (N,) bool: which of N thumbprints has a copy among (M, 400) others."""
    found = np.zeros(len(judged), np.bool_)
    if not len(learned):
        return found
    for start in range(0, len(judged), ROWS_AT_ONCE):
        part = judged[start : start + ROWS_AT_ONCE]
        found[start : start + ROWS_AT_ONCE] = (part @ learned.T).max(axis=1) > alike
    return found
