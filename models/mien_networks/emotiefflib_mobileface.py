"""The smaller of the published multi-task networks: it exists as ONNX alone, and is taken over as it is."""

from typing import Final

from mien_networks.shared_facts import emotiefflib_facts
from mien_networks.spec import ArchitectureSpec

SPEC: Final = ArchitectureSpec(
    architecture_id="emotiefflib-mtl-mbf",
    framework="onnx",
    facts=emotiefflib_facts(112, "-1-1"),
)
