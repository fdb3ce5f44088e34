"""ConvNeXt (arXiv:2201.03545) and ConvNeXt V2 (arXiv:2301.00808) of any depth, named as timm does."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from mien_export.rebuilt.family import State

Plan = tuple["State", Callable[[], nn.Module]]

EPSILON: Final = 1e-6

TORCHVISION: Final = (
    (r"features\.0\.", "stem."),
    (r"features\.([1357])\.(\d+)\.block\.0\.", r"stages.\1.blocks.\2.conv_dw."),
    (r"features\.([1357])\.(\d+)\.block\.2\.", r"stages.\1.blocks.\2.norm."),
    (r"features\.([1357])\.(\d+)\.block\.3\.", r"stages.\1.blocks.\2.mlp.fc1."),
    (r"features\.([1357])\.(\d+)\.block\.5\.", r"stages.\1.blocks.\2.mlp.fc2."),
    (r"features\.([1357])\.(\d+)\.layer_scale", r"stages.\1.blocks.\2.gamma"),
    (r"features\.([246])\.", r"stages.\1.downsample."),
    (r"classifier\.0\.", "head.norm."),
    (r"classifier\.2\.", "head.fc."),
)
"""torchvision numbers stem, stages and what lies between them in one row."""


def from_torchvision(state: "State") -> "State":
    """Return a state_dict of torchvision with timm's names."""
    renamed = {}
    for name, value in state.items():
        for pattern, replacement in TORCHVISION:
            if re.match(pattern, name):
                name = re.sub(pattern, replacement, name, count=1)
                break
        name = re.sub(r"^stages\.(\d)", lambda match: f"stages.{int(match[1]) // 2}", name)
        renamed[name] = value.flatten() if name.endswith(".gamma") else value
    return renamed


class ChannelNorm(nn.LayerNorm):
    """Layer normalisation over the channels of (N, C, H, W)."""

    def forward(self, features: Tensor) -> Tensor:
        """Normalise."""
        return super().forward(features.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ResponseNorm(nn.Module):
    """Global response normalisation of V2, over (N, H, W, C)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width))
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, features: Tensor) -> Tensor:
        """Weigh each channel by its share of the picture's response."""
        response = features.pow(2).sum((1, 2), keepdim=True).sqrt()
        share = response / (response.mean(-1, keepdim=True) + EPSILON)
        return features + self.bias + self.weight * (features * share)


class Mlp(nn.Module):
    """Two linear layers over the channels of (N, H, W, C)."""

    def __init__(self, width: int, inner: int, has_response: bool) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, inner)
        self.grn = ResponseNorm(inner) if has_response else nn.Identity()
        self.fc2 = nn.Linear(inner, width)

    def forward(self, features: Tensor) -> Tensor:
        """Transform."""
        transformed: Tensor = self.fc2(self.grn(nn.functional.gelu(self.fc1(features))))
        return transformed


class Block(nn.Module):
    """A wide convolution in depth, then an MLP. Keeps (N, C, H, W)."""

    def __init__(self, state: "State", prefix: str) -> None:
        super().__init__()
        width, _, side, _ = state[f"{prefix}.conv_dw.weight"].shape
        inner = state[f"{prefix}.mlp.fc1.weight"].shape[0]
        self.conv_dw = nn.Conv2d(width, width, side, padding=side // 2, groups=width)
        self.norm = nn.LayerNorm(width, EPSILON)
        self.mlp = Mlp(width, inner, f"{prefix}.mlp.grn.weight" in state)
        self.gamma = nn.Parameter(torch.ones(width)) if f"{prefix}.gamma" in state else None

    def forward(self, features: Tensor) -> Tensor:
        """Transform."""
        inner = self.mlp(self.norm(self.conv_dw(features).permute(0, 2, 3, 1)))
        inner = inner if self.gamma is None else inner * self.gamma
        added: Tensor = features + inner.permute(0, 3, 1, 2)
        return added


class Stage(nn.Module):
    """Blocks, after a convolution that halves the picture, where there is one."""

    def __init__(self, state: "State", prefix: str) -> None:
        super().__init__()
        self.downsample: nn.Module = nn.Identity()
        if (key := f"{prefix}.downsample.1.weight") in state:
            out, within, side, _ = state[key].shape
            self.downsample = nn.Sequential(ChannelNorm(within, EPSILON), nn.Conv2d(within, out, side, side))
        count = len({name.split(".")[3] for name in state if name.startswith(f"{prefix}.blocks.")})
        self.blocks = nn.Sequential(*(Block(state, f"{prefix}.blocks.{place}") for place in range(count)))

    def forward(self, features: Tensor) -> Tensor:
        """(N, Ci, H, W) → (N, Co, H', W')."""
        transformed: Tensor = self.blocks(self.downsample(features))
        return transformed


class Head(nn.Module):
    """Normalised average of the picture, and one linear layer."""

    def __init__(self, state: "State") -> None:
        super().__init__()
        labels, width = state["head.fc.weight"].shape
        self.norm = nn.LayerNorm(width, EPSILON)
        self.fc = nn.Linear(width, labels)

    def forward(self, features: Tensor) -> Tensor:
        """(N, C, H, W) → (N, labels)."""
        logits: Tensor = self.fc(self.norm(features.mean((2, 3))))
        return logits


class ConvNext(nn.Module):
    """(N, 3, H, W) float32 → (N, labels) float32 logits."""

    def __init__(self, state: "State") -> None:
        super().__init__()
        width, channels, side, _ = state["stem.0.weight"].shape
        self.stem = nn.Sequential(nn.Conv2d(channels, width, side, side), ChannelNorm(width, EPSILON))
        count = len({name.split(".")[1] for name in state if name.startswith("stages.")})
        self.stages = nn.Sequential(*(Stage(state, f"stages.{number}") for number in range(count)))
        self.head = Head(state)

    def forward(self, image: Tensor) -> Tensor:
        """Read a batch."""
        logits: Tensor = self.head(self.stages(self.stem(image)))
        return logits


def timm(state: "State") -> Plan:
    """Return the network of a state_dict with timm's names."""
    return state, lambda: ConvNext(state)


def torchvision(state: "State") -> Plan:
    """Return the network of a state_dict with torchvision's names."""
    return timm(from_torchvision(state))
