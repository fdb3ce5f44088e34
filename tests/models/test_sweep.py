"""Sweeping over the sizes of cnn-c."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from mien_models.data import DataError
from mien_models.sweep.grid import Point, grid, least_kernels, parse_numbers


def test_numbers_are_lists_or_ranges_within_bounds() -> None:
    assert parse_numbers("2-5", "--stages", 2, 5) == (2, 3, 4, 5)
    assert parse_numbers("4,2", "--stages", 2, 5) == (2, 4)
    for text in ("1", "2-6", "", "a"):
        with pytest.raises(DataError, match="--stages"):
            parse_numbers(text, "--stages", 2, 5)


def test_the_grid_has_every_combination() -> None:
    points = grid((2, 3), (8,), (1, 4), (16,))
    assert [point.name for point in points] == ["s2-k8-d1-n16", "s2-k8-d4-n16", "s3-k8-d1-n16", "s3-k8-d4-n16"]
    with pytest.raises(DataError, match="points"):
        grid((2,), tuple(range(8, 1009)), (1,), (16,))


def test_an_inception_module_needs_kernels_to_share_out() -> None:
    assert parse_numbers("16", "--kernels", least_kernels("cnn-c-inception"), 1024) == (16,)
    with pytest.raises(DataError, match="--kernels 8: expected numbers from 16"):
        parse_numbers("8", "--kernels", least_kernels("cnn-c-inception"), 1024)


def test_finished_points_are_kept_and_not_trained_again(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch, of the extra train, is not installed")
    pytest.importorskip("keras", reason="Keras, of the extra train, is not installed")
    from mien_models.sweep.run import as_markdown, sweep
    from mien_models.training.course import Course
    from mien_models.training.learner import Order
    from mien_models.training.recipe import labels_for
    from mien_models.training.run import Training

    for label in ("happy", "sad"):
        (tmp_path / "data" / label).mkdir(parents=True)
        for number in range(8):
            face = np.random.default_rng(number).integers(0, 256, (48, 48), dtype=np.uint8)
            cv2.imwrite(str(tmp_path / "data" / label / f"{number}.png"), face)
    base = Training(
        Order("cnn-c", labels_for("cnn-c", 7), device="cpu"),
        tmp_path / "data",
        tmp_path / "out",
        Course(epochs=1, threads=1),
        batch_size=4,
    )
    first = [Point(2, 8, 1, 8)]
    sweep(first, base)
    kept = tmp_path / "out" / "s2-k8-d1-n8" / "result.json"
    before = kept.stat().st_mtime_ns

    rows = sweep([*first, Point(5, 8, 2, 8)], base)

    assert kept.stat().st_mtime_ns == before
    assert {row["stages"] for row in rows} == {2, 5}
    assert all(row["parameters"] > 0 and 0 <= row["held_out_accuracy"] <= 1 for row in rows)
    assert len((tmp_path / "out" / "sweep.csv").read_text().splitlines()) == 3
    assert (tmp_path / "out" / "sweep.png").stat().st_size > 1000
    assert as_markdown(rows).count("\n") == 3
    assert not (tmp_path / "out" / "s2-k8-d1-n8" / "last.pt").exists()
