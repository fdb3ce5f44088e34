"""Networks in plain torch: ResNet-18 and EfficientNet-B0, with one head or two."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from mien.inference.manifest import InputSpec
from mien_models.data import DataError
from mien_models.training.checkpoint import save_atomically
from mien_models.training.device import choose_device
from mien_models.training.learner import Order, release_facts
from mien_models.training.recipe import build_with, input_for, recipe_of
from mien_networks.registry import spec_of

HEADS: Final = ("fc.", "_fc.")
"""How the families name what comes after the pooled features."""

NESTED: Final = ("resnet.", "efficientnet.", "")
MIN_MATCHED: Final = 0.5
"""Pretrained weights that fit less of the backbone than this are of another network."""


class TorchLearner:
    """See `Learner`.

    Args:
        order: What to build.

    Raises:
        DataError: Its pretrained weights are of another network.
    """

    def __init__(self, order: Order) -> None:
        self.order = order
        self._device = choose_device(order.device)
        recipe = recipe_of(order.architecture_id)
        heads = {} if recipe.affect == "always" else {"affect": order.affect}
        self._config = {"label_count": len(order.labels), **heads, **order.options}
        torch.manual_seed(order.seed)
        module: nn.Module = build_with(order.architecture_id, self._config)
        if order.pretrained is not None:
            _fill(module, order.pretrained)
        if order.freeze_backbone:
            for name, parameter in module.named_parameters():
                parameter.requires_grad_(any(head in f".{name}" for head in (f".{h}" for h in HEADS)))
        self.module: nn.Module = module.to(self._device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        affect_order = spec_of(order.architecture_id).facts.affect_order or ("valence", "arousal")
        self._columns = [affect_order.index("valence"), affect_order.index("arousal")]

    @property
    def input_spec(self) -> InputSpec:
        """See `Learner`."""
        return input_for(self.order.architecture_id, None)

    @property
    def device(self) -> torch.device:
        """See `Learner`."""
        return self._device

    def parameters(self) -> list[nn.Parameter]:
        """See `Learner`."""
        return [parameter for parameter in self.module.parameters() if parameter.requires_grad]

    def answer(self, images: Tensor, training: bool) -> tuple[Tensor, ...]:
        """See `Learner`. A frozen backbone keeps its statistics."""
        self.module.train(training)
        if training and self.order.freeze_backbone:
            for part in self.module.modules():
                if isinstance(part, nn.BatchNorm2d):
                    part.eval()
        answer = self.module(images.contiguous(memory_format=torch.channels_last))
        if isinstance(answer, Tensor):
            return (answer,)
        logits, affect, *others = answer
        return logits, affect[:, self._columns], *others

    def tensors(self) -> Mapping[str, Tensor]:
        """See `Learner`."""
        state: Mapping[str, Tensor] = self.module.state_dict()
        return state

    def load_backbone(self, weights: Mapping[str, Tensor]) -> None:
        """Take over the trunk of a published network.

        Raises:
            DataError: This architecture cannot, or a part is missing or of another shape.
        """
        module: Any = self.module
        try:
            module.load_backbone(weights)
        except (AttributeError, ValueError) as error:
            raise DataError(f"{self.order.architecture_id}: cannot begin with these weights ({error})") from error

    def release(self, folder: Path, record: Mapping[str, Any]) -> Path:
        """See `Learner`."""
        path = folder / "best.pt"
        weights = {key: value.cpu().contiguous().clone() for key, value in self.module.state_dict().items()}
        save_atomically({"model": weights, "config": self._config, **release_facts(self, record)}, path)
        return path


def _fill(module: nn.Module, path: Path) -> None:
    """Take over what a checkpoint has of the backbone: bare, or under `model` or `state_dict`, nested or not."""
    given = _read(path)
    wanted = module.state_dict()
    taken: dict[str, Tensor] = {}
    for key, value in wanted.items():
        for prefix in NESTED:
            found = given.get(key.removeprefix(prefix))
            if key.startswith(prefix) and found is not None and found.shape == value.shape:
                taken[key] = found
        if key in given and given[key].shape == value.shape:
            taken[key] = given[key]
    share = sum(wanted[key].numel() for key in taken) / sum(value.numel() for value in wanted.values())
    if share < MIN_MATCHED:
        raise DataError(f"--pretrained {path}: fits {share:.0%} of this network; name weights of the same one")
    module.load_state_dict(copy.copy(taken), strict=False)


def _read(path: Path) -> dict[str, Tensor]:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises whatever a damaged or hostile pickle leads it to
        raise DataError(
            f"--pretrained {path}: no file of torch weights that opens without running code"
        ) from error
    for key in ("model", "state_dict", "model_state_dict"):
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
    if not isinstance(content, dict):
        raise DataError(f"--pretrained {path}: holds no weights; name a state_dict")
    return {str(key).removeprefix("module."): value for key, value in content.items() if isinstance(value, Tensor)}
