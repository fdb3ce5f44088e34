"""Registry of network families: one module per family, imported only when it is asked for.

A checkpoint names its family (`"architecture": "mien-net"`) and carries the options the family was built with
(`"config": {…}`), so that a network can be rebuilt from the file alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn

FAMILIES: dict[str, str] = {
    "mien-net": "mien_models.architectures.mien_net",
    "efficientnet-lite0": "mien_models.architectures.efficientnet_lite",
    "mobilenet": "mien_models.architectures.mobile_net",
    "averaged": "mien_models.architectures.averaged",
    "mini-xception": "mien_models.architectures.mini_xception",
    "cnn-a": "mien_models.architectures.cnn_a",
    "cnn-b": "mien_models.architectures.cnn_b",
    "cnn-c": "mien_models.architectures.cnn_c",
    "cnn-c-inception": "mien_models.architectures.cnn_c_inception",
    "vit-tiny-a": "mien_models.architectures.vit_tiny_a",
    "vgg19": "mien_models.architectures.vgg19_dense",
    "resnet18-va": "mien_models.architectures.resnet",
    "efficientnet-b0-va": "mien_models.architectures.efficientnet",
    "emotiefflib-mtl": "mien_models.architectures.efficientnet_joint",
    "retinaface-m025": "mien_models.architectures.retina_face",
}
"""Architecture id → module with a `build(config)` function."""


def build(architecture_id: str, **config: Any) -> nn.Module:  # noqa: ANN401 - options differ by family
    """Build an untrained network.

    Args:
        architecture_id: A key of `FAMILIES`.
        **config: Options of that family, as stored in a checkpoint.

    Returns:
        A module whose forward takes (N, 1, 48, 48) float32 (the family's own input size) and returns
        `(logits, affect)`: (N, labels) and (N, 2). A face detector's takes pictures of any size; see its module.

    Raises:
        ValueError: The family is unknown.
    """
    if architecture_id not in FAMILIES:
        raise ValueError(f"unknown architecture {architecture_id!r}; known: {', '.join(sorted(FAMILIES))}")
    module = import_module(FAMILIES[architecture_id])
    network: nn.Module = module.build(config)
    return network
