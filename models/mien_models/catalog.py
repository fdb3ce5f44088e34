"""The list of shipped networks, `zoo/catalog.json`: name, file, checksum and one sentence for people.

The program checks the checksums; this module writes them, so that nobody does it by hand.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import msgspec

from mien.inference.catalog import ShippedModel

ZOO: Final = Path(__file__).resolve().parent / "zoo"


def read_catalog(zoo: Path = ZOO) -> dict[str, ShippedModel]:
    """Return the shipped networks by name; empty where there is no list yet."""
    path = zoo / "catalog.json"
    return msgspec.json.decode(path.read_bytes(), type=dict[str, ShippedModel]) if path.exists() else {}


def ship(file: str, summary: str | None = None, zoo: Path = ZOO) -> ShippedModel:
    """Enter a file of the zoo into the list, or bring its checksum up to date.

    Args:
        file: Name of the `.onnx` file within `zoo`; without its ending it is the network's name.
        summary: One sentence for people; None keeps the one that is there.
        zoo: The folder.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: A new entry has no summary.
    """
    entries = read_catalog(zoo)
    name = Path(file).stem
    known = entries.get(name)
    text = summary or (known.summary if known else "")
    if not text:
        raise ValueError(f"{file}: is new in the list and needs a summary")
    checksum = hashlib.sha256((zoo / file).read_bytes()).hexdigest()
    entries[name] = ShippedModel(file, checksum, text, finds_faces=known is not None and known.finds_faces)
    listing = msgspec.json.format(msgspec.json.encode(dict(sorted(entries.items()))), indent=2)
    (zoo / "catalog.json").write_bytes(listing + b"\n")
    return entries[name]
