"""Dividing a set: every class in the same shares, identical pictures on one side."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mien_models.data.errors import DataError
from mien_models.data.faces import LabelledFaces, Split


def parse_shares(text: str) -> tuple[float, float, float]:
    """Read `80/10/10` (train, val, test) or `90/10` as fractions.

    Raises:
        DataError: It is neither, or does not add up to 100.
    """
    try:
        numbers = [float(part) for part in text.split("/")]
    except ValueError:
        numbers = []
    if len(numbers) == 2:
        numbers.append(0.0)
    if len(numbers) != 3 or min(numbers) < 0 or numbers[0] <= 0 or abs(sum(numbers) - 100) > 1e-6:
        raise DataError(f"--split {text}: expected three shares that add up to 100, such as 80/10/10")
    return numbers[0] / 100, numbers[1] / 100, numbers[2] / 100


def divide(faces: LabelledFaces, shares: Sequence[float], seed: int) -> NDArray[np.int8]:
    """Return a part (N,) of `Split` for each face.

    Faces of one group of the set, such as a person or a film, and otherwise pictures that are identical, go to one
    side as a whole, and count for the class of their first face. Within a class, groups are shuffled and dealt
    out by the shares.

    Args:
        faces: N faces.
        shares: Of train, val and test; they add up to 1.
        seed: Of the shuffling.
    """
    groups: dict[bytes | str, list[int]] = {}
    for index in range(len(faces)):
        name = "" if faces.groups is None else str(faces.groups[index])
        groups.setdefault(name or faces.pictures.digest(index), []).append(index)
    by_class: dict[int, list[list[int]]] = {}
    for group in groups.values():
        by_class.setdefault(int(faces.expression[group[0]]), []).append(group)
    parts = np.full(len(faces), Split.TRAIN, dtype=np.int8)
    generator = np.random.default_rng(seed)
    for _, members in sorted(by_class.items()):
        order = generator.permutation(len(members))
        sizes = np.cumsum([len(members[row]) for row in order])
        # A group's middle decides, so that shares come out right on average however large the groups are.
        middle = (sizes - np.diff(sizes, prepend=0) / 2) / sizes[-1]
        side = np.searchsorted(np.cumsum(shares)[:-1], middle, side="right")
        for row, part in zip(order, side, strict=True):
            parts[members[row]] = part
    return parts
