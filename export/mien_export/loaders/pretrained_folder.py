"""Folders as `save_pretrained` of the transformers library writes them: config, preprocessor, weights."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mien.errors import ExportError, UnsupportedCheckpoint
from mien_export.network import TorchNetwork
from mien_export.request import ExportRequest
from mien_networks.facts import Facts, Normalisation
from mien_networks.frameworks import quiet, require
from mien_networks.hdf5 import MAX_BYTES
from mien_networks.reasons import reason_of
from mien_networks.registry import spec_of, specs_of

if TYPE_CHECKING:
    from torch import Tensor, nn

CONFIG: Final = "config.json"
PREPROCESSOR: Final = "preprocessor_config.json"
MAX_JSON_BYTES: Final = 16 * 1024**2


def load(request: ExportRequest) -> TorchNetwork:
    """Read a folder, or the config.json in one. Raises as `mien_export.loaders.load` says."""
    transformers = require("transformers")
    folder = request.checkpoint if request.checkpoint.is_dir() else request.checkpoint.parent
    origin = str(folder)
    if sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) > MAX_BYTES:
        raise ExportError(f"{origin}: larger than {MAX_BYTES / 1024**3:.0f} GiB, which no network of this kind is")
    config = _json(folder / CONFIG)
    with quiet():
        model = _model(folder, origin)
    spec = spec_of(request.architecture_id) if request.architecture_id else _spec_of(config)
    facts = (spec.facts if spec else Facts()).overridden_by(_facts_of(config, folder))
    record = {"architecture": spec.architecture_id if spec else str(config.get("model_type"))}
    facts = facts.overridden_by(Facts(layout="NCHW", kind="logits", provenance=record))
    return TorchNetwork(_logits_of(model), facts, {"transformers": str(transformers.__version__)})


def _model(folder: Path, origin: str) -> "nn.Module":
    """Build and fill the network; a layer without weights would answer at random, so none is allowed."""
    import torch
    import transformers

    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model, info = transformers.AutoModelForImageClassification.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, output_loading_info=True, dtype=torch.float32
        )
    except Exception as error:  # transformers raises whatever a wrong config leads it to
        reason = reason_of(error)
        raise UnsupportedCheckpoint(f"{origin}: transformers cannot read it ({reason})") from error
    absent = sorted([*info["missing_keys"], *map(str, info["mismatched_keys"])])
    if absent:
        raise ExportError(f"{origin}: its weights lack {', '.join(absent[:3])}; fetch or save the folder again")
    network: nn.Module = model
    return network


def _spec_of(config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a spec or None
    kind = config.get("model_type")
    return next((spec for spec in specs_of("transformers") if spec.config.get("model_type") == kind), None)


def _facts_of(config: Mapping[str, Any], folder: Path) -> Facts:
    """Read labels, size and normalisation out of the two JSON files."""
    described = _json(folder / PREPROCESSOR) if (folder / PREPROCESSOR).is_file() else {}
    labels = _labels(config.get("id2label"))
    return Facts(
        labels=labels,
        labels_from="checkpoint" if labels else None,
        size_wh=_size(described.get("size")) or _size(config.get("image_size")),
        colour="RGB" if config.get("num_channels", 3) == 3 else "GRAY",
        normalisation=_normalisation(described) if described else None,
    )


def _labels(id2label: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - JSON
    """Return labels in the order of their numbers; None for placeholders such as LABEL_0."""
    if not isinstance(id2label, dict) or not all(str(key).isdecimal() for key in id2label):
        return None
    labels = tuple(str(id2label[key]) for key in sorted(id2label, key=int))
    return None if not labels or labels[0].startswith("LABEL_") else labels


def _size(described: Any) -> tuple[int, int] | None:  # noqa: ANN401 - JSON
    """Return width and height: a number, {height, width}, or {shortest_edge}, whose later crop is not followed.

    The networks here were trained on whole faces at the plain size, so a crop out of a larger picture would cut
    the face's edges off.
    """
    if isinstance(described, int):
        return described, described
    if isinstance(described, dict):
        height = described.get("height", described.get("shortest_edge"))
        width = described.get("width", described.get("shortest_edge"))
        if isinstance(height, int) and isinstance(width, int):
            return width, height
    return None


def _normalisation(described: Mapping[str, Any]) -> Normalisation:
    scale = float(described.get("rescale_factor", 1 / 255)) if described.get("do_rescale", True) else 1.0
    if not described.get("do_normalize", True):
        return Normalisation(scale=scale)
    mean, std = described.get("image_mean", [0.0]), described.get("image_std", [1.0])
    return Normalisation(scale, tuple(map(float, mean)), tuple(map(float, std)))


def _json(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_JSON_BYTES:
            raise ExportError(f"{path}: larger than any such file; refused")
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ExportError(
            f"{path}: damaged or missing ({reason_of(error)}); fetch or save the folder again"
        ) from error
    if not isinstance(content, dict):
        raise ExportError(f"{path}: describes no network; fetch or save the folder again")
    return content


def _logits_of(model: "nn.Module") -> "nn.Module":
    """Wrap a model so that it returns the bare logits."""
    from torch import nn

    class Logits(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, image: "Tensor") -> "Tensor":
            logits: Tensor = self.model(pixel_values=image).logits
            return logits

    return Logits()
