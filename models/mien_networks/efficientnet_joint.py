"""EfficientNet-B0 with one layer for expressions, valence and arousal, as in EmotiEffLib's networks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from mien_networks.shared_facts import TWO_HEADS, emotiefflib_facts
from mien_networks.spec import ArchitectureSpec

if TYPE_CHECKING:
    from torch import nn

SPEC: Final = ArchitectureSpec(
    architecture_id="emotiefflib-mtl",
    framework="onnx",
    facts=emotiefflib_facts(224, "imagenet"),
    recipe=TWO_HEADS,
)


def build(config: Mapping[str, Any]) -> "nn.Module":
    """Build the network.

    Args:
        config: `label_count`, 8; `affect`, whether its last two numbers are valence and arousal, yes.
    """
    from mien_networks.efficientnet import EfficientNetB0Va
    from mien_networks.joint_head import JointHead

    return EfficientNetB0Va(JointHead(config.get("label_count", 8), config.get("affect", True)))
