"""The families that are known, and the search for the one that a state_dict belongs to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from mien.errors import UnsupportedCheckpoint
from mien_networks.reasons import listed, reason_of

if TYPE_CHECKING:
    from torch import Tensor, nn

State = dict[str, "Tensor"]
Plan = Callable[[State], tuple[State, Callable[[], "nn.Module"]]]


@dataclass(frozen=True, slots=True)
class Family:
    """One way in which a library names the layers of one kind of network.

    Attributes:
        name: The library's name and the family's.
        plan: Module and function that take such a state_dict and return it with the module's own names, and what
            builds the network without its weights.
        signs: Names of weights that are all there.
    """

    name: str
    plan: str
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A network with its weights.

    Attributes:
        name: Of its family.
        module: (N, 3, H, W) float32 → (N, labels).
        side_px: Of the pictures it takes; None where it takes any.
        channels: Of the pictures.
    """

    name: str
    module: "nn.Module"
    side_px: int | None
    channels: int


FAMILIES: Final = (
    Family("torchvision or timm ResNet", "resnet:plan", ("conv1.weight", "bn1.weight", "layer1.0.conv1.weight")),
    Family(
        "torchvision MobileNetV2",
        "inverted_names:torchvision_v2",
        ("features.0.0.weight", "features.1.conv.0.0.weight"),
    ),
    Family(
        "torchvision MobileNetV3",
        "inverted_names:torchvision_v3",
        ("features.0.0.weight", "features.1.block.0.0.weight", "classifier.0.weight"),
    ),
    Family(
        "torchvision EfficientNet",
        "inverted_names:torchvision_efficientnet",
        ("features.0.0.weight", "features.1.0.block.0.0.weight"),
    ),
    Family(
        "timm MobileNetV3",
        "inverted_names:timm_v3",
        ("conv_stem.weight", "blocks.0.0.conv_dw.weight", "conv_head.bias"),
    ),
    Family(
        "timm EfficientNet",
        "inverted_names:timm_efficientnet",
        ("conv_stem.weight", "blocks.0.0.se.conv_reduce.weight", "conv_head.weight"),
    ),
    Family(
        "timm MobileNetV2",
        "inverted_names:timm_v2",
        ("conv_stem.weight", "blocks.0.0.conv_dw.weight", "conv_head.weight"),
    ),
    Family(
        "torchvision ConvNeXt",
        "convnext:torchvision",
        ("features.0.0.weight", "features.1.0.layer_scale"),
    ),
    Family("timm ConvNeXt", "convnext:timm", ("stem.0.weight", "stages.0.blocks.0.conv_dw.weight")),
    Family("torchvision ViT", "vit:torchvision", ("conv_proj.weight", "class_token", "encoder.pos_embedding")),
    Family("timm ViT", "vit:timm", ("patch_embed.proj.weight", "pos_embed", "blocks.0.attn.qkv.weight")),
)
"""The first that fits counts."""


def rebuild(state: Mapping[str, "Tensor"], origin: str) -> Rebuilt | None:
    """Return the network of a state_dict; None where its names are of no family here.

    Raises:
        UnsupportedCheckpoint: They are, but the weights fit no network of the family.
    """
    state = _plain_head(_without_prefix(state))
    family = next((family for family in FAMILIES if all(sign in state for sign in family.signs)), None)
    if family is None:
        return None
    try:
        return _rebuild(family, dict(state))
    except (KeyError, IndexError, ValueError, RuntimeError, TypeError, AttributeError) as error:
        raise UnsupportedCheckpoint(
            f"{origin}: has the names of {family.name}, but not its layers ({reason_of(error)}); where its code "
            "is, save it with torch.jit.script or torch.onnx.export, or give its class with --module FILE.py:CLASS"
        ) from error


def _rebuild(family: Family, state: State) -> Rebuilt:
    import torch

    module_name, _, function = family.plan.partition(":")
    plan: Plan = getattr(import_module(f"mien_export.rebuilt.{module_name}"), function)
    renamed, build = plan(state)
    # First without memory behind it: odd shapes may ask for any size.
    with torch.device("meta"):
        claimed = {name: tuple(value.shape) for name, value in build().state_dict().items()}
    given = {name: tuple(value.shape) for name, value in renamed.items()}
    counters = {name for name in claimed if name.endswith("num_batches_tracked")}
    differing = [name for name in claimed.keys() | given.keys() if claimed.get(name) != given.get(name)]
    if unfit := sorted(set(differing) - counters):
        raise ValueError(f"different: {listed(unfit)}")
    module = build()
    module.load_state_dict(renamed, strict=False)
    first = next(value for value in renamed.values() if value.ndim == 4)
    return Rebuilt(family.name, module, getattr(module, "side_px", None), int(first.shape[1]))


def _without_prefix(state: Mapping[str, "Tensor"]) -> State:
    """Take off what a project puts before every name, such as `model.` or `backbone.`."""
    while True:
        firsts = {name.partition(".")[0] for name in state}
        if len(firsts) != 1 or any("." not in name for name in state):
            return dict(state)
        state = {name.partition(".")[2]: value for name, value in state.items()}


def _plain_head(state: State) -> State:
    """Give a ResNet's head of dropout and one linear layer, such as `fc.1`, the name of a bare one."""
    layers = {name.rpartition(".")[0] for name in state if name.startswith("fc.")}
    layer = next(iter(layers), "")
    if len(layers) != 1 or not layer.removeprefix("fc.").isdecimal():
        return state
    return {
        f"fc.{name[len(layer) + 1 :]}" if name.startswith("fc.") else name: value for name, value in state.items()
    }
