"""ResNet-18 with a head for expressions and one for affect, for colour 224x224 faces.

After He et al. 2016 (arXiv:1512.03385); parts are named as torchvision names them, so that its state_dicts fit.
"""

from collections.abc import Mapping
from typing import Any, Final

import torch
from torch import Tensor, nn

from mien_networks.shared_facts import TWO_HEADS, affectnet_facts
from mien_networks.spec import ArchitectureSpec


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut. (N, Ci, H, W) → (N, Co, H/stride, W/stride)."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.downsample: nn.Module | None = None
        if stride != 1 or channels_in != channels_out:
            projection = nn.Conv2d(channels_in, channels_out, 1, stride=stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm2d(channels_out))

    def forward(self, features: Tensor) -> Tensor:
        """Transform (N, Ci, H, W) float32."""
        shortcut = features if self.downsample is None else self.downsample(features)
        inner = torch.relu(self.bn1(self.conv1(features)))
        return torch.relu(self.bn2(self.conv2(inner)) + shortcut)


class Heads(nn.Module):
    """Expression logits, and two numbers of affect or none, from a vector of features. For `efficientnet` too."""

    def __init__(self, features: int, label_count: int, affect: bool) -> None:
        super().__init__()
        self.fc_exp = nn.Linear(features, label_count)
        self.fc_av = nn.Linear(features, 2) if affect else None

    def forward(self, features: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """(N, F) → (N, label_count), and (N, 2) as [arousal, valence] where there is affect."""
        logits: Tensor = self.fc_exp(features)
        return logits if self.fc_av is None else (logits, self.fc_av(features))


class ResNet18(nn.Module):
    """The trunk, with whatever `fc` is put on top."""

    def __init__(self, head: nn.Module, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = nn.Sequential(BasicBlock(width, width, 1), BasicBlock(width, width, 1))
        self.layer2 = nn.Sequential(BasicBlock(width, 2 * width, 2), BasicBlock(2 * width, 2 * width, 1))
        self.layer3 = nn.Sequential(BasicBlock(2 * width, 4 * width, 2), BasicBlock(4 * width, 4 * width, 1))
        self.layer4 = nn.Sequential(BasicBlock(4 * width, 8 * width, 2), BasicBlock(8 * width, 8 * width, 1))
        self.fc = head
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight, mode="fan_out")

    def forward(self, image: Tensor) -> Any:  # noqa: ANN401 - whatever the head returns
        """Read (N, 3, H, W) float32."""
        features = torch.relu(self.bn1(self.conv1(image)))
        features = nn.functional.max_pool2d(features, 3, stride=2, padding=1)
        features = self.layer4(self.layer3(self.layer2(self.layer1(features))))
        return self.fc(features.mean(dim=(2, 3)))


class ResNet18Va(nn.Module):
    """ResNet-18 under the name `resnet`, as the project that trained it nests it."""

    def __init__(self, label_count: int, width: int, affect: bool) -> None:
        super().__init__()
        self.resnet = ResNet18(Heads(8 * width, label_count, affect), width)

    def forward(self, image: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Read (N, 3, 224, 224) RGB, 0 to 1 → logits (N, label_count), affect (N, 2) [arousal, valence]."""
        answer: Tensor | tuple[Tensor, Tensor] = self.resnet(image)
        return answer


SPEC: Final = ArchitectureSpec(
    architecture_id="resnet18-va",
    framework="torch",
    facts=affectnet_facts(),
    recipe=TWO_HEADS,
    marker="resnet.fc.fc_av",
)


def build(config: Mapping[str, Any]) -> nn.Module:
    """Build the network.

    Args:
        config: `label_count`, 8; `width` of the stem, 64; `affect`, whether there is a head for it, yes.
    """
    return ResNet18Va(config.get("label_count", 8), config.get("width", 64), config.get("affect", True))
