"""How colours look to people with deficient colour vision, and how far apart they are."""

from typing import Final

import cv2
import numpy as np

DEFICIENCIES: Final = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""What is seen of linear RGB, at full severity: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes: A
Physiologically-based Model for Simulation of Color Vision Deficiency. IEEE Transactions on Visualization and
Computer Graphics 15 (6), 2009, and the tables that go with it."""


def lab(hex_colour: str, kind: str | None = None) -> np.ndarray:
    """Return CIELAB of a colour as somebody with a deficiency sees it, shape (3,); None for normal vision."""
    linear = _linear(hex_colour)
    if kind is not None:
        linear = np.clip(np.array(DEFICIENCIES[kind]) @ linear, 0, 1)
    return cv2.cvtColor(linear.astype(np.float32).reshape(1, 1, 3), cv2.COLOR_LRGB2Lab)[0, 0]


def distance(one: str, other: str, kind: str | None = None) -> float:
    """Return how far apart two colours are in CIELAB; about 2.3 can just be told apart side by side."""
    return float(np.linalg.norm(lab(one, kind) - lab(other, kind)))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    dark, light = sorted(float(_linear(each) @ [0.2126, 0.7152, 0.0722]) for each in (one, other))
    return (light + 0.05) / (dark + 0.05)


def _linear(hex_colour: str) -> np.ndarray:
    rgb = np.array([int(hex_colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
