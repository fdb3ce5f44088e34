"""The points of a sweep."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from mien_models.data import DataError

MAX_POINTS = 1_000

FAMILY = ("cnn-c", "cnn-c-inception")
AUGMENTS = ("none", "geometric", "full")


@dataclass(frozen=True, slots=True)
class Point:
    """One member of cnn-c's family.

    Attributes:
        stages: Convolutions, each with a pooling; 2 to 5.
        kernels: Of each convolution.
        dense_layers: Before the last; 1 to 4.
        neurons: Of each dense layer.
        architecture: Of the family; empty takes the sweep's.
        rate: Highest learning rate; 0 takes the sweep's.
        batch: Faces a step; 0 takes the sweep's.
        augment: How pictures are changed; empty takes the sweep's.
    """

    stages: int
    kernels: int
    dense_layers: int
    neurons: int
    architecture: str = ""
    rate: float = 0.0
    batch: int = 0
    augment: str = ""

    @property
    def name(self) -> str:
        """A short name, fit for a folder."""
        training = (
            self.architecture,
            f"r{self.rate:g}" if self.rate else "",
            f"b{self.batch}" if self.batch else "",
            self.augment,
        )
        size = f"s{self.stages}-k{self.kernels}-d{self.dense_layers}-n{self.neurons}"
        return "-".join(filter(None, (size, *training)))

    def options(self) -> dict[str, int]:
        """Return what the architecture's `build` takes."""
        return {
            "stages": self.stages,
            "kernels": self.kernels,
            "dense_layers": self.dense_layers,
            "neurons": self.neurons,
        }


def with_training(
    points: Sequence[Point],
    architectures: Sequence[str],
    rates: Sequence[float],
    batches: Sequence[int],
    augments: Sequence[str],
) -> list[Point]:
    """Return every point in every way of training; an axis with one value, or none, does not enter names.

    Raises:
        DataError: There are too many to train.
    """
    named = [*architectures] if len(architectures) > 1 else [""]
    ways = [
        replace(one, architecture=name, rate=rate, batch=batch, augment=augment)
        for one, name, rate, batch, augment in product(
            points, named, [*rates] or [0.0], [*batches] or [0], [*augments] or [""]
        )
    ]
    return checked(ways)


def checked(points: list[Point]) -> list[Point]:
    """Return the points, if they are not too many."""
    if len(points) > MAX_POINTS:
        raise DataError(f"the sweep has {len(points):,} points; give fewer numbers, {MAX_POINTS:,} at most")
    return points


def drawn(points: list[Point], count: int, seed: int) -> list[Point]:
    """Return at most `count` points, drawn at random, in their order; all where it is 0."""
    if not 0 < count < len(points):
        return points
    rows = np.sort(np.random.default_rng(seed).permutation(len(points))[:count])
    return [points[row] for row in rows]


def parse_rates(text: str) -> tuple[float, ...]:
    """Read `1e-3,3e-4`; empty gives none.

    Raises:
        DataError: One is no rate.
    """
    try:
        rates = tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        rates = (0.0,)
    if not all(0 < rate <= 1 for rate in rates):
        raise DataError(f"--rates {text}: expected numbers above 0 such as 1e-3,3e-4")
    return rates


def parse_names(text: str, option: str, known: Sequence[str]) -> tuple[str, ...]:
    """Read `none,geometric`; empty gives none.

    Raises:
        DataError: One is unknown.
    """
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if odd := [name for name in names if name not in known]:
        raise DataError(f"{option} {', '.join(odd)}: known are {', '.join(known)}")
    return names


def least_kernels(architecture_id: str) -> int:
    """Return the fewest kernels of a convolution: an inception module shares them out by sixteenths."""
    return 16 if architecture_id == "cnn-c-inception" else 8


def parse_numbers(text: str, option: str, low: int, high: int) -> tuple[int, ...]:
    """Read `2,3,4` or `2-5`.

    Raises:
        DataError: It is neither, or a number lies outside low to high.
    """
    try:
        first, dash, last = text.partition("-")
        numbers = range(int(first), int(last) + 1) if dash else [int(part) for part in text.split(",")]
    except ValueError as error:
        raise DataError(f"{option} {text}: expected numbers such as 2,3,4 or 2-5") from error
    if not numbers or min(numbers) < low or max(numbers) > high:
        raise DataError(f"{option} {text}: expected numbers from {low} to {high}")
    return tuple(sorted(set(numbers)))


def grid(
    stages: tuple[int, ...], kernels: tuple[int, ...], dense_layers: tuple[int, ...], neurons: tuple[int, ...]
) -> list[Point]:
    """Return every combination.

    Raises:
        DataError: There are too many to train.
    """
    return checked([Point(*values) for values in product(stages, kernels, dense_layers, neurons)])
