"""One trainer for every network: faces in, losses as strategies, a run that can be killed and gone on with."""

import os
from typing import Final

_INSTRUCTIONS: Final = "ONEDNN_MAX_CPU_ISA"
_IS_CHOSEN: Final = _INSTRUCTIONS in os.environ
"""Whether whoever started this trusts their processor, or doesn't, and said so."""

# oneDNN in torch 2.13 faults in the backward pass of ResNet-18's convolutions on some processors with AVX-512 or
# AMX. It reads this once, at its first convolution, so it is said here, before any module of this package imports
# torch.
os.environ.setdefault(_INSTRUCTIONS, "AVX2")


def allow_instructions(precision: str) -> None:
    """Let a run in bfloat16 have the instructions for it, without which it is many times slower.

    To be called before the first convolution of the process.

    Args:
        precision: As of `Course`.
    """
    if precision == "bfloat16" and not _IS_CHOSEN:
        os.environ[_INSTRUCTIONS] = "DEFAULT"
