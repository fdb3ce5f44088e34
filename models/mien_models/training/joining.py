"""Networks that were trained one by one, joined into one that answers with their mean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from mien.errors import AppError
from mien_models.architectures import build
from mien_models.evaluation.calibration import fit_temperature
from mien_models.training.checkpoint import answers_to, judge_answers, save_atomically
from mien_models.training.config import DataConfig
from mien_models.training.faces import load_fer


def join(checkpoints: Sequence[Path], out: Path, mirrored: bool = False) -> dict[str, float]:
    """Write a release checkpoint whose answer is the mean of others', or of one over both sides of a face.

    The faces kept out of training fit the weight of each member and the temperature of the whole. They must be the
    same for all: a face that one member has learned says nothing of how well it does on others.

    Args:
        checkpoints: `best.pt` of runs with the same seed and data.
        out: The file.
        mirrored: Whether each is asked about the mirror image as well.

    Returns:
        Figures on the faces kept out.

    Raises:
        AppError: The runs kept other faces out, or the networks have other labels or another input.
    """
    states = [torch.load(path, map_location="cpu", weights_only=True) for path in checkpoints]
    training = [state["provenance"]["training"] for state in states]
    for path, state, run in zip(checkpoints, states, training, strict=True):
        kept_out = all(run["data"][key] == training[0]["data"][key] for key in ("fer", "held_out"))
        if run["seed"] != training[0]["seed"] or not kept_out:
            raise AppError(
                f"{path}: kept other faces out of training than {checkpoints[0]}; train it with its seed"
            )
        if state["labels"] != states[0]["labels"] or state["input"] != states[0]["input"]:
            raise AppError(f"{path}: has other labels or another input than {checkpoints[0]}; leave it away")
    data = DataConfig(**training[0]["data"])
    _, held_out = load_fer(Path(data.fer), data.vote_share, data.held_out, training[0]["seed"])
    members: list[dict[str, Any]] = []
    for state in states:
        network = build(state["architecture"], **state["config"])
        network.load_state_dict(state["model"])
        logits = answers_to(network, held_out)[0]
        temperature = fit_temperature(logits.numpy(), held_out.expression)
        members.append(
            {"architecture": state["architecture"], "config": state["config"], "temperature": temperature}
        )
    config = {"members": members, "mirrored": mirrored}
    whole = build("averaged", **config)
    weights = {
        f"members.{number}.{key}": value
        for number, state in enumerate(states)
        for key, value in state["model"].items()
    }
    whole.load_state_dict(weights)
    verdict = judge_answers(answers_to(whole, held_out), held_out)
    sources = dict.fromkeys(part for state in states for part in state["provenance"]["trained_on"].split("; "))
    release = {
        "model": weights,
        "config": config,
        "architecture": "averaged",
        "labels": states[0]["labels"],
        "input": states[0]["input"],
        "temperature": verdict.temperature,
        "fer2013_temperature": verdict.fer2013_temperature,
        "provenance": {
            "name": out.stem,
            "licence": states[0]["provenance"]["licence"],
            "trained_on": "; ".join(sources),
            "members": training,
            "progress": verdict.as_dict(),
        },
    }
    save_atomically(release, out)
    return verdict.as_dict()
