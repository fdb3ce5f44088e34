"""ViT-Base/16 (Dosovitskiy et al. 2021, arXiv:2010.11929), built by transformers and fine-tuned on faces."""

from typing import Final

from mien_networks.shared_facts import FINE_TUNING, transformers_facts
from mien_networks.spec import ArchitectureSpec

SPEC: Final = ArchitectureSpec(
    architecture_id="vit-base",
    framework="transformers",
    facts=transformers_facts(224, "-1-1"),
    recipe=FINE_TUNING,
    config={"model_type": "vit", "image_size": 224},
)
