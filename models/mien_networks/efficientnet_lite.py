"""EfficientNet-Lite0 with two heads, expression and affect, for gray faces.

After Tan and Le 2019 (arXiv:1905.11946), in the form that TensorFlow calls "lite": no channel gates, ReLU6 for
swish, stem and head not scaled. Parts are named as in efficientnet_pytorch, so that published ImageNet weights fit
(`load_backbone`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn

from mien_networks.efficientnet import STAGES, norm
from mien_networks.mien_net import even_out
from mien_networks.shared_facts import GRAY_FACE_FACTS, OWN_RECIPE
from mien_networks.spec import ArchitectureSpec

STEM_WIDTH = 32
HEAD_WIDTH = 1280
BLOCKS = sum(stage.repeats for stage in STAGES)


@dataclass(frozen=True, slots=True)
class EfficientNetLiteConfig:
    """Options of the family.

    Attributes:
        side_px: The faces are enlarged to this inside the network, so that what was learned from pictures of
            224 pixels meets features of a like size.
        stem_stride: 1 keeps the full resolution for the first stage.
        blocks: How many of the sixteen blocks are kept.
        has_head: Whether the last 1x1 convolution, to 1280 channels, is kept.
        drop_connect: Chance that the last block is left out for a picture in training; less for earlier ones.
        dropout: Probability of dropping a pooled feature before the heads, in training only.
        label_count: Width of `logits`.
    """

    side_px: int = 80
    stem_stride: int = 2
    blocks: int = BLOCKS
    has_head: bool = True
    drop_connect: float = 0.1
    dropout: float = 0.3
    label_count: int = 8

    def __post_init__(self) -> None:
        """Check the sizes: a config may come with a stranger's checkpoint."""
        if not 16 <= self.side_px <= 512 or not 1 <= self.blocks <= BLOCKS or self.stem_stride not in (1, 2):
            raise ValueError(
                f"side_px of 16 to 512, blocks of 1 to {BLOCKS} and stem_stride of 1 or 2, "
                f"not {self.side_px}, {self.blocks}, {self.stem_stride}"
            )

    def as_dict(self) -> dict[str, Any]:
        """Return plain Python values, fit for a checkpoint that loads with `weights_only=True`."""
        return asdict(self)


