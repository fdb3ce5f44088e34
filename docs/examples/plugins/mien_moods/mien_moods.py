"""A network as a package: `mien annotate clip.mp4 --model moods`; mien_moods.onnx lies beside this file."""

from pathlib import Path


def network() -> Path:
    """Return the file of the network."""
    return Path(__file__).with_suffix(".onnx")
