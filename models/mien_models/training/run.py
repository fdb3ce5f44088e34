"""From a config file to a trained checkpoint."""

from __future__ import annotations

import logging
from pathlib import Path

from mien_models.training.companions import Companions, balanced, evenly, load_web_faces
from mien_models.training.config import TrainingConfig, load_config
from mien_models.training.faces import FaceSet, load_fer
from mien_models.training.loop import Trainer
from mien_models.training.synthetic import load_synthetic
from mien_models.training.teacher import distilled

log = logging.getLogger(__name__)


def load_faces(config: TrainingConfig) -> tuple[FaceSet, FaceSet]:
    """Return the faces to train on, with the teacher's say mixed in where there is one, and the ones kept out."""
    data = config.data
    faces, held_out = load_fer(Path(data.fer), data.vote_share, data.held_out, config.seed)
    return (distilled(faces, config.teacher) if config.teacher.file else faces), held_out


def load_companions(config: TrainingConfig) -> list[Companions]:
    """Return the other sets of which faces go into every batch."""
    data, found = config.data, []
    if data.synthetic and data.synthetic_per_batch:
        synthetic = load_synthetic(Path(data.synthetic), "train", Path(data.detector), data.synthetic_weight)
        found.append(evenly(synthetic, data.synthetic_per_batch))
    if data.web and data.web_per_batch:
        web = load_web_faces(Path(data.web), Path(data.detector))
        web = distilled(web, config.teacher) if config.teacher.file else web
        found.append(balanced(web, data.web_per_batch))
    return found


def train(config_path: Path, folder: Path) -> None:
    """Train what `config_path` describes; a run that was stopped goes on where `folder` says it was."""
    config = load_config(config_path)
    faces, held_out = load_faces(config)
    companions = load_companions(config)
    others = ", ".join(f"{len(others.faces)}" for others in companions) or "none"
    log.info("%d faces, companions: %s, %d kept out", len(faces), others, len(held_out))
    Trainer(config, faces, companions, held_out, folder).run()
