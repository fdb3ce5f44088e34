"""From a config file to a trained checkpoint."""

from __future__ import annotations

import logging
from pathlib import Path

from models.training.config import TrainingConfig, load_config
from models.training.faces import FaceSet, load_fer
from models.training.loop import Trainer
from models.training.synthetic import load_synthetic

log = logging.getLogger(__name__)


def load_faces(config: TrainingConfig) -> tuple[FaceSet, FaceSet | None, FaceSet]:
    """Return the faces to train on, the synthetic ones or None, and the ones kept out."""
    data = config.data
    faces, held_out = load_fer(Path(data.fer), data.vote_share, data.held_out, config.seed)
    synthetic = None
    if data.synthetic:
        synthetic = load_synthetic(Path(data.synthetic), "train", Path(data.detector), data.synthetic_weight)
    return faces, synthetic, held_out


def train(config_path: Path, folder: Path) -> None:
    """Train what `config_path` describes; a run that was stopped goes on where `folder` says it was."""
    config = load_config(config_path)
    faces, synthetic, held_out = load_faces(config)
    log.info(
        "%d faces, %d synthetic, %d kept out",
        len(faces),
        0 if synthetic is None else len(synthetic),
        len(held_out),
    )
    Trainer(config, faces, synthetic, held_out, folder).run()
