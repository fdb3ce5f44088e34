"""EfficientNet-B0 with a head for expressions and one for affect, for colour 224x224 faces.

After Tan and Le 2019 (arXiv:1905.11946); parts are named as in efficientnet_pytorch, so that its state_dicts fit.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor, nn

from mien_networks.resnet import Heads
from mien_networks.shared_facts import TWO_HEADS, affectnet_facts
from mien_networks.spec import ArchitectureSpec

NORM_EPS = 1e-3
NORM_MOMENTUM = 0.01
DROP_CONNECT = 0.2
FEATURES = 1280


class Stage(NamedTuple):
    """Blocks of one kind, table 1 of the paper."""

    repeats: int
    kernel: int
    stride: int
    expand: int
    channels_out: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)


class SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow pads: at stride 2 the odd pixel goes to the right and the bottom.

    Holds for inputs whose sides are even wherever the stride is 2, as 224 is.
    """

    def forward(self, features: Tensor) -> Tensor:
        """Pad, then convolve (N, C, H, W)."""
        total = self.kernel_size[0] - self.stride[0] if self.stride[0] > 1 else self.kernel_size[0] - 1
        if total > 0:
            before, after = total // 2, total - total // 2
            features = nn.functional.pad(features, (before, after, before, after))
        return super().forward(features)


def norm(channels: int) -> nn.BatchNorm2d:
    """Return a normalisation with the paper's figures."""
    return nn.BatchNorm2d(channels, eps=NORM_EPS, momentum=NORM_MOMENTUM)


def swish(features: Tensor) -> Tensor:
    """Return x · sigmoid(x), written out: a hand-made backward pass for it cannot be exported."""
    return features * torch.sigmoid(features)


class MBConv(nn.Module):
    """Inverted bottleneck with squeeze-and-excitation. (N, Ci, H, W) → (N, Co, H/stride, W/stride)."""

    def __init__(self, channels_in: int, stage: Stage, stride: int, drop_rate: float) -> None:
        super().__init__()
        inner, squeezed = channels_in * stage.expand, max(1, channels_in // 4)
        self.is_residual = stride == 1 and channels_in == stage.channels_out
        self.drop_rate = drop_rate
        self.expands = stage.expand != 1
        if self.expands:
            self._expand_conv = SameConv(channels_in, inner, 1, bias=False)
            self._bn0 = norm(inner)
        self._depthwise_conv = SameConv(inner, inner, stage.kernel, stride=stride, groups=inner, bias=False)
        self._bn1 = norm(inner)
        self._se_reduce = SameConv(inner, squeezed, 1)
        self._se_expand = SameConv(squeezed, inner, 1)
        self._project_conv = SameConv(inner, stage.channels_out, 1, bias=False)
        self._bn2 = norm(stage.channels_out)

    def forward(self, features: Tensor) -> Tensor:
        """Transform (N, Ci, H, W) float32."""
        inner = swish(self._bn0(self._expand_conv(features))) if self.expands else features
        inner = swish(self._bn1(self._depthwise_conv(inner)))
        squeezed = swish(self._se_reduce(inner.mean(dim=(2, 3), keepdim=True)))
        inner = self._bn2(self._project_conv(inner * torch.sigmoid(self._se_expand(squeezed))))
        return features + self._dropped(inner) if self.is_residual else inner

    def _dropped(self, inner: Tensor) -> Tensor:
        """Leave the block out for some pictures, in training only (stochastic depth, arXiv:1603.09382)."""
        if not self.training or self.drop_rate == 0.0:
            return inner
        kept = torch.rand(len(inner), 1, 1, 1, device=inner.device) >= self.drop_rate
        return inner * kept / (1.0 - self.drop_rate)


class EfficientNetB0(nn.Module):
    """The trunk, with whatever `_fc` is put on top."""

    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        self._conv_stem = SameConv(3, 32, 3, stride=2, bias=False)
        self._bn0 = norm(32)
        blocks: list[nn.Module] = []
        total = sum(stage.repeats for stage in STAGES)
        channels = 32
        for stage in STAGES:
            for index in range(stage.repeats):
                drop_rate = DROP_CONNECT * len(blocks) / total
                blocks.append(MBConv(channels, stage, stage.stride if index == 0 else 1, drop_rate))
                channels = stage.channels_out
        self._blocks = nn.ModuleList(blocks)
        self._conv_head = SameConv(channels, FEATURES, 1, bias=False)
        self._bn1 = norm(FEATURES)
        self._dropout = nn.Dropout(0.2)
        self._fc = head
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                # Otherwise the signal fades in fifty layers until normalisation has seen hundreds of batches.
                nn.init.kaiming_normal_(part.weight)

    def forward(self, image: Tensor) -> Any:  # noqa: ANN401 - whatever the head returns
        """Read (N, 3, H, W) float32."""
        features = swish(self._bn0(self._conv_stem(image)))
        for block in self._blocks:
            features = block(features)
        features = swish(self._bn1(self._conv_head(features)))
        return self._fc(self._dropout(features.mean(dim=(2, 3))))


class EfficientNetB0Va(nn.Module):
    """EfficientNet-B0 under the name `efficientnet`, as the project that trained it nests it."""

    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        self.efficientnet = EfficientNetB0(head)

    def forward(self, image: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Read (N, 3, 224, 224) RGB → what the head says of it."""
        answer: Tensor | tuple[Tensor, Tensor] = self.efficientnet(image)
        return answer


SPEC: Final = ArchitectureSpec(
    architecture_id="efficientnet-b0-va",
    framework="torch",
    facts=affectnet_facts(),
    recipe=TWO_HEADS,
    marker="efficientnet._fc.fc_av",
)


def build(config: Mapping[str, Any]) -> nn.Module:
    """Build the network; it answers logits (N, label_count), and affect (N, 2) as [arousal, valence].

    Args:
        config: `label_count`, 8; `affect`, whether there is a head for it, yes.
    """
    return EfficientNetB0Va(Heads(FEATURES, config.get("label_count", 8), config.get("affect", True)))
