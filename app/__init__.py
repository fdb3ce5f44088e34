"""Mien: reads facial expressions in real time, on your own machine."""

import os

# ONNX Runtime 1.29 and later report to their makers on Linux and macOS unless this is set before they are loaded;
# their disable_telemetry_events() comes too late (measured: a look-up all the same). See docs/decisions/0006.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
