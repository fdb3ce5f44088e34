"""Colours and sizes."""

from itertools import combinations

import pytest

from mien.core.emotion import EXPRESSIONS, UNCERTAIN
from mien.core.wording import in_order, initials_of
from mien.overlay.style import COLOURS, MIN_TEXT_PX, PLATE, bgr, colour_of, sizes_for, text_px_for
from tests.colour_vision import DEFICIENCIES, contrast, distance

LEAST_DISTANCE = 14.0
"""In CIELAB."""


@pytest.mark.parametrize("colour", COLOURS.values())
def test_dark_text_can_be_read_on_every_colour(colour: str) -> None:
    assert contrast(colour, PLATE) >= 4


@pytest.mark.parametrize("kind", [None, *DEFICIENCIES])
def test_colours_differ_for_everybody(kind: str | None) -> None:
    distances = {(a, b): distance(COLOURS[a], COLOURS[b], kind) for a, b in combinations(COLOURS, 2)}
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