def convolution(channels_in: int, channels_out: int, kernel: int, stride: int = 1) -> nn.Conv2d:
    """Return a padded convolution without bias.

    TensorFlow, for which the published weights were made, puts the odd pixel of padding at stride 2 on the right;
    here it stands on the left. Every path goes through these layers, so that only shifts the grid by a pixel.
    """
    return nn.Conv2d(channels_in, channels_out, kernel, stride, kernel // 2, bias=False)


class DepthwiseConv(nn.Conv2d):
    """A convolution of each channel by itself, padded to keep the size at stride 1."""

    def __init__(self, channels: int, kernel: int, stride: int) -> None:
        super().__init__(channels, channels, kernel, stride, kernel // 2, groups=channels, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        """Convolve (N, C, H, W). A map smaller than the kernel is first padded by hand.

        Without that, oneDNN takes a slow path for the gradient: 4 to 30 times slower for 5x5 on 3x3.
        """
        kernel = self.kernel_size[0]
        if features.shape[-1] >= kernel or self.stride[0] > 1:
            return super().forward(features)
        by_hand = (kernel - features.shape[-1] + 1) // 2
        rest = kernel // 2 - by_hand
        widened = nn.functional.pad(features, (by_hand,) * 4).contiguous(memory_format=torch.channels_last)
        return nn.functional.conv2d(widened, self.weight, None, self.stride, rest, groups=self.groups)


class InvertedBottleneck(nn.Module):
    """Widen, convolve each channel, narrow. (N, Ci, H, W) → (N, Co, H/stride, W/stride)."""

    def __init__(self, channels: tuple[int, int], kernel: int, stride: int, expand: int, drop_rate: float) -> None:
        super().__init__()
        channels_in, channels_out = channels
        inner = channels_in * expand
        self.is_residual = stride == 1 and channels_in == channels_out
        self.drop_rate = drop_rate
        self.expands = expand != 1
        if self.expands:
            self._expand_conv = convolution(channels_in, inner, 1)
            self._bn0 = norm(inner)
        self._depthwise_conv = DepthwiseConv(inner, kernel, stride)
        self._bn1 = norm(inner)
        self._project_conv = convolution(inner, channels_out, 1)
        self._bn2 = norm(channels_out)

    def forward(self, features: Tensor) -> Tensor:
        """Transform (N, Ci, H, W) float32."""
        wide = nn.functional.relu6(self._bn0(self._expand_conv(features))) if self.expands else features
        wide = nn.functional.relu6(self._bn1(self._depthwise_conv(wide)))
        inner: Tensor = self._bn2(self._project_conv(wide))
        if not self.is_residual:
            return inner
        if self.training and self.drop_rate > 0.0:  # stochastic depth, arXiv:1603.09382
            kept = torch.rand(len(inner), 1, 1, 1, device=inner.device) >= self.drop_rate
            inner = inner * kept / (1.0 - self.drop_rate)
        return features + inner


class EfficientNetLite(nn.Module):
    """The network: contrast evened out, enlargement, stem, blocks, average pooling, two linear heads."""

    def __init__(self, config: EfficientNetLiteConfig) -> None:
        super().__init__()
        self.config = config
        self._conv_stem = convolution(1, STEM_WIDTH, 3, config.stem_stride)
        self._bn0 = norm(STEM_WIDTH)
        blocks: list[nn.Module] = []
        channels = STEM_WIDTH
        for stage in STAGES:
            for index in range(stage.repeats):
                if len(blocks) == config.blocks:
                    break
                stride = stage.stride if index == 0 else 1
                rate = config.drop_connect * len(blocks) / config.blocks
                pair = (channels, stage.channels_out)
                blocks.append(InvertedBottleneck(pair, stage.kernel, stride, stage.expand, rate))
                channels = stage.channels_out
        self._blocks = nn.ModuleList(blocks)
        self._conv_head: nn.Module | None = None
        if config.has_head:
            self._conv_head = convolution(channels, HEAD_WIDTH, 1)
            self._bn1 = norm(HEAD_WIDTH)
            channels = HEAD_WIDTH
        self.dropout = nn.Dropout(config.dropout)
        self.expression = nn.Linear(channels, config.label_count)
        self.affect = nn.Linear(channels, 2)
        for head in (self.expression, self.affect):
            nn.init.normal_(head.weight, std=0.01)
            nn.init.zeros_(head.bias)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Read faces.

        Args:
            image: (N, 1, H, W) float32 gray, range 0-1.

        Returns:
            `logits` (N, label_count), and `affect` (N, 2) as [valence, arousal], each in [-1, 1].
        """
        side = self.config.side_px
        features = even_out(image)
        if image.shape[-1] != side:
            features = nn.functional.interpolate(features, (side, side), mode="bilinear", align_corners=False)
        features = nn.functional.relu6(self._bn0(self._conv_stem(features)))
        for block in self._blocks:
            features = block(features)
        if self._conv_head is not None:
            features = nn.functional.relu6(self._bn1(self._conv_head(features)))
        pooled = self.dropout(features.mean(dim=(2, 3)))
        return self.expression(pooled), torch.tanh(self.affect(pooled))

    def load_backbone(self, weights: Mapping[str, Tensor]) -> None:
        """Take over ImageNet weights of EfficientNet-Lite0; the two heads stay as they are.

        The stem was learned for three colours, each brought to zero mean and unit variance: of a gray picture all
        three are the same but for small factors, so its filters are summed over the colours.

        Args:
            weights: State as published for efficientnet_pytorch.

        Raises:
            ValueError: A part is missing or of another shape.
        """
        own = self.state_dict()
        for key, value in own.items():
            if key.startswith(("expression.", "affect.")):
                continue
            if key not in weights:
                raise ValueError(f"backbone: {key} is missing in the file")
            source = weights[key].sum(dim=1, keepdim=True) if key == "_conv_stem.weight" else weights[key]
            if source.shape != value.shape:
                raise ValueError(f"backbone: {key} is {tuple(source.shape)}, needed {tuple(value.shape)}")
            own[key] = source
        self.load_state_dict(own)


SPEC: Final = ArchitectureSpec(
    architecture_id="efficientnet-lite0",
    framework="torch",
    facts=GRAY_FACE_FACTS,
    recipe=OWN_RECIPE,
)


def build(config: Mapping[str, Any]) -> EfficientNetLite:
    """Build the network from the options stored in a checkpoint; options left out take their defaults.

    Raises:
        TypeError: An option is unknown.
    """
    return EfficientNetLite(EfficientNetLiteConfig(**config))
