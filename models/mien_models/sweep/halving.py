"""Successive halving (Jamieson & Talwalkar 2016, arXiv:1502.07943): many points a little, the best of them longer.

Each rung trains anew, a whole cycle of the rate in its own length: a run cut off at its highest rate would say
little of where it would have ended.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mien_models.data import DataError
from mien_models.training.course import Course


@dataclass(frozen=True, slots=True)
class Halving:
    """How points are chosen among.

    Attributes:
        rungs: Rounds; 1 trains every point to its end.
        keep: Of a rung, one point in so many goes on, and is trained so many times longer.
        seeds: How often each point of the last rung is trained, with other first weights and another division.
    """

    rungs: int = 1
    keep: int = 3
    seeds: int = 1

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if not (1 <= self.rungs <= 6 and 2 <= self.keep <= 10 and 1 <= self.seeds <= 20):
            raise DataError("sweep: --rungs is 1 to 6, --keep 2 to 10, --seeds 1 to 20")

    def courses(self, whole: Course) -> list[Course]:
        """Return how long each rung trains, the last one as long as `whole`."""
        shares = [float(self.keep) ** (rung - self.rungs + 1) for rung in range(self.rungs)]
        return [
            replace(
                whole,
                epochs=max(1, round(whole.epochs * share)),
                steps=max(1, round(whole.steps * share)) if whole.steps else 0,
                minutes=whole.minutes * share,
            )
            for share in shares
        ]

    def survivors(self, losses: Mapping[str, float]) -> Sequence[str]:
        """Return the names that go on, best first: of those with a loss that is a number."""
        able = sorted((loss, name) for name, loss in losses.items() if math.isfinite(loss))
        return [name for _, name in able[: max(1, -(-len(losses) // self.keep))]]
