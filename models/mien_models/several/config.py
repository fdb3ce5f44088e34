"""What a run over several sets is told: one TOML file, checked on load."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from mien_models.data import DataError
from mien_models.training.augmentation import AugmentationConfig
from mien_models.training.course import Course, Optimiser


@dataclass(frozen=True, slots=True)
class SetConfig:
    """One of the sets.

    Attributes:
        file: What `python -m mien_models pack` wrote.
        per_step: Faces of each step.
        smoothing: Share of each target that is spread over the set's classes.
        own_share: Share of each target that the averaged weights of this run have, once they are asked.
        teacher_share: Share of each target that the teacher has, asked once before the run.
        mixed: Share of its faces into which another face of the set is mixed, picture and targets (mixup,
            arXiv:1710.09412): a small set is not learned by heart so soon.
        teacher_affect: Weight of the teacher's valence and arousal for faces that nobody rated; rated ones take
            `teacher_share` of it into their rating. 0 leaves the teacher's affect alone.
        rated: Weight of its valence and arousal where people rated them; 0 where they only follow from the label.
    """

    file: str
    per_step: int
    smoothing: float = 0.05
    own_share: float = 0.0
    teacher_share: float = 0.0
    teacher_affect: float = 0.0
    rated: float = 0.0
    mixed: float = 0.0


@dataclass(frozen=True, slots=True)
class SeveralConfig:
    """Everything that a run depends on, besides data and code.

    Attributes:
        name: Of the network.
        architecture: A name of the registry, built in torch.
        network: Its options.
        start_from: A checkpoint or an exported network whose weights the run begins with, or "".
        start_from_backbone: Published weights for the trunk of a network that knows `load_backbone`: a file,
            "package:NAME" for the one that an installed package carries, or "".
        teacher: An exported network whose answers are mixed into targets, or "".
        sets: By name.
        no_faces: Pictures of each step that are made unreadable; they are to be answered with nothing.
        minutes: Length of the one cycle; this and the next ones as in `Course`, which says more of them.
        by_wall: `Course.by_wall`.
        micro_batch: Faces that go through the network at once.
        peak_rate: `Course.rate`.
        warm_up: Share of the cycle until the peak.
        optimiser: "adamw" or "sgd".
        weight_decay: On filters and matrices.
        clip_norm: Of the gradient.
        average_decay: Of the running average of the weights, which is what is shipped.
        patience: Checkpoints without a lower loss on the faces kept out until the run ends; 0 never ends it.
        fer2013_share: Weight of the head for FER2013's labels.
        label_share: Weight of FER2013's labels for the main answer.
        affect_share: Weight of squared error of rated faces, and of that towards the class means (a tenth of it).
        concordance_share: Weight of 1 - CCC of the rated faces, both dimensions summed.
        ask_own_at: Shares of the run after which the averaged weights are asked about the sets with `own_share`.
        checkpoint_minutes: `Course.minutes_an_epoch`: between two verdicts.
        augmentation: Strengths.
        seed: Of everything random.
        threads: Of torch.
        device: As torch calls it, or "auto".
        precision: Of the products inside the network.
    """

    name: str
    architecture: str
    sets: dict[str, SetConfig]
    network: dict[str, Any] = field(default_factory=dict)
    start_from: str = ""
    start_from_backbone: str = ""
    teacher: str = ""
    no_faces: int = 3
    minutes: float = 60.0
    by_wall: bool = False
    micro_batch: int = 16
    peak_rate: float = 5e-4
    warm_up: float = 0.04
    optimiser: Optimiser = "adamw"
    weight_decay: float = 0.02
    clip_norm: float = 5.0
    average_decay: float = 0.999
    patience: int = 0
    fer2013_share: float = 0.35
    label_share: float = 0.2
    affect_share: float = 10.0
    concordance_share: float = 0.3
    ask_own_at: tuple[float, ...] = (0.4, 0.6, 0.8)
    checkpoint_minutes: float = 8.0
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    seed: int = 0
    threads: int = 1
    device: str = "auto"
    precision: str = "auto"

    @property
    def course(self) -> Course:
        """How the run goes."""
        return Course(
            minutes=self.minutes,
            by_wall=self.by_wall,
            minutes_an_epoch=self.checkpoint_minutes,
            rate=self.peak_rate,
            warm_up=self.warm_up,
            optimiser=self.optimiser,
            weight_decay=self.weight_decay,
            clip_norm=self.clip_norm,
            average_decay=self.average_decay,
            micro_batch=self.micro_batch,
            patience=self.patience,
            seed=self.seed,
            threads=self.threads,
            precision=self.precision,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for checkpoints."""
        return asdict(self)


def load_config(path: Path) -> SeveralConfig:
    """Read a run's TOML file; relative paths in it count from the working directory.

    Raises:
        DataError: It is no such file, or an option is unknown or missing.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: no TOML file that can be read ({error})") from error
    unknown = sorted(set(raw) - {entry.name for entry in fields(SeveralConfig)})
    missing = sorted({"name", "architecture", "sets"} - set(raw))
    if unknown or missing:
        raise DataError(f"{path}: options that are unknown: {unknown}, missing: {missing}; correct the file")
    try:
        sets = {name: SetConfig(**values) for name, values in raw.pop("sets").items()}
        augmentation = AugmentationConfig(**raw.pop("augmentation", {}))
        if "ask_own_at" in raw:
            raw["ask_own_at"] = tuple(raw["ask_own_at"])
        return SeveralConfig(**raw, sets=sets, augmentation=augmentation)
    except (TypeError, AttributeError) as error:
        raise DataError(f"{path}: {error}") from error
