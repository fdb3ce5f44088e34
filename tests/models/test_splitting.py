"""Dividing a set of faces."""

import numpy as np
import pytest

from mien_models.data import DataError, LabelledFaces, Split
from mien_models.data.pictures import ArrayPictures
from mien_models.data.splitting import divide, parse_shares


def some_faces(count: int, copies: int = 1) -> LabelledFaces:
    pixels = (
        np.random.default_rng(0).integers(0, 256, (count // copies, 8, 8), dtype=np.uint8).repeat(copies, axis=0)
    )
    expression = np.arange(count) // copies % 4
    affect = np.full((count, 2), np.nan, np.float32)
    return LabelledFaces("x", ArrayPictures(pixels), expression, affect, np.full(count, 3, np.int8))


def test_every_class_has_the_same_shares() -> None:
    faces = some_faces(400)
    parts = divide(faces, (0.8, 0.1, 0.1), seed=1)
    for label in range(4):
        counts = np.bincount(parts[faces.expression == label], minlength=3)
        assert counts.tolist() == [80, 10, 10]


def test_identical_pictures_stay_on_one_side() -> None:
    faces = some_faces(600, copies=3)
    parts = divide(faces, (0.5, 0.25, 0.25), seed=1)
    assert (parts.reshape(-1, 3) == parts.reshape(-1, 3)[:, :1]).all()
    assert {int(part) for part in parts} == {Split.TRAIN, Split.VAL, Split.TEST}


def test_the_same_seed_divides_the_same_way_and_another_does_not() -> None:
    faces = some_faces(200)
    first, again, other = (divide(faces, (0.8, 0.1, 0.1), seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_shares_are_read_and_checked() -> None:
    assert parse_shares("80/10/10") == (0.8, 0.1, 0.1)
    assert parse_shares("90/10") == (0.9, 0.1, 0.0)
    for text in ("80", "80/30/10", "a/b", "0/50/50", "120/-10/-10"):
        with pytest.raises(DataError, match="--split"):
            parse_shares(text)
