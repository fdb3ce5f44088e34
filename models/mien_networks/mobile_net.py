"""MobileNet with two heads, expression and affect, for gray faces.

After Howard et al. 2017 (arXiv:1704.04861). Batch normalisation is folded into the convolutions, as it is in the
published file of weights (`load_backbone`): a network that learned to tell thousands of people apart, and their
age and sex, begins with filters for faces, and needs few pictures to learn what faces show.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from mien_networks.mien_net import even_out
from mien_networks.shared_facts import GRAY_FACE_FACTS, OWN_RECIPE
from mien_networks.spec import ArchitectureSpec

STEM_WIDTH: Final = 32
BLOCKS: Final = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (1024, 2),
    (1024, 1),
)
"""Channels and stride of each block."""

GRAY_LEVELS_OF_CONTRAST: Final = 64.0
"""About the standard deviation of a face in gray levels, in which the published weights count."""


@dataclass(frozen=True, slots=True)
class MobileNetConfig:
    """Options of the family.

    Attributes:
        side_px: The faces are enlarged to this inside the network.
        blocks: How many of the thirteen blocks are kept.
        dropout: Probability of dropping a pooled feature before the heads, in training only.
        label_count: Width of `logits`.
        fer2013_count: Width of a third answer, to the question how FER2013 labels the face, or 0 for none. Those
            labels and the votes of FER+ often disagree; a head for each need not choose.
        normalised_from: The blocks from this one on, counted from 0, have batch normalisation behind their
            convolutions, in training: it bears higher rates. `MobileNet.folded` takes it out again.
    """

    side_px: int = 80
    blocks: int = 12
    dropout: float = 0.3
    label_count: int = 8
    fer2013_count: int = 0
    normalised_from: int = len(BLOCKS)

    def __post_init__(self) -> None:
        """Check the sizes: a config may come with a stranger's checkpoint."""
        if not 1 <= self.blocks <= len(BLOCKS):
            raise ValueError(f"blocks of 1 to {len(BLOCKS)}, not {self.blocks}")
        if not 32 <= self.side_px <= 512:
            raise ValueError(f"side_px of 32 to 512, not {self.side_px}")

    def as_dict(self) -> dict[str, Any]:
        """Return plain Python values, fit for a checkpoint that loads with `weights_only=True`."""
        return asdict(self)


class SeparableBlock(nn.Module):
    """Convolve each channel, then mix the channels. (N, Ci, H, W) → (N, Co, H/stride, W/stride)."""

    def __init__(self, channels_in: int, channels_out: int, stride: int, is_normalised: bool = False) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels_in, channels_in, 3, stride, 1, groups=channels_in)
        self.pointwise = nn.Conv2d(channels_in, channels_out, 1)
        self.depthwise_norm = nn.BatchNorm2d(channels_in) if is_normalised else nn.Identity()
        self.pointwise_norm = nn.BatchNorm2d(channels_out) if is_normalised else nn.Identity()

    def forward(self, features: Tensor) -> Tensor:
        """Transform (N, Ci, H, W) float32."""
        inner = nn.functional.relu6(self.depthwise_norm(self._depthwise(features)))
        return nn.functional.relu6(self.pointwise_norm(self.pointwise(inner)))

    @torch.no_grad()
    def begin_norms(self, features: Tensor) -> None:
        """Give new normalisations what they see in (N, Ci, H, W) features, so that they change nothing yet."""
        inner = self.depthwise(features)
        _leave_as_it_is(self.depthwise_norm, inner)
        _leave_as_it_is(self.pointwise_norm, self.pointwise(nn.functional.relu6(inner)))

    def _depthwise(self, features: Tensor) -> Tensor:
        if not self.training or self.depthwise.stride == (1, 1):
            return cast(Tensor, self.depthwise(features))
        # The same numbers by four times the products, and all the faster: oneDNN's gradient of a depthwise
        # convolution with a stride takes most of a step in bfloat16 (PyTorch 2.13: 840 of 1,200 ms).
        dense = nn.functional.conv2d(
            features, self.depthwise.weight, self.depthwise.bias, padding=1, groups=self.depthwise.groups
        )
        return dense[:, :, ::2, ::2]


def _leave_as_it_is(norm: nn.Module, seen: Tensor) -> None:
    if isinstance(norm, nn.BatchNorm2d):
        variance, mean = torch.var_mean(seen, dim=(0, 2, 3))
        norm.load_state_dict(
            {
                "weight": torch.sqrt(variance + norm.eps),
                "bias": mean,
                "running_mean": mean,
                "running_var": variance,
                "num_batches_tracked": torch.tensor(0),
            }
        )


def _fold(convolution: nn.Module, norm: nn.Module) -> None:
    if isinstance(norm, nn.BatchNorm2d) and isinstance(convolution, nn.Conv2d):
        merged = fuse_conv_bn_eval(convolution.eval(), norm.eval())
        convolution.load_state_dict(merged.state_dict())


