"""What a training run is told: one TOML file, checked on load."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from models.training.augmentation import AugmentationConfig


@dataclass(frozen=True, slots=True)
class DataConfig:
    """Where the faces are and how they are used.

    Attributes:
        fer: `fer2013plus.npz`.
        synthetic: Folder of DiffusionFER, or "" for none.
        detector: YuNet, to align the synthetic faces.
        vote_share: Weight of FER+ votes against the FER2013 label.
        held_out: Share of Training kept out, to choose the checkpoint and fit the temperature.
        synthetic_per_batch: Synthetic faces added to each batch.
        synthetic_weight: Of a synthetic rating in the affect loss; a face with votes weighs 1.
    """

    fer: str
    synthetic: str = ""
    detector: str = ""
    vote_share: float = 0.5
    held_out: float = 0.05
    synthetic_per_batch: int = 4
    synthetic_weight: float = 4.0


@dataclass(frozen=True, slots=True)
class OptimiserConfig:
    """Stochastic gradient descent, one cycle.

    Attributes:
        batch_size: Faces a step, synthetic ones not counted.
        epochs: Length of the cycle, when no time is given.
        minutes: Length of the cycle in minutes of training; 0 takes `epochs`. A machine that is shared or slow
            then trains less, but always through the whole cycle; such a run can't be repeated to the bit.
        peak_rate: Learning rate at the top of the cycle.
        warm_up: Share of the cycle until the top.
        momentum: Nesterov.
        weight_decay: On convolution and linear weights only.
        clip_norm: Of the gradient.
        affect_share: Weight of the affect loss beside the expression loss.
        average_decay: Of the exponential moving average of the weights, which is what is shipped.
    """

    batch_size: int = 128
    epochs: int = 40
    minutes: float = 0.0
    peak_rate: float = 0.1
    warm_up: float = 0.15
    momentum: float = 0.9
    weight_decay: float = 5e-4
    clip_norm: float = 5.0
    affect_share: float = 0.5
    average_decay: float = 0.998


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Everything that a run depends on, besides the data and the code.

    Attributes:
        name: Of the network.
        architecture: A key of `models.architectures.FAMILIES`.
        data: Faces.
        network: Options of the architecture.
        optimiser: The cycle.
        augmentation: Strengths.
        start_from: A checkpoint of an earlier run whose weights this one begins with, or "". Keep the seed: it
            also decides which faces are kept out.
        seed: Of everything random.
        threads: Of torch.
    """

    name: str
    architecture: str
    data: DataConfig
    network: dict[str, Any] = field(default_factory=dict)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    start_from: str = ""
    seed: int = 0
    threads: int = 2

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for checkpoints."""
        return asdict(self)


Section = TypeVar("Section", DataConfig, OptimiserConfig, AugmentationConfig)


def _section(kind: type[Section], values: dict[str, Any], where: str) -> Section:
    unknown = sorted(set(values) - {entry.name for entry in fields(kind)})
    if unknown:
        raise ValueError(f"{where}: unknown option {', '.join(unknown)}")
    return kind(**values)


def load_config(path: Path) -> TrainingConfig:
    """Read a run's TOML file.

    Paths under `[data]` are kept as written; relative ones count from the working directory.

    Raises:
        ValueError: An option is unknown or missing.
    """
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = sorted(set(raw) - {entry.name for entry in fields(TrainingConfig)})
    missing = sorted({"name", "architecture", "data"} - set(raw))
    if unknown or missing:
        raise ValueError(f"{path}: unknown {unknown}, missing {missing}")
    return TrainingConfig(
        name=raw["name"],
        architecture=raw["architecture"],
        data=_section(DataConfig, raw["data"], f"{path} [data]"),
        network=raw.get("network", {}),
        optimiser=_section(OptimiserConfig, raw.get("optimiser", {}), f"{path} [optimiser]"),
        augmentation=_section(AugmentationConfig, raw.get("augmentation", {}), f"{path} [augmentation]"),
        start_from=raw.get("start_from", ""),
        seed=raw.get("seed", 0),
        threads=raw.get("threads", 2),
    )
