"""MienNet: a small residual network with squeeze-and-excitation for gray 48x48 faces.

Residual blocks after He et al. 2016 (arXiv:1512.03385), channel gates after Hu et al. 2018 (arXiv:1709.01507). One
trunk, two heads: expression logits and a point on the valence/arousal plane. Sized for one CPU core, not for a
leader board.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn

from mien_networks.shared_facts import GRAY_FACE_FACTS, OWN_RECIPE
from mien_networks.spec import ArchitectureSpec

CONTRAST_FLOOR = 1e-3
"""Added to the variance of the picture (range 0-1), so that the noise of a flat crop is not blown up."""


@dataclass(frozen=True, slots=True)
class MienNetConfig:
    """Options of the family.

    Attributes:
        stem_width: Channels of the stem.
        stem_stride: 2 starts the stages at half resolution, at a quarter of the cost.
        widths: Channels of each stage.
        strides: Stride of the first block of each stage.
        depths: Residual blocks of each stage.
        gate_reduction: How many times narrower the middle of a squeeze-and-excitation gate is.
        dropout: Probability of dropping a pooled feature before the heads, in training only.
        label_count: Width of `logits`.
    """

    stem_width: int = 32
    stem_stride: int = 2
    widths: tuple[int, ...] = (32, 64, 128, 192)
    strides: tuple[int, ...] = (1, 2, 2, 2)
    depths: tuple[int, ...] = (1, 1, 2, 1)
    gate_reduction: int = 8
    dropout: float = 0.2
    label_count: int = 8

    def __post_init__(self) -> None:
        """Check that stages agree; lists (from TOML or JSON) become tuples."""
        object.__setattr__(self, "widths", tuple(self.widths))
        object.__setattr__(self, "depths", tuple(self.depths))
        if not self.widths or len(self.widths) != len(self.depths):
            raise ValueError(f"widths and depths must have one entry a stage, got {self.widths} and {self.depths}")

    def as_dict(self) -> dict[str, Any]:
        """Return plain Python values, fit for a checkpoint that loads with `weights_only=True`."""
        return asdict(self) | {"widths": list(self.widths), "depths": list(self.depths)}


def even_out(image: Tensor) -> Tensor:
    """Bring each (N, C, H, W) picture to zero mean and unit variance, but for a floor."""
    centred = image - image.mean(dim=(1, 2, 3), keepdim=True)
    variance = (centred * centred).mean(dim=(1, 2, 3), keepdim=True)
    return centred / torch.sqrt(variance + CONTRAST_FLOOR)


def conv3x3(channels_in: int, channels_out: int, stride: int = 1) -> nn.Conv2d:
    """Return a padded 3x3 convolution without bias: batch normalisation follows it."""
    return nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False)


class ChannelGate(nn.Module):
    """Squeeze-and-excitation: weigh each channel by what the whole map shows. (N, C, H, W) → the same."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        middle = max(8, channels // reduction)
        self.squeeze = nn.Conv2d(channels, middle, 1)
        self.excite = nn.Conv2d(middle, channels, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Scale (N, C, H, W) by a gate in (0, 1) for each channel."""
        pooled = features.mean(dim=(2, 3), keepdim=True)
        gate = torch.sigmoid(self.excite(torch.relu(self.squeeze(pooled))))
        return features * gate


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions, a channel gate and a shortcut. (N, Ci, H, W) → (N, Co, H/stride, W/stride)."""

    def __init__(self, channels_in: int, channels_out: int, stride: int, gate_reduction: int) -> None:
        super().__init__()
        self.conv1 = conv3x3(channels_in, channels_out, stride)
        self.norm1 = nn.BatchNorm2d(channels_out)
        self.conv2 = conv3x3(channels_out, channels_out)
        self.norm2 = nn.BatchNorm2d(channels_out)
        self.gate = ChannelGate(channels_out, gate_reduction)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels_out:
            # Averaging before the 1x1 keeps the three quarters that a strided 1x1 would throw away
            # (arXiv:1812.01187).
            pool: nn.Module = nn.AvgPool2d(stride, ceil_mode=True) if stride != 1 else nn.Identity()
            projection = nn.Conv2d(channels_in, channels_out, 1, bias=False)
            self.shortcut = nn.Sequential(pool, projection, nn.BatchNorm2d(channels_out))

    def forward(self, features: Tensor) -> Tensor:
        """Transform (N, Ci, H, W) float32."""
        inner = torch.relu(self.norm1(self.conv1(features)))
        inner = self.gate(self.norm2(self.conv2(inner)))
        return torch.relu(inner + self.shortcut(features))


class MienNet(nn.Module):
    """The network: contrast normalisation, stem, residual stages, average pooling, two linear heads."""

    def __init__(self, config: MienNetConfig) -> None:
        super().__init__()
        self.config = config
        self.stem = nn.Sequential(
            nn.Conv2d(1, config.stem_width, 5, stride=config.stem_stride, padding=2, bias=False),
            nn.BatchNorm2d(config.stem_width),
            nn.ReLU(inplace=True),
        )
        blocks: list[nn.Module] = []
        channels = config.stem_width
        for width, stride, depth in zip(config.widths, config.strides, config.depths, strict=True):
            for index in range(depth):
                blocks.append(ResidualBlock(channels, width, stride if index == 0 else 1, config.gate_reduction))
                channels = width
        self.blocks = nn.Sequential(*blocks)
        self.dropout = nn.Dropout(config.dropout)
        self.expression = nn.Linear(channels, config.label_count)
        self.affect = nn.Linear(channels, 2)
        self._initialise()

    def _initialise(self) -> None:
        """He initialisation; the last normalisation of a block starts at zero, so that it starts as identity."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, ResidualBlock):
                nn.init.zeros_(module.norm2.weight)
        for head in (self.expression, self.affect):
            nn.init.normal_(head.weight, std=0.01)
            nn.init.zeros_(head.bias)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Read faces.

        Args:
            image: (N, 1, 48, 48) float32 gray, range 0-1. Each picture is brought to zero mean and unit variance
                inside the network, so that dim and bright rooms look alike to it.

        Returns:
            `logits` (N, label_count), and `affect` (N, 2) as [valence, arousal], each in [-1, 1].
        """
        features = self.blocks(self.stem(even_out(image)))
        pooled = self.dropout(features.mean(dim=(2, 3)))
        return self.expression(pooled), torch.tanh(self.affect(pooled))


SPEC: Final = ArchitectureSpec(
    architecture_id="mien-net",
    framework="torch",
    facts=GRAY_FACE_FACTS,
    recipe=OWN_RECIPE,
)


def build(config: Mapping[str, Any]) -> MienNet:
    """Build a MienNet from the options stored in a checkpoint; options left out take their defaults.

    Raises:
        TypeError: An option is unknown.
        ValueError: Stages do not agree.
    """
    return MienNet(MienNetConfig(**config))
