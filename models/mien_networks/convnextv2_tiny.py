"""ConvNeXt V2-Tiny (Woo et al. 2023, arXiv:2301.00808) built by transformers and fine-tuned on faces."""

from typing import Final

from mien_networks.shared_facts import FINE_TUNING, transformers_facts
from mien_networks.spec import ArchitectureSpec

SPEC: Final = ArchitectureSpec(
    architecture_id="convnextv2-tiny",
    framework="transformers",
    facts=transformers_facts(384, "imagenet"),
    recipe=FINE_TUNING,
    config={"model_type": "convnextv2", "image_size": 384},
)
