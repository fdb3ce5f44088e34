"""Weights out of Keras' HDF5 layouts, and into a model, layer by layer.

Two layouts exist. Keras 1 and 2 write groups in the order of the layers, with the attributes `layer_names` and
`weight_names`. Keras 3, and the `.keras` zip of Keras 2.12 to 2.15, write `…/vars/0`, `…/vars/1` under names that
sort by class and number. In both, a layer's arrays come together and layers of one kind come in the order of their
making. So groups of arrays are matched to layers by their shapes: by name where names agree, and in that order
otherwise, as names differ between versions of Keras and between the custom layers that people wrap around the same
network.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mien.errors import UnsupportedCheckpoint

Array = npt.NDArray[Any]
Shapes = tuple[tuple[int, ...], ...]

NOT_WEIGHTS: Final = ("optimizer", "optimizer_weights", "metrics", "loss", "seed_generator")
"""Parts of a path under which training keeps its own numbers."""

ATTENTION_ROLES: Final = {"query": 0, "key": 1, "value": 2}
"""The order in which Keras makes the three projections of an attention layer; names would sort otherwise."""


@dataclass(frozen=True, slots=True)
class WeightGroup:
    """The arrays of one layer, in the order in which Keras lists them."""

    path: str
    arrays: tuple[Array, ...]

    @property
    def shapes(self) -> Shapes:
        """One shape for each array."""
        return tuple(tuple(array.shape) for array in self.arrays)


def read_groups(file: Any) -> list[WeightGroup]:  # noqa: ANN401 - h5py has no types
    """Read the weights of an `h5py.File`, in the order of the layers' making; of either layout."""
    root = file.get("model_weights", file)
    return _legacy_groups(root) if "layer_names" in root.attrs else _variable_groups(root)


def _legacy_groups(root: Any) -> list[WeightGroup]:  # noqa: ANN401
    groups: dict[tuple[str, str], list[Array]] = {}
    for layer in _texts(root, "layer_names"):
        for name in _texts(root[layer], "weight_names"):
            groups.setdefault((layer, name.rpartition("/")[0]), []).append(np.asarray(root[layer][name]))
    return [WeightGroup(path, tuple(arrays)) for (_, path), arrays in groups.items()]


def _texts(group: Any, attribute: str) -> list[str]:  # noqa: ANN401
    """Return an attribute that lists names; Keras splits long lists into `…0`, `…1` and so on."""
    parts = [attribute] if attribute in group.attrs else []
    number = 0
    while not parts or f"{attribute}{number}" in group.attrs:
        if f"{attribute}{number}" not in group.attrs:
            break
        parts.append(f"{attribute}{number}")
        number += 1
    names = [name for part in parts for name in group.attrs[part]]
    return [name.decode() if isinstance(name, bytes) else str(name) for name in names]


def _variable_groups(root: Any) -> list[WeightGroup]:  # noqa: ANN401
    found: list[WeightGroup] = []

    def visit(path: str, item: Any) -> None:  # noqa: ANN401
        parts = path.split("/")
        if parts[-1] != "vars" or not len(item) or any(part in NOT_WEIGHTS for part in parts):
            return
        arrays = tuple(np.asarray(item[key]) for key in sorted(item, key=natural_key))
        found.append(WeightGroup("/".join(parts[:-1]), arrays))

    root.visititems(visit)
    return sorted(found, key=lambda group: natural_key(group.path))


def natural_key(path: str) -> list[tuple[str, int]]:
    """Sort `conv2d` before `conv2d_2` before `conv2d_10`, and query before key before value."""
    key = []
    for part in path.split("/"):
        if role := re.fullmatch(r"_?(query|key|value)(_dense)?", part):
            key.append(("", ATTENTION_ROLES[role[1]]))
        else:
            name = part.rstrip("0123456789")
            key.append((name.rstrip("_"), int(part[len(name) :][:9] or 0)))
    return key


def model_groups(model: Any) -> dict[str, list[Any]]:  # noqa: ANN401 - Keras has no types
    """Return a model's variables by the path of their layer, in the order of the layers' making."""
    groups: dict[str, list[Any]] = {}
    for variable in model.weights:
        groups.setdefault(variable.path.rpartition("/")[0], []).append(variable)
    return groups


def assign(model: Any, groups: Sequence[WeightGroup], origin: str) -> None:  # noqa: ANN401
    """Put weights into a built model.

    Raises:
        UnsupportedCheckpoint: They do not fit it.
    """
    for variables, group in match(model, groups, origin):
        for variable, array in zip(variables, group.arrays, strict=True):
            variable.assign(array)


def match(model: Any, groups: Sequence[WeightGroup], origin: str) -> list[tuple[list[Any], WeightGroup]]:  # noqa: ANN401
    """Pair each layer's variables with their arrays.

    Raises:
        UnsupportedCheckpoint: A layer is left without weights, or weights without a layer.
    """
    wanted: dict[Shapes, dict[str, list[Any]]] = defaultdict(dict)
    for path, variables in model_groups(model).items():
        wanted[tuple(tuple(variable.shape) for variable in variables)][path] = variables
    given: dict[Shapes, list[WeightGroup]] = defaultdict(list)
    for group in groups:
        given[group.shapes].append(group)
    for shapes in [*wanted, *given]:
        if len(wanted[shapes]) != len(given[shapes]):
            raise UnsupportedCheckpoint(
                f"{origin}: holds {len(given[shapes])} layers with weights of {_named(shapes)}, the architecture "
                f"has {len(wanted[shapes])}; name another with --architecture"
            )
    return [pair for shapes, places in wanted.items() for pair in _pairs(places, given[shapes])]


def _pairs(places: dict[str, list[Any]], groups: list[WeightGroup]) -> Iterable[tuple[list[Any], WeightGroup]]:
    """Pair layers of one kind with their weights: by name where the names agree, by order otherwise."""
    by_path = {group.path: group for group in groups}
    if by_path.keys() == places.keys():
        return [(variables, by_path[path]) for path, variables in places.items()]
    return zip(places.values(), groups, strict=True)


def _named(shapes: Shapes) -> str:
    return " and ".join("x".join(map(str, shape)) or "one number" for shape in shapes)


def fingerprint(shapes: Iterable[Shapes]) -> str:
    """Return a short name for a set of layers, whatever their order and their names."""
    text = ";".join(sorted(str(layer) for layer in shapes))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
