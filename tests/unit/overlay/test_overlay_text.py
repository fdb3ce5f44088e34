"""Text as masks."""

import numpy as np
import pytest

from mien.core.wording import MAX_NAME_CHARACTERS, initials_of, name_of, percent_of
from mien.overlay.text import line_height_px, text_mask, text_width_px


@pytest.mark.parametrize("size_px", [11, 13, 24, 48])
def test_figures_have_one_width(size_px: int) -> None:
    assert len({text_width_px(digit * 8, size_px) for digit in "0123456789"}) == 1


def test_pairs_are_kerned() -> None:
    assert text_width_px("AV" * 4, 40) < text_width_px("A" * 4, 40) + text_width_px("V" * 4, 40) - 8


def test_masks_share_a_height_and_are_anti_aliased() -> None:
    mask = text_mask("Ángström, gÿ", 12)
    assert mask.shape[0] == line_height_px(12) == text_mask(".", 12).shape[0]
    assert mask.max() > 200
    assert len(np.unique(mask)) > 50
    # Neither the accent on the capital nor the tail of the g is cut off.
    assert mask[0].max() < 128
    assert mask[-1].max() < 128


def test_accents_are_drawn() -> None:
    plain, accented = text_mask("e", 24), text_mask("é", 24)
    assert plain.shape == accented.shape
    assert accented[:10].sum() > plain[:10].sum() + 255
    assert (text_mask("e\u0301", 24) == accented).all()


def test_masks_are_cached_and_cannot_be_spoilt() -> None:
    assert text_mask("Fear", 14) is text_mask("Fear", 14)
    with pytest.raises(ValueError, match="read-only"):
        text_mask("Fear", 14)[0, 0] = 1


def test_names_of_labels() -> None:
    assert name_of("happiness") == "Happiness"
    assert name_of("") == "?"
    assert len(name_of("x" * 200)) == MAX_NAME_CHARACTERS
    assert initials_of("surprise") != initials_of("sadness")


def test_certainty_is_never_shown() -> None:
    assert [percent_of(p) for p in (0.0, 0.004, 0.006, 0.5, 0.994, 0.999, 1.0)] == [0, 0, 1, 50, 99, 99, 99]
