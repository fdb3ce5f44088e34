"""A tenth of a set's groups, such as films or people, kept out of training."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def a_tenth(groups: NDArray[np.str_], seed: int = 1) -> NDArray[np.bool_]:
    """Return (N,) bool: faces of a tenth of the groups, the same ones in training and in judging."""
    names = sorted(set(groups.tolist()), key=lambda name: (len(name), name))
    chosen = np.random.default_rng(seed).permutation(np.array(names))[: max(1, round(len(names) / 10))]
    return np.asarray(np.isin(groups, chosen))
