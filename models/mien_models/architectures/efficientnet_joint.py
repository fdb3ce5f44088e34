"""EfficientNet-B0 with one layer for expressions, valence and arousal, as in EmotiEffLib's networks."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from mien_models.architectures.efficientnet import FEATURES, EfficientNetB0Va


class JointHead(nn.Module):
    """One linear layer whose last two numbers are valence and arousal."""

    def __init__(self, label_count: int, affect: bool) -> None:
        super().__init__()
        self.label_count = label_count
        self.fc = nn.Linear(FEATURES, label_count + (2 if affect else 0))

    def forward(self, features: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """(N, F) → (N, label_count), and (N, 2) as [valence, arousal] where there is affect."""
        both: Tensor = self.fc(features)
        if self.fc.out_features == self.label_count:
            return both
        return both[:, : self.label_count], both[:, self.label_count :]


def build(config: Mapping[str, Any]) -> nn.Module:
    """Build the network.

    Args:
        config: `label_count`, 8; `affect`, whether its last two numbers are valence and arousal, yes.
    """
    return EfficientNetB0Va(JointHead(config.get("label_count", 8), config.get("affect", True)))
