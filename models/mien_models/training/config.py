"""What a training run is told: one TOML file, checked on load."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from mien_models.training.augmentation import AugmentationConfig


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
        web: More real faces with one expression each (muxspace), or "" for none.
        web_per_batch: Faces of `web` added to each batch.
    """

    fer: str
    synthetic: str = ""
    detector: str = ""
    vote_share: float = 0.5
    held_out: float = 0.05
    synthetic_per_batch: int = 4
    synthetic_weight: float = 4.0
    web: str = ""
    web_per_batch: int = 8


@dataclass(frozen=True, slots=True)
class TeacherConfig:
    """A finished network that this one learns from.

    Attributes:
        file: `.onnx`, or a checkpoint of an earlier run; "" for none.
        share: Its weight in the expression target, 0 to 1.
    """

    file: str = ""
    share: float = 0.5


@dataclass(frozen=True, slots=True)
class OptimiserConfig:
    """One cycle of the learning rate.

    Attributes:
        kind: "sgd" (Nesterov momentum) or "adamw" (arXiv:1711.05101).
        batch_size: Faces a step, synthetic ones not counted.
        epochs: Length of the cycle, when no time is given.
        minutes: Length of the cycle in minutes of training; 0 takes `epochs`. A machine that is shared or slow
            then trains less, but always through the whole cycle; such a run can't be repeated to the bit.
        peak_rate: Learning rate at the top of the cycle.
        warm_up: Share of the cycle until the top.
        momentum: Nesterov; "sgd" only.
        weight_decay: On convolution and linear weights only.
        clip_norm: Of the gradient.
        affect_share: Weight of the affect loss beside the expression loss.
        fer2013_share: Weight of the loss of the head for FER2013's labels, where the network has one.
        average_decay: Of the exponential moving average of the weights, which is what is shipped.
        patience: Stop after so many epochs without a better loss on the faces kept out; 0 never does.
        precision: Of the products inside the network: "float32", "bfloat16", "float16", or "auto", which halves it
            on graphics cards only.
    """

    kind: str = "sgd"
    batch_size: int = 128
    epochs: int = 40
    minutes: float = 0.0
    peak_rate: float = 0.1
    warm_up: float = 0.15
    momentum: float = 0.9
    weight_decay: float = 5e-4
    clip_norm: float = 5.0
    affect_share: float = 0.5
    fer2013_share: float = 0.5
    average_decay: float = 0.998
    patience: int = 0
    precision: str = "auto"


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Everything that a run depends on, besides the data and the code.

    Attributes:
        name: Of the network.
        architecture: A key of `mien_models.architectures.FAMILIES`.
        data: Faces.
        network: Options of the architecture.
        optimiser: The cycle.
        augmentation: Strengths.
        teacher: Whose answers are mixed into the targets.
        start_from: A checkpoint of an earlier run whose weights this one begins with, or "". Keep the seed: it
            also decides which faces are kept out.
        start_from_backbone: ImageNet weights for the trunk of a network that knows `load_backbone`: a file,
            "package:NAME" for the one that an installed package carries, or "".
        seed: Of everything random.
        threads: Of torch.
        device: "cpu", "cuda", or "auto": the graphics card where there is one.
    """

    name: str
    architecture: str
    data: DataConfig
    network: dict[str, Any] = field(default_factory=dict)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    teacher: TeacherConfig = field(default_factory=TeacherConfig)
    start_from: str = ""
    start_from_backbone: str = ""
    seed: int = 0
    threads: int = 2
    device: str = "auto"

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for checkpoints."""
        return asdict(self)


Section = TypeVar("Section", DataConfig, OptimiserConfig, AugmentationConfig, TeacherConfig)


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
    sections = {
        "data": _section(DataConfig, raw["data"], f"{path} [data]"),
        "optimiser": _section(OptimiserConfig, raw.get("optimiser", {}), f"{path} [optimiser]"),
        "augmentation": _section(AugmentationConfig, raw.get("augmentation", {}), f"{path} [augmentation]"),
        "teacher": _section(TeacherConfig, raw.get("teacher", {}), f"{path} [teacher]"),
    }
    return TrainingConfig(**(raw | sections))
