"""Where the time of a training step goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mien_models.training.speed import Stopwatch, flops_a_face, matmul_peak, share_of_peak
from mien_models.training.trainer import Trainer

WARM_UP: Final = 2
"""Steps that are not timed: memory is prepared in them."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What some steps took.

    Attributes:
        device: Where.
        precision: Of the network's products.
        faces: In all steps.
        seconds: By part of a step; on a processor of its time, not the clock's.
        gflops_a_face: Of one answer.
        peak_gflops: Operations a second of a matrix product here.
        peak_share: Of these, that the whole step takes.
    """

    device: str
    precision: str
    faces: int
    seconds: dict[str, float]
    gflops_a_face: float
    peak_gflops: float
    peak_share: float

    @property
    def network_share(self) -> float:
        """Share of the time within the network: its answer, and the way back through it."""
        return self.seconds["network"] / sum(self.seconds.values())

    def lines(self) -> list[str]:
        """Return a line for each figure."""
        total = sum(self.seconds.values())
        parts = [f"{name:<10} {part / total:6.1%}" for name, part in self.seconds.items()]
        return [
            *(f"{self.device}, {self.precision}: {self.faces / total:,.0f} images a second", *parts),
            f"{self.peak_share:.1%} of the {self.peak_gflops:,.0f} GFLOP/s that a matrix product has here "
            f"({self.gflops_a_face:.3f} GFLOP an answer, three times that a step)",
        ]


def profile(trainer: Trainer, steps: int) -> Profile:
    """Time some steps of a run that is not begun. Its network learns from them, and nothing is saved."""
    device = trainer.learner.device
    for step in range(WARM_UP):
        trainer.learn_from(trainer.feed.batch(step))
    watch = Stopwatch(device, trainer.clock)
    trainer.watch = watch
    faces = 0
    for step in range(WARM_UP, WARM_UP + steps):
        with watch("faces"):
            batch = trainer.feed.batch(step).on(device)
        trainer.learn_from(batch)
        faces += len(batch)
    flops = flops_a_face(trainer.learner, batch.images[:1])
    peak = matmul_peak(device, trainer.precision)
    speed = faces / sum(watch.seconds.values())
    name = str(trainer.precision).removeprefix("torch.")
    return Profile(
        *(str(device), name, faces, watch.seconds, flops / 1e9, peak / 1e9),
        share_of_peak(speed, flops, peak),
    )
