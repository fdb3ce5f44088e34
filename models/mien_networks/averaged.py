"""Networks in one file that answer together: the mean of what each says of a face, and of its mirror image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import torch
from torch import Tensor, nn

from mien_networks.shared_facts import GRAY_FACE_FACTS
from mien_networks.spec import ArchitectureSpec

MAX_MEMBERS = 8


class Averaged(nn.Module):
    """Networks with the same labels and input.

    Args:
        members: Each answers `(logits, affect)`, and may answer the logits of FER2013's labels as well.
        temperatures: What the logits of each are divided by, so that a bold member does not outvote a modest one.
        is_mirrored: Whether each is asked about the mirror image as well, which takes twice the time.
    """

    def __init__(
        self, members: Sequence[nn.Module], temperatures: Sequence[float], is_mirrored: bool = False
    ) -> None:
        super().__init__()
        self.is_mirrored = is_mirrored
        self.members = nn.ModuleList(members)
        self.temperatures = tuple(temperatures)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Read faces.

        Args:
            image: (N, 1, H, W) float32, as the members want it.

        Returns:
            `logits` (N, labels), the mean of the log-probabilities; `affect` (N, 2), the mean; and, where members
            have a head for FER2013, the mean of those heads' log-probabilities.
        """
        views = [image, image.flip(3)] if self.is_mirrored else [image]
        asked = [pair for pair in zip(self.members, self.temperatures, strict=True) for _ in views]
        said = [member(view) for member in self.members for view in views]
        calm = [answer[0] / temperature for answer, (_, temperature) in zip(said, asked, strict=True)]
        whole = (mean_log_probabilities(calm), torch.stack([answer[1] for answer in said]).mean(0))
        labels = [answer[2] for answer in said if len(answer) > 2]
        return (*whole, mean_log_probabilities(labels)) if labels else whole


def mean_log_probabilities(logits: Sequence[Tensor]) -> Tensor:
    """Return the mean of what several (N, C) logits mean as log-probabilities."""
    return torch.stack([torch.log_softmax(part, dim=1) for part in logits]).mean(0)


SPEC: Final = ArchitectureSpec(
    architecture_id="averaged",
    framework="torch",
    facts=GRAY_FACE_FACTS,
)


def build(config: Mapping[str, Any]) -> Averaged:
    """Build the members from the options stored in a checkpoint.

    Args:
        config: `members`, each with its `architecture`, `config` and `temperature`; and whether it is `mirrored`.

    Raises:
        ValueError: There are too few or too many, or one is itself such a mean.
    """
    from mien_networks.registry import build as build_one

    unknown = set(config) - {"members", "mirrored", "label_count"}
    members = config.get("members", ())
    if unknown or not 1 <= len(members) <= MAX_MEMBERS:
        raise ValueError(f"averaged: 1 to {MAX_MEMBERS} members and nothing else, not {len(members)}, {unknown}")
    if any(member["architecture"] == "averaged" for member in members):
        raise ValueError("averaged: a member may not itself be a mean of networks")
    networks = [build_one(member["architecture"], **member["config"]) for member in members]
    temperatures = [float(member["temperature"]) for member in members]
    return Averaged(networks, temperatures, bool(config.get("mirrored", False)))
