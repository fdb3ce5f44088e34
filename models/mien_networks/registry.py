"""The one list of architectures: a line for each, with the file that holds its spec and builds it.

A file may import its framework, so it is imported only when it is asked for. A checkpoint names its architecture
(`"architecture": "mien-net"`) and carries the options that it was built with (`"config": {…}`), so that a network
can be rebuilt from the file alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from mien.errors import ExportError
from mien_networks.frameworks import require
from mien_networks.spec import ArchitectureSpec, Framework

if TYPE_CHECKING:
    from torch import nn

ARCHITECTURES: Final[dict[str, tuple[Framework, str]]] = {
    "mien-net": ("torch", "mien_networks.mien_net"),
    "efficientnet-lite0": ("torch", "mien_networks.efficientnet_lite"),
    "mobilenet": ("torch", "mien_networks.mobile_net"),
    "averaged": ("torch", "mien_networks.averaged"),
    "mini-xception": ("keras", "mien_networks.mini_xception"),
    "cnn-a": ("keras", "mien_networks.cnn_a"),
    "vit-tiny-a": ("keras", "mien_networks.vit_tiny_a"),
    "cnn-b": ("keras", "mien_networks.cnn_b"),
    "cnn-c": ("keras", "mien_networks.cnn_c"),
    "cnn-c-inception": ("keras", "mien_networks.cnn_c_inception"),
    "vgg19": ("keras", "mien_networks.vgg19"),
    "resnet18-va": ("torch", "mien_networks.resnet"),
    "efficientnet-b0-va": ("torch", "mien_networks.efficientnet"),
    "retinaface-m025": ("torch", "mien_networks.retina_face"),
    "vit-base": ("transformers", "mien_networks.vit_base"),
    "convnext-tiny": ("transformers", "mien_networks.convnext_tiny"),
    "convnextv2-tiny": ("transformers", "mien_networks.convnextv2_tiny"),
    "emotiefflib-mtl": ("onnx", "mien_networks.efficientnet_joint"),
    "emotiefflib-mtl-mbf": ("onnx", "mien_networks.emotiefflib_mobileface"),
}
"""By id: the framework that checkpoints are written with, and the module with `SPEC` and `build(config)`."""


def names_of(framework: Framework | None = None) -> tuple[str, ...]:
    """Return the ids of all architectures, or of those of a framework."""
    return tuple(name for name, (kind, _) in ARCHITECTURES.items() if framework in (None, kind))


def spec_of(architecture_id: str) -> ArchitectureSpec:
    """Return a spec by its id.

    Raises:
        ExportError: There is none, or its framework is not installed.
    """
    spec: ArchitectureSpec = _module_of(architecture_id).SPEC
    return spec


def specs_of(framework: Framework) -> Iterator[ArchitectureSpec]:
    """Yield the specs of the architectures of a framework, which is imported."""
    return (spec_of(name) for name in names_of(framework))


def build(architecture_id: str, **config: Any) -> nn.Module:  # noqa: ANN401 - options differ by architecture
    """Build an untrained network.

    Args:
        architecture_id: A key of `ARCHITECTURES`.
        **config: Options of that architecture, as stored in a checkpoint.

    Returns:
        A module whose forward takes faces as its spec says and returns logits (N, labels), or a tuple that begins
        with logits and affect (N, 2); of a Keras architecture, a Keras model. A face detector's takes pictures of
        any size; see its module.

    Raises:
        ExportError: The architecture is unknown, or exists as a file alone.
    """
    module = _module_of(architecture_id)
    if not hasattr(module, "build"):
        raise ExportError(f"{architecture_id}: exists as a file alone and cannot be built; name that file")
    network: nn.Module = module.build(config)
    return network


def _module_of(architecture_id: str) -> Any:  # noqa: ANN401 - a module with what the registry says
    if architecture_id not in ARCHITECTURES:
        raise ExportError(
            f"--architecture {architecture_id}: unknown; known are {', '.join(sorted(ARCHITECTURES))}"
        )
    framework, module = ARCHITECTURES[architecture_id]
    if framework in ("torch", "keras"):
        require(framework)
    return import_module(module)
