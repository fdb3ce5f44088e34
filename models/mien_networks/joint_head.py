"""The head of `efficientnet_joint`, apart from its facts, which are asked without torch."""

from torch import Tensor, nn

from mien_networks.efficientnet import FEATURES


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
