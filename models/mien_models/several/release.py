"""From the averaged weights of a run to the checkpoint that is exported: one temperature for several sets."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from mien.core.emotion import EXPRESSIONS
from mien_models.data.aligned import INPUT
from mien_models.data.packed import pixels_of
from mien_models.evaluation.calibration import fit_temperature
from mien_models.several.certain import certain_from
from mien_models.several.config import SeveralConfig
from mien_models.several.priors import PRIORS
from mien_models.several.refit import fit
from mien_models.several.run import plain_network
from mien_models.several.sets import held_out
from mien_models.several.verdict import answers, verdict
from mien_models.training.checkpoint import read_checkpoint, save_atomically

TRAINING_ONLY: Final = ("normalised_from",)
"""Options of networks that a release no longer has."""


def release(
    average: Path, config: SeveralConfig, out: Path, before: Path | None = None, share: float = 1.0
) -> dict[str, Any]:
    """Write the checkpoint that `mien export` reads.

    Args:
        average: A checkpoint of the run, `average-….pt`.
        config: Of the run.
        out: The file.
        before: The network that the run began with, to blend its weights in (Wortsman et al. 2022,
            arXiv:2109.01903): what it knew of its own set is not all forgotten then.
        share: Of the run's own weights in the blend.

    Returns:
        What it says of itself, and, which does not go into the file, how good it is on the faces kept out, to
        choose the share by.
    """
    state = read_checkpoint(average)
    network = plain_network(average, config)
    if before is not None:
        old = plain_network(before, config).state_dict()
        own = network.state_dict()
        network.load_state_dict({key: share * value + (1 - share) * old[key] for key, value in own.items()})
    sets = {name: held_out(one) for name, one in config.sets.items() if not one.rated or one.rated >= 1.0}
    sets = {name: faces for name, faces in sets.items() if len(faces)}
    said = {name: answers(network, pixels_of(faces)) for name, faces in sets.items()}
    logits = {name: part[0] for name, part in said.items()}
    targets = {name: faces.soft_targets() for name, faces in sets.items()}
    temperature = fit(logits, targets, with_prior=False).temperature
    threshold = certain_from(logits, targets, temperature)
    labels = {name: faces.fer2013_targets() for name, faces in sets.items()}
    labelled = {name: part.sum(axis=1) > 0 for name, part in labels.items()}
    by_labels = [(said[name][2][rows], labels[name][rows]) for name, rows in labelled.items() if rows.any()]
    fer2013 = fit_temperature(*map(np.concatenate, zip(*by_labels, strict=True))) if by_labels else 1.0
    described = {
        "temperature": temperature,
        "fer2013_temperature": fer2013,
        "certain_from": threshold,
        "priors": {name: list(shares) for name, shares in PRIORS.items()},
        "provenance": {
            "name": config.name,
            "licence": "MIT",
            "trained_on": trained_on(config),
            "training": config.as_dict(),
            "progress": dict(state["figures"]),
            "share_of_the_run": share,
        },
    }
    weights = {key: value.contiguous().clone() for key, value in network.state_dict().items()}
    content = {
        "model": weights,
        "config": {key: value for key, value in config.network.items() if key not in TRAINING_ONLY},
        "architecture": config.architecture,
        "labels": list(EXPRESSIONS),
        "input": msgspec.to_builtins(INPUT),
    }
    save_atomically(content | described, out)
    kept_out = {name: held_out(one) for name, one in config.sets.items()}
    return described | {"kept_out": verdict(network, {name: part for name, part in kept_out.items() if len(part)})}


def trained_on(config: SeveralConfig) -> str:
    """Return the sources of a network, for people who ask where its weights come from."""
    known = {
        "fer": "FER2013 Training with FER+ votes",
        "rafdb": "RAF-DB training part",
        "expw": "ExpW (part)",
        "ratedweb": "2,000 faces of AffectNet's validation part",
        "muxspace": "muxspace",
        "film": "SFEW 2.0 training part",
        "diffusionfer": "DiffusionFER train (CC0, synthetic)",
    }
    return "; ".join(known.get(name, name) for name in config.sets)
