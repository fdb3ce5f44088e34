"""How far a network's valence and arousal lie from a person's rating, written into its file.

The program draws it around each value. It is one number for each of the two: on the faces at hand the error
depends neither on how sure the network is of the expression nor on the value itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from mien.errors import AppError
from mien.inference.manifest import METADATA_KEY, parse_manifest
from mien_models.data.aligned import RIM_PX
from mien_models.data.faces import Split
from mien_models.data.packed import load_packed, pixels_of
from mien_models.evaluation.affect import affect_figures
from mien_models.evaluation.network import JudgedNetwork

PLACES: Final = 3
"""Decimal places that are written: a few hundred faces tell no more."""


def measure_affect_error(network: Path, rated: Path, out: Path) -> tuple[float, float]:
    """Measure the root mean square error on the rated faces of a set that are kept out, and write it.

    Args:
        network: The `.onnx` file.
        rated: What `python -m mien_models pack` wrote of a set whose valence and arousal people rated.
        out: The file with the new manifest; may be the same.

    Returns:
        Of valence and arousal, in units of −1 to 1.

    Raises:
        AppError: The network answers no affect, or the set has no rated faces that were kept out.
    """
    import onnx

    faces = load_packed(rated).of(Split.VAL)
    faces = faces.take(np.asarray(np.isfinite(faces.affect).all(axis=1), np.bool_))
    if not len(faces):
        raise AppError(f"{rated}: no rated face is kept out of training; pack a set with ratings and a val part")
    said = JudgedNetwork(network).ask(pixels_of(faces)[:, RIM_PX:-RIM_PX, RIM_PX:-RIM_PX]).affect
    if said is None:
        raise AppError(f"{network}: answers no valence and arousal, so that there is no error to measure")
    valence, arousal = (round(affect_figures(said[:, at], faces.affect[:, at]).rmse, PLACES) for at in (0, 1))
    model = onnx.load(network)
    entry: Any = next(entry for entry in model.metadata_props if entry.key == METADATA_KEY)
    manifest = parse_manifest(entry.value, network.name)
    assert manifest.outputs.affect is not None
    affect = msgspec.structs.replace(manifest.outputs.affect, error=(valence, arousal))
    outputs = msgspec.structs.replace(manifest.outputs, affect=affect)
    told = {"affect_error_on": f"{rated.stem} val, {len(faces)} faces"}
    changed = msgspec.structs.replace(manifest, outputs=outputs, provenance=manifest.provenance | told)
    entry.value = changed.to_json()
    onnx.save(model, out)
    return valence, arousal
