"""Sweeping over the sizes of cnn-c."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mien_models.data import DataError
from mien_models.sweep.grid import (
    AUGMENTS,
    Point,
    drawn,
    grid,
    least_kernels,
    parse_names,
    parse_numbers,
    parse_rates,
    with_training,
)


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


def test_ways_of_training_multiply_and_name_what_differs() -> None:
    sizes = grid((2,), (16,), (1,), (16,))
    assert [point.name for point in with_training(sizes, ("cnn-c",), (), (), ())] == ["s2-k16-d1-n16"]
    ways = with_training(sizes, ("cnn-c", "cnn-c-inception"), (1e-3, 3e-4), (), ("none", "geometric"))
    assert len({point.name for point in ways}) == 8
    assert ways[0].name == "s2-k16-d1-n16-cnn-c-r0.001-none"
    assert drawn(ways, 3, 0) == drawn(ways, 3, 0)
    assert len(drawn(ways, 3, 0)) == 3
    for text in ("0", "a", "-1"):
        with pytest.raises(DataError, match="--rates"):
            parse_rates(text)
    with pytest.raises(DataError, match="--augments blur: known are none, geometric, full"):
        parse_names("none,blur", "--augments", AUGMENTS)


def test_each_rung_keeps_one_in_so_many_and_trains_it_so_many_times_longer() -> None:
    pytest.importorskip("torch", reason="torch, of the extra train, is not installed")
    from mien_models.sweep.halving import Halving
    from mien_models.training.course import Course

    halving = Halving(3, 3, 2)
    assert [course.epochs for course in halving.courses(Course(epochs=27))] == [3, 9, 27]
    assert [course.steps for course in halving.courses(Course(steps=90))] == [10, 30, 90]
    losses = {"a": 2.0, "b": 1.0, "c": float("nan"), "d": 1.5, "e": 3.0, "f": 1.2, "g": 9.0}
    assert halving.survivors(losses) == ["b", "f", "d"]
    with pytest.raises(DataError, match="--rungs"):
        Halving(rungs=9)


def test_halving_trains_the_best_longest_with_seeds_and_leaves_out_what_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="torch, of the extra train, is not installed")
    from mien_models.sweep import run as module
    from mien_models.sweep.halving import Halving
    from mien_models.training.course import Course
    from mien_models.training.learner import Order
    from mien_models.training.run import Training

    asked: list[tuple[str, int, int]] = []

    def train(run: Training) -> dict[str, Any]:
        options, seed = run.order.options, run.course.seed
        if options["kernels"] == 99:
            raise DataError("cannot be built")
        asked.append((run.out.relative_to(tmp_path).as_posix(), run.course.epochs, seed))
        best = {
            "held_out_loss": 1.0 / options["kernels"],
            "held_out_accuracy": 0.5 + 0.1 * seed,
            "train_loss": 1.0,
        }
        best |= {"train_accuracy": 0.5}
        result = {"best": best, "parameters": options["kernels"], "passes": 1.0, "minutes": 2.0}
        run.out.mkdir(parents=True)
        (run.out / "result.json").write_text(json.dumps(result))
        return result

    monkeypatch.setattr(module, "train", train)
    base = Training(Order("cnn-c", ("neutral",)), tmp_path, tmp_path, Course(epochs=6))
    points = [Point(2, kernels, 1, 8) for kernels in (8, 16, 32, 99)]
    rows = module.sweep(points, base, Halving(2, 3, 2))
    assert [(row["kernels"], row["rung"], row["seeds"]) for row in rows] == [(32, 2, 2), (16, 1, 1), (8, 1, 1)]
    assert rows[0]["accuracy_sd"] == pytest.approx(0.0707, abs=1e-4)
    assert rows[0]["minutes"] == 4.0
    assert asked[3:] == [("s2-k32-d1-n8/rung-2", 6, 0), ("s2-k32-d1-n8/rung-2-seed-1", 6, 1)]
    assert {epochs for _, epochs, _ in asked[:3]} == {2}
    before = len(asked)
    assert module.sweep(points, base, Halving(2, 3, 2)) == rows
    assert len(asked) == before
    with ThreadPoolExecutor(2) as executor:
        again = module.sweep([Point(3, 8, 1, 8), Point(3, 16, 1, 8)], base, Halving(), executor)
    assert [row["kernels"] for row in again] == [16, 8]
    with pytest.raises(DataError, match="no point of the sweep could be trained: cannot be built"):
        module.sweep([Point(2, 99, 1, 8)], base)
    assert "accuracy sd" in module.as_markdown(rows)
    assert "accuracy sd" not in module.as_markdown(again)
