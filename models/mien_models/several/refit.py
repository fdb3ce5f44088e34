"""A finished network read anew: the prior that its answers hold and its temperature, fitted on several sets.

A network that learned from one set carries that set's shares in its answers. Nine numbers fitted on faces of
several sets, one for each class and a temperature, take them out, so that the user's prior can be put in; the
weights stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from mien.core.emotion import EXPRESSIONS
from mien.errors import AppError
from mien.inference.manifest import METADATA_KEY, parse_manifest
from mien.inference.session import OnnxSession
from mien.vision.crops import prepare_crop
from mien_models.data.aligned import RIM_PX
from mien_models.data.faces import Split
from mien_models.data.packed import load_packed, pixels_of
from mien_models.several.certain import certain_from
from mien_models.several.priors import PRIORS
from mien_models.several.sets import FLOOR, NEVER

BATCH: Final = 32
MOST_FACES: Final = 3000
"""Of one set: nine numbers need no more."""

LEAST_SHARE: Final = 0.002
STEPS: Final = 200


@dataclass(frozen=True, slots=True)
class Refit:
    """What was fitted.

    Attributes:
        temperature: What logits are divided by.
        learned_prior: The shares that the divided logits hold, in the order of labels.
        certain_from: From which probability on labels are certain, all alike to be expected.
    """

    temperature: float
    learned_prior: tuple[float, ...]
    certain_from: float = 0.0


def logits_of(network: Path, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return (N, 8) logits of a network for stored faces, (N, S, S), through the program's preprocessing."""
    session = OnnxSession(network, provider="cpu")
    spec = session.manifest.input
    if session.manifest.labels != EXPRESSIONS or session.manifest.outputs.expression.kind != "logits":
        raise AppError(f"{network}: only a network with Mien's eight expressions as logits can be refitted")
    parts = []
    for start in range(0, len(pixels), BATCH):
        cores = pixels[start : start + BATCH, RIM_PX:-RIM_PX, RIM_PX:-RIM_PX]
        crops = [cv2.resize(core, spec.size_wh, interpolation=cv2.INTER_AREA) for core in cores]
        batch = np.concatenate([prepare_crop(np.asarray(crop, np.uint8), spec) for crop in crops])
        parts.append(session.run(batch)[0])
    return np.concatenate(parts).astype(np.float64)


def fit(
    logits: Mapping[str, NDArray[np.float64]], targets: Mapping[str, NDArray[np.float32]], with_prior: bool = True
) -> Refit:
    """Return temperature and learned prior with the least mean cross-entropy over the sets, which count the same.

    Args:
        logits: By set, (N, 8).
        targets: By set, (N, 8) distributions. Their mean is the set's prior.
        with_prior: Whether the answers hold shares of their own; else only the temperature is fitted.
    """
    said = {name: torch.from_numpy(part) for name, part in logits.items()}
    wanted = {name: torch.from_numpy(part.astype(np.float64)) for name, part in targets.items()}
    priors = {}
    for name, part in targets.items():
        share = part.mean(axis=0)
        prior = np.where(share > 0, np.log(np.maximum(share, FLOOR)), NEVER)
        priors[name] = torch.from_numpy(prior.astype(np.float64))
    log_temperature = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    learned = torch.zeros(len(EXPRESSIONS), dtype=torch.float64, requires_grad=with_prior)
    free = [log_temperature, learned] if with_prior else [log_temperature]
    optimiser = torch.optim.LBFGS(free, max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        shift = torch.log_softmax(learned, 0)
        parts = [
            -(wanted[name] * torch.log_softmax(part / log_temperature.exp() - shift + priors[name], 1))
            .sum(1)
            .mean()
            for name, part in said.items()
        ]
        total = torch.stack(parts).mean()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    shares = torch.softmax(learned.detach(), 0).clamp(min=LEAST_SHARE)
    return Refit(float(log_temperature.detach().exp()), tuple((shares / shares.sum()).tolist()))


def refit(network: Path, sets: Sequence[Path], out: Path) -> Refit:
    """Fit on the training parts of packed sets, from which this network must not have learned; write it anew.

    Args:
        network: The `.onnx` file.
        sets: What `python -m mien_models pack` wrote.
        out: The file with the new manifest; may be the same.
    """
    import onnx

    logits, targets = {}, {}
    for path in sets:
        faces = load_packed(path).of(Split.TRAIN)
        faces = faces.take(np.random.default_rng(0).permutation(len(faces))[:MOST_FACES])
        logits[path.stem], targets[path.stem] = logits_of(network, pixels_of(faces)), faces.soft_targets()
    found = fit(logits, targets)
    found = replace(found, certain_from=certain_from(logits, targets, found.temperature, found.learned_prior))
    model = onnx.load(network)
    entry = next(entry for entry in model.metadata_props if entry.key == METADATA_KEY)
    manifest = parse_manifest(entry.value, network.name)
    expression = msgspec.structs.replace(
        manifest.outputs.expression,
        temperature=found.temperature,
        priors=dict(PRIORS),
        learned_prior=found.learned_prior,
        certain_from=found.certain_from,
    )
    outputs = msgspec.structs.replace(manifest.outputs, expression=expression)
    told = {"refitted_on": [path.stem for path in sets]}
    changed = msgspec.structs.replace(manifest, outputs=outputs, provenance=manifest.provenance | told)
    entry.value = changed.to_json()
    onnx.save(model, out)
    return found
