"""The parts of a day's training, each of which runs in a process of its own."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from mien.errors import AppError
from mien_models.catalog import ZOO
from mien_models.data import DataError
from mien_models.data.fer_archive import ARCHIVE_NAME
from mien_models.data.packed import load_packed, pixels_of
from mien_models.day.bundle import unpack
from mien_models.evaluation.calibration import softmax
from mien_models.several.config import SeveralConfig, load_config
from mien_models.several.release import release
from mien_models.several.run import plain_network, train_several
from mien_models.several.sets import draw_weights, log_prior
from mien_models.several.verdict import answers
from mien_models.training.checkpoint import read_checkpoint
from mien_models.training.course import Course
from mien_models.training.device import choose_device, prepare
from mien_models.training.learner import Order
from mien_models.training.recipe import labels_for, recipe_of
from mien_models.training.run import Training, train
from mien_models.training.trainer import LAST

log = logging.getLogger(__name__)

CONFIGS: Final = Path(__file__).parent / "configs"
TEACHER: Final = "teacher"
RESERVE: Final = 0.15
"""Of a part's time, for what comes after its last step: judging, temperature, writing."""

FACES_A_STEP: Final = {"cpu": 24}
MANY_FACES: Final = 768
"""A step, on a processor and on a graphics card."""

PUBLISHED_BATCH: Final = {"cpu": 16}
LARGE_BATCH: Final = 256


@dataclass(frozen=True, slots=True)
class Day:
    """What all parts are told.

    Attributes:
        bundle: What `bundle` wrote.
        out: Folder of the day.
        device: As torch calls it, or "auto".
        faces_a_step: Of runs over several sets; 0 takes what the device bears.
        threads: Of torch, for a part on a processor.
    """

    bundle: Path
    out: Path
    device: str = "auto"
    faces_a_step: int = 0
    threads: int = 2

    @property
    def data(self) -> Path:
        """Where the sets lie."""
        return self.out / "data"


def run_part(name: str, day: Day, until_s: float) -> dict[str, Any]:
    """Run one part.

    Args:
        name: Of the part.
        day: What it is told.
        until_s: By when it should be over, as `time.time` says it.

    Returns:
        Its figures.

    Raises:
        AppError: It cannot.
    """
    if name == "unpack":
        return {"sets": unpack(day.bundle, day.data)}
    if name == "ask":
        return _ask(day)
    if name.startswith("published-"):
        return _published(name.removeprefix("published-"), day, until_s)
    return _several(name, day, until_s)


