"""The points of a sweep."""

from dataclasses import dataclass
from itertools import product

from mien_models.data import DataError

MAX_POINTS = 1_000


@dataclass(frozen=True, slots=True)
class Point:
    """One member of cnn-c's family.

    Attributes:
        stages: Convolutions, each with a pooling; 2 to 5.
        kernels: Of each convolution.
        dense_layers: Before the last; 1 to 4.
        neurons: Of each dense layer.
    """

    stages: int
    kernels: int
    dense_layers: int
    neurons: int

    @property
    def name(self) -> str:
        """A short name, fit for a folder."""
        return f"s{self.stages}-k{self.kernels}-d{self.dense_layers}-n{self.neurons}"

    def options(self) -> dict[str, int]:
        """Return what the architecture's `build` takes."""
        return {
            "stages": self.stages,
            "kernels": self.kernels,
            "dense_layers": self.dense_layers,
            "neurons": self.neurons,
        }


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
    points = [Point(*values) for values in product(stages, kernels, dense_layers, neurons)]
    if len(points) > MAX_POINTS:
        raise DataError(f"the sweep has {len(points):,} points; give fewer numbers, {MAX_POINTS:,} at most")
    return points
