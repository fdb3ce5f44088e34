"""HDF5 files opened with suspicion: bounded sizes, and nothing read from outside the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from mien.errors import ExportError, UnsupportedCheckpoint
from mien_networks.frameworks import require
from mien_networks.reasons import reason_of

MAX_BYTES: Final = 8 * 1024**3
"""Largest checkpoint, and largest content that one may claim: the largest network known here has 0.6 GB."""

MAX_OBJECTS: Final = 100_000
MAX_EXPANSION: Final = 1_000
"""Weights hardly compress; a file that claims more than this many times its own size is made to fill memory."""
SMALL_BYTES: Final = 64 * 1024**2
"""Below this a claim is harmless, however small the file."""


@contextmanager
def open_hdf5(source: Path | IO[bytes], size: int, origin: str) -> Iterator[Any]:
    """Open a file for reading after looking at every object's claim.

    Args:
        source: A path, or an open binary file.
        size: Its bytes.
        origin: What to call it in messages.

    Yields:
        An `h5py.File`.

    Raises:
        ExportError: It is damaged, or claims more data than a network holds.
        UnsupportedCheckpoint: It points to data outside itself.
    """
    h5py = require("h5py")
    try:
        with h5py.File(source, "r") as file:
            _check(file, size, origin)
            yield file
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise ExportError(f"{origin}: a damaged HDF5 file ({reason_of(error)}); fetch or save it again") from error


def _check(file: Any, size: int, origin: str) -> None:  # noqa: ANN401 - h5py has no types
    """Walk all links without following one that leaves the file, and add up what the datasets claim."""
    h5py = require("h5py")
    claimed = 0
    seen = 0
    pending = [file]
    while pending:
        group = pending.pop()
        for name in group:
            seen += 1
            if seen > MAX_OBJECTS:
                raise ExportError(f"{origin}: holds more than {MAX_OBJECTS:,} objects; that is no network")
            link = group.get(name, getlink=True)
            if not isinstance(link, h5py.HardLink):
                raise UnsupportedCheckpoint(
                    f"{origin}: {name} is a link, which checkpoints have no use for; refused"
                )
            item = group[name]
            if isinstance(item, h5py.Group):
                pending.append(item)
                continue
            if item.external or item.is_virtual:
                raise UnsupportedCheckpoint(f"{origin}: {name} keeps its numbers in another file; refused")
            claimed += int(item.size or 0) * item.dtype.itemsize
            if claimed > min(MAX_BYTES, max(SMALL_BYTES, MAX_EXPANSION * size)):
                raise ExportError(
                    f"{origin}: {size:,} bytes that claim to hold {claimed:,} bytes of numbers; that is no network"
                )
