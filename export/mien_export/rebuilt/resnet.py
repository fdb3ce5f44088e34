"""ResNet (arXiv:1512.03385), ResNeXt and Wide ResNet of any depth, named as torchvision and timm do."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from mien_export.rebuilt.family import State

Plan = tuple["State", Callable[[], nn.Module]]


class Block(nn.Module):
    """Two convolutions of 3x3, or 1x1, 3x3 and 1x1, and a shortcut: (N, Ci, H, W) → (N, Co, H/stride, …)."""

    def __init__(self, state: "State", prefix: str, stride: int) -> None:
        super().__init__()
        count = 3 if f"{prefix}.conv3.weight" in state else 2
        # The stride is at the 3x3 convolution, as in torchvision and timm.
        strides = (1, stride, 1) if count == 3 else (stride, 1)
        self._count = count
        width = 0
        for number in range(1, count + 1):
            weight = state[f"{prefix}.conv{number}.weight"]
            out, within, side = weight.shape[0], weight.shape[1], weight.shape[2]
            groups = 1 if number == 1 else width // within
            conv = nn.Conv2d(within * groups, out, side, strides[number - 1], side // 2, groups=groups, bias=False)
            setattr(self, f"conv{number}", conv)
            setattr(self, f"bn{number}", nn.BatchNorm2d(out))
            width = out
        self.downsample: nn.Module | None = None
        if (key := f"{prefix}.downsample.0.weight") in state:
            out, within = state[key].shape[:2]
            self.downsample = nn.Sequential(
                nn.Conv2d(within, out, 1, stride=stride, bias=False), nn.BatchNorm2d(out)
            )

    def forward(self, features: Tensor) -> Tensor:
        """Transform (N, Ci, H, W) float32."""
        shortcut = features if self.downsample is None else self.downsample(features)
        for number in range(1, self._count + 1):
            features = getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(features))
            if number < self._count:
                features = torch.relu(features)
        return torch.relu(features + shortcut)


class ResNet(nn.Module):
    """(N, C, H, W) float32 → (N, labels) float32 logits."""

    def __init__(self, state: "State") -> None:
        super().__init__()
        width, channels, side, _ = state["conv1.weight"].shape
        self.conv1 = nn.Conv2d(channels, width, side, 2, side // 2, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self._stages = [f"layer{number}" for number in range(1, 5)]
        for number, name in enumerate(self._stages):
            blocks = {key.split(".")[1] for key in state if key.startswith(f"{name}.")}
            stage = [
                Block(state, f"{name}.{place}", 2 if number and not place else 1) for place in range(len(blocks))
            ]
            setattr(self, name, nn.Sequential(*stage))
        labels, inner = state["fc.weight"].shape
        self.fc = nn.Linear(inner, labels, bias="fc.bias" in state)

    def forward(self, image: Tensor) -> Tensor:
        """Read a batch."""
        features = torch.relu(self.bn1(self.conv1(image)))
        features = nn.functional.max_pool2d(features, 3, 2, 1)
        for name in self._stages:
            features = getattr(self, name)(features)
        logits: Tensor = self.fc(features.mean((2, 3)))
        return logits


def plan(state: "State") -> Plan:
    """Return the network of a state_dict with torchvision's or timm's names."""
    return state, lambda: ResNet(state)
