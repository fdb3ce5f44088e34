"""Networks of inverted residuals, under names of their own.

MobileNetV2 (arXiv:1801.04381), MobileNetV3 (arXiv:1905.02244), EfficientNet (arXiv:1905.11946) and EfficientNetV2
(arXiv:2104.00298); `inverted_names` brings the names of other libraries to these.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from mien_export.rebuilt.family import State

Activation = Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Settings:
    """What no shape says.

    Attributes:
        strides: Of each block.
        activations: Of each block.
        outer: Activation of what comes before and after the blocks.
        squeeze: Activation within squeeze and excitation.
        gate: What that ends with.
        epsilon: Of batch normalisation.
    """

    strides: tuple[int, ...]
    activations: tuple[Activation, ...]
    outer: Activation
    squeeze: Activation = torch.relu
    gate: Activation = torch.sigmoid
    epsilon: float = 1e-5


class ConvNorm(nn.Module):
    """A convolution and its normalisation. (N, Ci, H, W) → (N, Co, H/stride, W/stride)."""

    def __init__(self, state: "State", prefix: str, stride: int, channels: int, epsilon: float) -> None:
        super().__init__()
        out, within, side, _ = state[f"{prefix}.conv.weight"].shape
        self.conv = nn.Conv2d(channels, out, side, stride, side // 2, groups=channels // within, bias=False)
        self.norm = nn.BatchNorm2d(out, epsilon)
        self.width = int(out)

    def forward(self, features: Tensor) -> Tensor:
        """Transform."""
        normalised: Tensor = self.norm(self.conv(features))
        return normalised


class Squeeze(nn.Module):
    """Squeeze and excitation: each channel is weighed by what the average of all says."""

    def __init__(self, state: "State", prefix: str, settings: Settings) -> None:
        super().__init__()
        inner, width = state[f"{prefix}.reduce.weight"].shape[:2]
        self.reduce = nn.Conv2d(width, inner, 1)
        self.expand = nn.Conv2d(inner, width, 1)
        self._squeeze, self._gate = settings.squeeze, settings.gate

    def forward(self, features: Tensor) -> Tensor:
        """Keep (N, C, H, W)."""
        average = features.mean((2, 3), keepdim=True)
        return features * self._gate(self.expand(self._squeeze(self.reduce(average))))


PARTS = ("expand", "fused", "depth", "project")


class Block(nn.Module):
    """Wider, through space, weighed, and narrow again; the input is added where shapes allow."""

    def __init__(self, state: "State", prefix: str, channels: int, place: int, settings: Settings) -> None:
        super().__init__()
        stride, width = settings.strides[place], channels
        self._activation = settings.activations[place]
        self._parts = [part for part in PARTS if f"{prefix}.{part}.conv.weight" in state]
        for part in self._parts:
            step = stride if part in ("fused", "depth") else 1
            conv = ConvNorm(state, f"{prefix}.{part}", step, width, settings.epsilon)
            setattr(self, part, conv)
            width = conv.width
        has_squeeze = f"{prefix}.squeeze.reduce.weight" in state
        self.squeeze = Squeeze(state, f"{prefix}.squeeze", settings) if has_squeeze else None
        self._is_added = stride == 1 and width == channels
        self.width = width

    def forward(self, features: Tensor) -> Tensor:
        """(N, Ci, H, W) → (N, Co, H/stride, W/stride)."""
        inner = features
        for part in self._parts:
            inner = getattr(self, part)(inner)
            if part != "project":
                inner = self._activation(inner)
            if part == "depth" and self.squeeze is not None:
                inner = self.squeeze(inner)
        return inner + features if self._is_added else inner


class Inverted(nn.Module):
    """(N, 3, H, W) float32 → (N, labels) float32 logits."""

    def __init__(self, state: "State", settings: Settings) -> None:
        super().__init__()
        channels = int(state["stem.conv.weight"].shape[1])
        self.stem = ConvNorm(state, "stem", 2, channels, settings.epsilon)
        width, blocks = self.stem.width, []
        for place in range(len({name.split(".")[1] for name in state if name.startswith("blocks.")})):
            blocks.append(Block(state, f"blocks.{place}", width, place, settings))
            width = blocks[-1].width
        self.blocks = nn.Sequential(*blocks)
        self.last = ConvNorm(state, "last", 1, width, settings.epsilon)
        hidden = state.get("hidden.weight")
        self.hidden = None if hidden is None else nn.Linear(hidden.shape[1], hidden.shape[0])
        labels, inner = state["head.weight"].shape
        self.head = nn.Linear(inner, labels)
        self._outer = settings.outer

    def forward(self, image: Tensor) -> Tensor:
        """Read a batch."""
        features = self.blocks(self._outer(self.stem(image)))
        pooled = self._outer(self.last(features)).mean((2, 3))
        if self.hidden is not None:
            pooled = self._outer(self.hidden(pooled))
        logits: Tensor = self.head(pooled)
        return logits
