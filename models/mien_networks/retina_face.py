"""RetinaFace with MobileNetV1 x0.25: a face detector that looks at a picture of any size once.

Deng, Guo, Zhou, Yu, Kotsia and Zafeiriou, "RetinaFace: Single-stage Dense Face Localisation in the Wild",
arXiv 1905.00641, in the form of biubug6/Pytorch_Retinaface (MIT), whose published weights have these names.
"""

from collections.abc import Mapping
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from mien.inference.detector_manifest import DETECTOR_KIND, Anchors, DetectorInput, DetectorManifest
from mien.inference.manifest import SCHEMA
from mien_networks.facts import Facts
from mien_networks.spec import ArchitectureSpec

SLOPE: Final = 0.1
CHANNELS: Final = 64
ANCHORS_PER_PLACE: Final = 2
LEVELS: Final = 3
POINTS: Final = 5


class RetinaFace(nn.Module):
    """Finds faces. Its sides must be multiples of 32, so that the levels lie exactly over each other."""

    def __init__(self) -> None:
        super().__init__()
        self.body = _Body()
        self.fpn = _Pyramid((64, 128, 256))
        self.ssh1, self.ssh2, self.ssh3 = (_Context() for _ in range(LEVELS))
        self.ClassHead = nn.ModuleList(_Head(2) for _ in range(LEVELS))
        self.BboxHead = nn.ModuleList(_Head(4) for _ in range(LEVELS))
        self.LandmarkHead = nn.ModuleList(_Head(2 * POINTS) for _ in range(LEVELS))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return what each of A anchors sees.

        Args:
            image: (N, 3, H, W) float32, BGR from 0 to 255 less the mean; H and W multiples of 32.

        Returns:
            Scores (N, A) from 0 to 1; boxes (N, A, 4) and points (N, A, 10), both relative to the anchors, which
            go level by level, row by row, from left to right, the smaller one first.
        """
        levels = self.fpn(self.body(image))
        seen = [look(level) for look, level in zip((self.ssh1, self.ssh2, self.ssh3), levels, strict=True)]
        logits, boxes, points = (
            torch.cat([head(level) for head, level in zip(heads, seen, strict=True)], dim=1)
            for heads in (self.ClassHead, self.BboxHead, self.LandmarkHead)
        )
        return functional.softmax(logits, dim=-1)[..., 1], boxes, points


class _Body(nn.Module):
    """MobileNetV1 (Howard et al., arXiv 1704.04861) with a quarter of the channels, without its classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.stage1 = nn.Sequential(
            _convolution(3, 8, stride=2),
            *(_separable(*sizes) for sizes in ((8, 16, 1), (16, 32, 2), (32, 32, 1), (32, 64, 2), (64, 64, 1))),
        )
        self.stage2 = nn.Sequential(_separable(64, 128, 2), *(_separable(128, 128, 1) for _ in range(5)))
        self.stage3 = nn.Sequential(_separable(128, 256, 2), _separable(256, 256, 1))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        first = self.stage1(image)
        second = self.stage2(first)
        return first, second, self.stage3(second)


class _Pyramid(nn.Module):
    """Feature pyramid (Lin et al., arXiv 1612.03144): the coarse levels are added to the finer ones."""

    def __init__(self, widths: tuple[int, int, int]) -> None:
        super().__init__()
        self.output1, self.output2, self.output3 = (_convolution(width, CHANNELS, side=1) for width in widths)
        self.merge1, self.merge2 = (_convolution(CHANNELS, CHANNELS) for _ in range(2))

    def forward(self, levels: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        fine, middle, coarse = self.output1(levels[0]), self.output2(levels[1]), self.output3(levels[2])
        middle = self.merge2(middle + functional.interpolate(coarse, scale_factor=2.0, mode="nearest"))
        fine = self.merge1(fine + functional.interpolate(middle, scale_factor=2.0, mode="nearest"))
        return fine, middle, coarse


class _Context(nn.Module):
    """Context module of SSH (Najibi et al., arXiv 1708.03979): fields of 3x3, 5x5 and 7x7 side by side."""

    def __init__(self) -> None:
        super().__init__()
        half, quarter = CHANNELS // 2, CHANNELS // 4
        self.conv3X3 = _convolution(CHANNELS, half, activated=False)
        self.conv5X5_1 = _convolution(CHANNELS, quarter)
        self.conv5X5_2 = _convolution(quarter, quarter, activated=False)
        self.conv7X7_2 = _convolution(quarter, quarter)
        self.conv7x7_3 = _convolution(quarter, quarter, activated=False)

    def forward(self, level: Tensor) -> Tensor:
        narrow = self.conv5X5_1(level)
        wide = self.conv7x7_3(self.conv7X7_2(narrow))
        return functional.relu(torch.cat([self.conv3X3(level), self.conv5X5_2(narrow), wide], dim=1))


class _Head(nn.Module):
    """So many numbers for each anchor of each place of a level."""

    def __init__(self, numbers: int) -> None:
        super().__init__()
        self.numbers = numbers
        self.conv1x1 = nn.Conv2d(CHANNELS, ANCHORS_PER_PLACE * numbers, kernel_size=1)

    def forward(self, level: Tensor) -> Tensor:
        by_place: Tensor = self.conv1x1(level).permute(0, 2, 3, 1)
        return by_place.reshape(by_place.shape[0], -1, self.numbers)


def _convolution(
    channels: int, new_channels: int, *, side: int = 3, stride: int = 1, groups: int = 1, activated: bool = True
) -> nn.Sequential:
    layers: list[nn.Module] = [
        nn.Conv2d(channels, new_channels, side, stride, side // 2, groups=groups, bias=False),
        nn.BatchNorm2d(new_channels),
    ]
    return nn.Sequential(*layers, nn.LeakyReLU(SLOPE)) if activated else nn.Sequential(*layers)


def _separable(channels: int, new_channels: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        *_convolution(channels, channels, stride=stride, groups=channels),
        *_convolution(channels, new_channels, side=1),
    )


MANIFEST: Final = DetectorManifest(
    schema=SCHEMA,
    kind=DETECTOR_KIND,
    name="retinaface-m025",
    input=DetectorInput(name="image", colour="BGR", mean=(104.0, 117.0, 123.0)),
    anchors=Anchors(strides_px=(8, 16, 32), sides_px=((16, 32), (64, 128), (256, 512))),
)
"""Of biubug6/Pytorch_Retinaface, `cfg_mnet`."""

SPEC: Final = ArchitectureSpec(
    architecture_id="retinaface-m025",
    framework="torch",
    facts=Facts(detector=MANIFEST),
    marker="LandmarkHead.",
)


def build(config: Mapping[str, Any]) -> RetinaFace:
    """Build the untrained network. It has no options."""
    del config
    return RetinaFace()