class MobileNet(nn.Module):
    """The network: contrast evened out, enlargement, stem, blocks, one weight for each place, two linear heads."""

    def __init__(self, config: MobileNetConfig) -> None:
        super().__init__()
        self.config = config
        self.stem = nn.Conv2d(1, STEM_WIDTH, 3, 2, 1)
        blocks: list[nn.Module] = []
        channels, downsampling = STEM_WIDTH, 2
        for number, (channels_out, stride) in enumerate(BLOCKS[: config.blocks]):
            blocks.append(SeparableBlock(channels, channels_out, stride, number >= config.normalised_from))
            channels, downsampling = channels_out, downsampling * stride
        self.blocks = nn.Sequential(*blocks)
        # In an aligned face each place has its meaning: the mouth says other things than the forehead.
        places = math.ceil(config.side_px / downsampling)
        self.place_weights = nn.Parameter(torch.full((1, channels, places, places), 1.0 / places**2))
        self.dropout = nn.Dropout(config.dropout)
        self.expression = nn.Linear(channels, config.label_count)
        self.affect = nn.Linear(channels, 2)
        self.fer2013 = nn.Linear(channels, config.fer2013_count) if config.fer2013_count else None
        for head in (self.expression, self.affect, self.fer2013):
            if head is None:
                continue
            nn.init.normal_(head.weight, std=0.01)
            nn.init.zeros_(head.bias)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Read faces.

        Args:
            image: (N, 1, H, W) float32 gray, range 0-1.

        Returns:
            `logits` (N, label_count), `affect` (N, 2) as [valence, arousal], each in [-1, 1], and, where
            the config asks for it, logits (N, fer2013_count).
        """
        face = self.blocks(self._beginning(image))
        pooled = self.dropout((face * self.place_weights).sum(dim=(2, 3)))
        answers = (self.expression(pooled), torch.tanh(self.affect(pooled)))
        return answers if self.fer2013 is None else (*answers, self.fer2013(pooled))

    def _beginning(self, image: Tensor) -> Tensor:
        side = self.config.side_px
        face = even_out(image)
        if image.shape[-1] != side:
            face = nn.functional.interpolate(face, (side, side), mode="bilinear", align_corners=False)
        return nn.functional.relu6(self.stem(face))

    @torch.no_grad()
    def begin_with(self, weights: Mapping[str, Tensor], image: Tensor) -> None:
        """Take over weights without normalisation; new ones begin with what they see, and change nothing yet.

        Args:
            weights: Of a network with the same options but for `normalised_from`.
            image: (N, 1, H, W) faces.

        Raises:
            RuntimeError: A weight is missing, or of another shape.
        """
        own = self.state_dict()
        self.load_state_dict({key: value for key, value in own.items() if "_norm." in key} | dict(weights))
        features = self.eval()._beginning(image)
        for block in cast(Iterable[SeparableBlock], self.blocks):
            block.begin_norms(features)
            features = block(features)

    def folded(self) -> MobileNet:
        """Return a network without normalisation that answers as this one does when it isn't trained."""
        plain = MobileNet(replace(self.config, normalised_from=len(BLOCKS)))
        twin = copy.deepcopy(self)
        for block in cast(Iterable[SeparableBlock], twin.blocks):
            _fold(block.depthwise, block.depthwise_norm)
            _fold(block.pointwise, block.pointwise_norm)
        state = twin.state_dict()
        plain.load_state_dict({key: state[key] for key in plain.state_dict()})
        return plain.train(self.training)

    def load_backbone(self, weights: Mapping[str, Tensor]) -> None:
        """Take over the trunk of a trained network, as far as this one reaches; the heads stay as they are.

        Args:
            weights: Of a network of this family, or as published; see `from_published`.

        Raises:
            ValueError: A part is missing or of another shape.
        """
        own = self.state_dict()
        trunk = [key for key in own if key.startswith(("stem.", "blocks."))]
        found = weights if "stem.weight" in weights else from_published(weights, self.config.blocks)
        for key in trunk:
            if key not in found:
                raise ValueError(f"backbone: {key} is missing in the file")
            if found[key].shape != own[key].shape:
                raise ValueError(f"backbone: {key} is {tuple(found[key].shape)}, needed {tuple(own[key].shape)}")
        self.load_state_dict(own | {key: found[key] for key in trunk})


def from_published(weights: Mapping[str, Tensor], blocks: int) -> dict[str, Tensor]:
    """Return published weights under the names, and in the shapes, of this module.

    The stem was learned for three colours in gray levels; of a gray picture all three are the same, so its filters
    are summed, and made larger for pictures of unit variance.

    Args:
        weights: Kernels (H, W, in, out); depthwise ones (H, W, channels, 1), a factor for each channel; shifts.
        blocks: How many are wanted.

    Raises:
        ValueError: A part is missing.
    """

    def part(name: str) -> Tensor:
        if name not in weights:
            raise ValueError(f"backbone: {name} is missing in the file")
        return weights[name]

    stem = part("conv1/convolution/merged_input").permute(3, 2, 0, 1).sum(dim=1, keepdim=True)
    found = {"stem.weight": stem * GRAY_LEVELS_OF_CONTRAST, "stem.bias": part("conv1_bn/batchnorm_1/sub")}
    for number in range(1, blocks + 1):
        block, depthwise = f"blocks.{number - 1}", part(f"conv_dw_{number}/depthwise_kernel").permute(2, 3, 0, 1)
        scale = part(f"conv_dw_{number}_bn/batchnorm_1/mul").reshape(-1, 1, 1, 1)
        found[f"{block}.depthwise.weight"] = depthwise * scale
        found[f"{block}.depthwise.bias"] = part(f"conv_dw_{number}_bn/batchnorm_1/sub")
        found[f"{block}.pointwise.weight"] = part(f"conv_pw_{number}/convolution/merged_input").permute(3, 2, 0, 1)
        found[f"{block}.pointwise.bias"] = part(f"conv_pw_{number}_bn/batchnorm_1/sub")
    return found


SPEC: Final = ArchitectureSpec(
    architecture_id="mobilenet",
    framework="torch",
    facts=GRAY_FACE_FACTS,
    recipe=OWN_RECIPE,
)


def build(config: Mapping[str, Any]) -> MobileNet:
    """Build the network from the options stored in a checkpoint; options left out take their defaults.

    Raises:
        TypeError: An option is unknown.
    """
    return MobileNet(MobileNetConfig(**config))
