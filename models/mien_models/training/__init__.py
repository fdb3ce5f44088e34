"""One trainer for every network: faces in, losses as strategies, a run that can be killed and gone on with."""

import os

# oneDNN in torch 2.13 faults in the backward pass of ResNet-18's convolutions on some processors with AVX-512 or
# AMX. It reads this once, at its first convolution, so it is said here, before any module of this package imports
# torch; whoever trusts their processor sets the variable themselves.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX2")
