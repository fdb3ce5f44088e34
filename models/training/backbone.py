"""Published ImageNet weights to begin with: a file, or one that an installed package carries."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

PACKAGE: Final = "package:"


def backbone_file(source: str) -> Path:
    """Return the file that `source` names.

    Args:
        source: A path, or "package:NAME", for the one `.pth` file within that package. The package is not run.

    Raises:
        FileNotFoundError: There is no such file, no such package, or it holds more than one.
    """
    if not source.startswith(PACKAGE):
        path = Path(source)
        if not path.is_file():
            raise FileNotFoundError(f"{path}: no such file of weights")
        return path
    name = source.removeprefix(PACKAGE)
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"{name}: not installed; pip install {name} brings the weights to begin with")
    found = sorted(path for folder in spec.submodule_search_locations for path in Path(folder).rglob("*.pth"))
    if len(found) != 1:
        raise FileNotFoundError(f"{name}: holds {len(found)} files of weights, expected one")
    return found[0]


def read_backbone(source: str) -> Mapping[str, Tensor]:
    """Read weights without running code from the file; `source` as in `backbone_file`."""
    weights: Mapping[str, Tensor] = torch.load(backbone_file(source), map_location="cpu", weights_only=True)
    return weights
