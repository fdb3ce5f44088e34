"""ConvNeXt-Tiny (Liu et al. 2022, arXiv:2201.03545) built by transformers and fine-tuned on faces."""

from typing import Final

from mien_networks.shared_facts import FINE_TUNING, transformers_facts
from mien_networks.spec import ArchitectureSpec

SPEC: Final = ArchitectureSpec(
    architecture_id="convnext-tiny",
    framework="transformers",
    facts=transformers_facts(224, "imagenet"),
    recipe=FINE_TUNING,
    config={"model_type": "convnext", "image_size": 224},
)