def _several(name: str, day: Day, until_s: float) -> dict[str, Any]:
    """Train the teacher, or one of the networks that are shipped."""
    folder = day.out / name
    config = config_of(name, day)
    taught = {one: file for one in config.sets if (file := day.out / "ask" / f"teacher-{one}.npy").is_file()}
    sets = {
        one: settings if one in taught else replace(settings, teacher_share=0.0, teacher_affect=0.0)
        for one, settings in config.sets.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    for file in taught.values():
        (folder / file.name).write_bytes(file.read_bytes())
    minutes = _minutes(folder, until_s)
    config = replace(config, sets=sets, minutes=minutes, checkpoint_minutes=minutes / 6)
    trainer = train_several(config, folder)
    figures: dict[str, Any] = dict(trainer.history[-1])
    average = sorted(folder.glob("average-*.pt"))[-1]
    try:
        if name != TEACHER:
            release(average, config, folder / "release.pt")
    except AppError as error:  # its promises are not kept: the weights come back all the same
        figures["release"] = str(error)
    for older in sorted(folder.glob("average-*.pt"))[:-1]:
        older.unlink()
    return figures | {"taught": sorted(taught)}


def config_of(name: str, day: Day) -> SeveralConfig:
    """Return a run of the day by its sets that were unpacked, for as many faces a step as the device bears.

    The rate falls with the root of the faces that a step has less than the file says.
    """
    config = load_config(CONFIGS / f"{name}.toml")
    sets = {one: values for one, values in config.sets.items() if (day.data / f"{one}.npz").is_file()}
    if not sets:
        raise DataError(f"{day.data}: none of {', '.join(config.sets)} is there; pack them into the bundle")
    planned = sum(one.per_step for one in config.sets.values())
    there = sum(one.per_step for one in sets.values())
    device = choose_device(day.device)
    wanted = day.faces_a_step or FACES_A_STEP.get(device.type, MANY_FACES)
    sets = {
        name: replace(
            one, file=str(day.data / f"{name}.npz"), per_step=max(1, round(one.per_step * wanted / there))
        )
        for name, one in sets.items()
    }
    start = config.start_from
    return replace(
        config,
        sets=sets,
        start_from=str(ZOO / start) if start and (ZOO / start).is_file() else "",
        peak_rate=config.peak_rate * math.sqrt(min(1.0, wanted / planned)),
        no_faces=max(1, round(config.no_faces * wanted / planned)),
        micro_batch=0 if device.type == "cuda" else config.micro_batch,
        device=day.device,
        threads=day.threads,
        by_wall=True,
    )


def _minutes(folder: Path, until_s: float) -> float:
    """Return how long a run is in all, what it has done before included, so that it ends in time."""
    left_s = (1 - RESERVE) * (until_s - time.time())
    if left_s <= 0:
        raise DataError(f"{folder.name}: no time left for it; give the day more seconds, or run it again")
    done_s = read_checkpoint(folder / LAST)["seconds"] if (folder / LAST).is_file() else 0.0
    return float((done_s + left_s) / 60)


def _ask(day: Day) -> dict[str, Any]:
    """Ask the teacher about all faces and their mirror images; each set's prior is put into what it says."""
    config = config_of(TEACHER, day)
    average = sorted((day.out / TEACHER).glob("average-*.pt"))[-1]
    device = choose_device(day.device)
    prepare(device, day.threads)
    network = plain_network(average, config).to(device)
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    folder = day.out / "ask"
    folder.mkdir(parents=True, exist_ok=True)
    asked: dict[str, int] = {}
    for name, one in config.sets.items():
        faces = load_packed(Path(one.file))
        logits, affect, *_ = answers(network, pixels_of(faces), mirrored=True)
        expression = faces.soft_targets()
        prior = log_prior(expression, draw_weights(expression))
        np.save(folder / f"teacher-{name}.npy", np.hstack([softmax(logits + prior), affect]).astype(np.float32))
        asked[name] = len(faces)
    return {"asked": asked}


def _published(architecture_id: str, day: Day, until_s: float) -> dict[str, Any]:
    """Train a published architecture: FER2013's Training, chosen by a tenth of it, judged by PublicTest."""
    recipe = recipe_of(architecture_id)
    folder = day.out / f"published-{architecture_id}"
    kind = choose_device(day.device).type
    minutes = _minutes(folder, until_s)
    course = Course(
        minutes=minutes,
        minutes_an_epoch=minutes / 8,
        by_wall=True,
        rate=recipe.rate,
        optimiser=recipe.optimiser,
        weight_decay=recipe.weight_decay,
        threads=day.threads,
    )
    order = Order(architecture_id, labels_for(architecture_id, 7), device=day.device)
    training = Training(
        order,
        day.data / ARCHIVE_NAME,
        folder,
        course,
        batch_size=PUBLISHED_BATCH.get(kind, LARGE_BATCH),
        augment="geometric",
        judge_at_most=0 if kind == "cuda" else 200,
    )
    return train(training)


def weights_of(folder: Path) -> Path | None:
    """Return the checkpoint that a part's network comes back as, or None."""
    candidates = [folder / name for name in ("release.pt", "best.pt")]
    found = [path for path in candidates if path.is_file()] + sorted(folder.glob("average-*.pt"))[-1:]
    return found[0] if found else None


def written(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON whole."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    part.replace(path)
