"""ViT, ConvNeXt and ConvNeXtV2 of the transformers library, from a local folder or at random."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mien.inference.manifest import InputSpec
from mien_models.data import DataError
from mien_models.training.device import choose_device
from mien_models.training.learner import Order, release_facts
from mien_models.training.recipe import input_for
from mien_networks.facts import OWN_FACTS
from mien_networks.frameworks import quiet, require
from mien_networks.registry import spec_of


class TransformersLearner:
    """See `Learner`.

    Args:
        order: What to build; `pretrained` is a folder as `save_pretrained` writes it.

    Raises:
        DataError: The folder cannot be read, or affect was asked for, which these networks have no head for.
    """

    def __init__(self, order: Order) -> None:
        if order.affect:
            raise DataError(f"{order.architecture_id}: has no head for valence and arousal; leave --affect out")
        self.order = order
        self._device = choose_device(order.device)
        torch.manual_seed(order.seed)
        with quiet():
            self._model: Any = _pretrained(order) if order.pretrained is not None else _random(order)
        self._model.to(self._device)
        if order.freeze_backbone:
            self._model.base_model.requires_grad_(False)

    @property
    def input_spec(self) -> InputSpec:
        """See `Learner`."""
        side = self._model.config.image_size
        return input_for(self.order.architecture_id, (side, side) if isinstance(side, int) else None)

    @property
    def device(self) -> torch.device:
        """See `Learner`."""
        return self._device

    def parameters(self) -> list[nn.Parameter]:
        """See `Learner`."""
        return [parameter for parameter in self._model.parameters() if parameter.requires_grad]

    def answer(self, images: Tensor, training: bool) -> tuple[Tensor, ...]:
        """See `Learner`."""
        self._model.train(training)
        return (self._model(pixel_values=images).logits,)

    def tensors(self) -> Mapping[str, Tensor]:
        """See `Learner`."""
        state: Mapping[str, Tensor] = self._model.state_dict()
        return state

    def release(self, folder: Path, record: Mapping[str, Any]) -> Path:
        """See `Learner`: a `save_pretrained` folder with its preprocessor's config."""
        path, part, old = folder / "best", folder / "best.part", folder / "best.old"
        for leftover in (part, old):
            shutil.rmtree(leftover, ignore_errors=True)
        with quiet():
            self._model.save_pretrained(part)
        spec = self.input_spec
        described = {
            "do_resize": True,
            "size": {"height": spec.size_wh[1], "width": spec.size_wh[0]},
            "do_rescale": True,
            "rescale_factor": spec.scale,
            "do_normalize": True,
            "image_mean": _three(spec.mean),
            "image_std": _three(spec.std),
        }
        (part / "preprocessor_config.json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
        (part / OWN_FACTS).write_text(json.dumps(release_facts(self, record), indent=2) + "\n", encoding="utf-8")
        if path.exists():
            path.rename(old)
        os.replace(part, path)
        shutil.rmtree(old, ignore_errors=True)
        return path


def _three(values: tuple[float, ...]) -> list[float]:
    return list(values) * 3 if len(values) == 1 else list(values)


def _names(order: Order) -> dict[str, Any]:
    return {
        "id2label": dict(enumerate(order.labels)),
        "label2id": {label: index for index, label in enumerate(order.labels)},
        "num_labels": len(order.labels),
    }


def _random(order: Order) -> Any:  # noqa: ANN401 - the library's own classes
    transformers = require("transformers")
    names = {key: value for key, value in _names(order).items() if key != "num_labels"}
    options = {**spec_of(order.architecture_id).config, **order.options}
    config = transformers.AutoConfig.for_model(**options, **names)
    return transformers.AutoModelForImageClassification.from_config(config)


def _pretrained(order: Order) -> Any:  # noqa: ANN401 - the library's own classes
    """Read a folder, or a name that the library has in its own cache; nothing is fetched."""
    transformers = require("transformers")
    transformers.logging.disable_progress_bar()
    try:
        return transformers.AutoModelForImageClassification.from_pretrained(
            str(order.pretrained),
            local_files_only=True,
            trust_remote_code=False,
            ignore_mismatched_sizes=True,  # its classifier had other classes
            dtype=torch.float32,
            **_names(order),
        )
    except Exception as error:  # the library raises whatever a wrong folder leads it to
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
        raise DataError(
            f"--pretrained {order.pretrained}: cannot be read ({reason}); give a folder of save_pretrained"
        ) from error
