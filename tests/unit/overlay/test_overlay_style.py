"""Colours and sizes."""

from itertools import combinations

import cv2
import numpy as np
import pytest

from app.core.emotion import EXPRESSIONS
from app.overlay.style import (
    COLOURS,
    MIN_TEXT_PX,
    PLATE,
    UNCERTAIN,
    bgr,
    colour_of,
    in_order,
    initials_of,
    sizes_for,
    text_px_for,
)

LEAST_DISTANCE = 14.0
"""In CIELAB."""

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
DEFICIENCIES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lab(hex_colour: str, matrix: list[list[float]] | None) -> np.ndarray:
    rgb = np.array(bgr(hex_colour)[::-1]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    if matrix is not None:
        linear = np.clip(np.array(matrix) @ linear, 0, 1)
    return cv2.cvtColor(linear.astype(np.float32).reshape(1, 1, 3), cv2.COLOR_LRGB2Lab)[0, 0]


@pytest.mark.parametrize("colour", COLOURS.values())
def test_dark_text_can_be_read_on_every_colour(colour: str) -> None:
    def luminance(hex_colour: str) -> float:
        rgb = np.array(bgr(hex_colour)[::-1]) / 255
        return float(
            np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]
        )

    assert (luminance(colour) + 0.05) / (luminance(PLATE) + 0.05) >= 4


@pytest.mark.parametrize("kind", [None, *DEFICIENCIES])
def test_colours_differ_for_everybody(kind: str | None) -> None:
    seen = {name: lab(colour, DEFICIENCIES[kind] if kind else None) for name, colour in COLOURS.items()}
    distances = {(a, b): float(np.linalg.norm(seen[a] - seen[b])) for a, b in combinations(seen, 2)}
    closest = min(distances, key=distances.__getitem__)
    assert distances[closest] >= LEAST_DISTANCE, (closest, distances[closest])


def test_every_expression_has_a_colour_and_letters_of_its_own() -> None:
    assert set(COLOURS) == set(EXPRESSIONS)
    assert len(set(COLOURS.values())) == len(EXPRESSIONS)
    assert len({initials_of(label) for label in EXPRESSIONS}) == len(EXPRESSIONS)
    assert colour_of("Happy") == COLOURS["happiness"]
    assert colour_of(UNCERTAIN) not in COLOURS.values()
    assert colour_of("bored") == colour_of("bored")


def test_bgr_is_blue_first() -> None:
    assert bgr("#010203") == (3, 2, 1)


def test_labels_are_shown_in_the_order_of_expressions() -> None:
    labels = ("bored", "Fear", "happy", "neutral")
    assert [labels[i] for i in in_order(labels)] == ["neutral", "happy", "Fear", "bored"]


@pytest.mark.parametrize("picture_px", [1, 240, 720, 2160])
def test_text_is_never_too_small(picture_px: int) -> None:
    for face_px in (1, 50, 500, 5000):
        size = text_px_for(face_px, picture_px)
        assert size >= MIN_TEXT_PX
        assert sizes_for(size).small >= MIN_TEXT_PX
        assert size <= max(MIN_TEXT_PX, picture_px / 20)


def test_the_size_does_not_follow_every_pixel() -> None:
    size = text_px_for(240, 720)
    assert {text_px_for(240 + change, 720, size) for change in range(-12, 13)} == {size}
    assert text_px_for(320, 720, size) > size
