"""What comes back from a machine that is only lent: one archive in small pieces, what matters most first."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch

from mien_models.training.checkpoint import read_checkpoint

STEM: Final = "handback.tar"
README: Final = "cat handback.tar.0* | tar x"
"""How the pieces become files again."""


def halved(path: Path) -> bytes:
    """Return a checkpoint with its weights in float16, which networks take back as float32."""
    content: dict[str, Any] = read_checkpoint(path)
    for key in ("model", "tensors"):
        if isinstance(weights := content.get(key), dict):
            content[key] = {
                name: value.half() if value.dtype == torch.float32 else value for name, value in weights.items()
            }
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


def hand_back(files: Sequence[tuple[str, bytes]], folder: Path, piece_mb: float, most_mb: float) -> list[str]:
    """Write files, in this order, into pieces of one archive: the first are whole where the last piece is lost.

    Args:
        files: Names within the archive, and contents.
        folder: Takes `handback.tar.00`, `.01`, …; older ones go.
        piece_mb: No piece is larger, in million bytes.
        most_mb: Nor all of them together: files that would not fit are left out.

    Returns:
        The names of files that were left out.
    """
    left_out: list[str] = []
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in files:
            if stream.tell() + len(content) + 20_000 > most_mb * 1e6:
                left_out.append(name)
                continue
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{STEM}.*"):
        old.unlink()
    data, size = stream.getvalue(), int(piece_mb * 1e6)
    for number, start in enumerate(range(0, len(data), size)):
        (folder / f"{STEM}.{number:02d}").write_bytes(data[start : start + size])
    return left_out
