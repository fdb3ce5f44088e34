"""A small head of lines, to show how a real one is turned: x to the right, y down, z away from who looks."""

from typing import Final

import numpy as np
import numpy.typing as npt

Line = npt.NDArray[np.float64]


def _arc(
    middle: tuple[float, float, float], width: float, height: float, start_deg: float, end_deg: float
) -> Line:
    """Return a part of an ellipse that faces who looks: (N, 3)."""
    angles = np.radians(np.linspace(start_deg, end_deg, 25))
    zeros = np.zeros_like(angles)
    return np.asarray(
        np.stack([width * np.cos(angles), height * np.sin(angles), zeros], axis=1) + np.array(middle)
    )


EYES: Final = (np.array([0.32, -0.18, -0.62]), np.array([-0.32, -0.18, -0.62]))
"""Middles of the eyes."""

HEAD_LINES: Final = (
    _arc((0.0, 0.0, 0.0), 0.78, 1.0, 0, 360),  # the outline
    np.array([(0.0, -1.0, 0.0), (0.0, -0.72, -0.5), (0.0, -0.25, -0.7), (0.0, 0.18, -0.95), (0.0, 0.24, -0.7)]),
    *(_arc((float(x), float(y), float(z)), 0.17, 0.08, 0, 360) for x, y, z in EYES),
    *(_arc((float(x), float(y) - 0.14, float(z)), 0.22, 0.1, 200, 340) for x, y, z in EYES),
    _arc((0.0, 0.5, -0.62), 0.26, 0.07, 0, 180),
    np.array([(-0.26, 0.5, -0.62), (0.26, 0.5, -0.62)]),
    np.array([(-0.12, 0.98, -0.1), (0.0, 0.9, -0.5), (0.12, 0.98, -0.1)]),  # the chin
)
"""What is drawn."""
