"""A stranger's network runs in a process of its own first, with limits on time and memory.

An ONNX file is a program. It can loop without end or ask for more memory than there is, and ONNX Runtime can stop
neither. What does it there, with blank faces, can be ended; only what ends by itself is let in.
"""

import hashlib
import sys
from pathlib import Path
from typing import Final

from mien.errors import ModelError
from mien.inference.bounded import Limits, OutOfMemory, OutOfTime, run_bounded
from mien.inference.catalog import is_shipped
from mien.inference.session import OnnxSession, check_file
from mien.places import cache_folder, make_private_folder

TIME_LIMIT_S: Final = 60.0
MEMORY_LIMIT_BYTES: Final = 3 * 1024**3
"""Beside four times the file's size: what the largest networks of this field take is below 2 GiB."""

_BATCHES: Final = (1, 3)
_MAX_REMEMBERED_BYTES: Final = 1_000_000


def open_network(path: Path, provider: str = "auto", threads: int = 1) -> OnnxSession:
    """Open a network for use: one that was shipped at once, any other after it has passed `admit`.

    Raises:
        ModelError: As `OnnxSession`, or the network does not end, or takes too much memory.
    """
    admit(path)
    return OnnxSession(path, provider, threads)


def admit(path: Path, *, time_limit_s: float = TIME_LIMIT_S, memory_limit_bytes: int = MEMORY_LIMIT_BYTES) -> None:
    """Run a network on blank faces in a child process, unless it was shipped or has passed before.

    Raises:
        ModelError: It cannot be opened or run, does not end in time, or takes too much memory.
    """
    check_file(path)
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{path.name}: cannot be read ({error.strerror})") from error
    if is_shipped(digest) or digest in _passed():
        return
    _try(path, time_limit_s, memory_limit_bytes + 4 * path.stat().st_size)
    _remember(digest)


def _try(path: Path, time_limit_s: float, memory_limit_bytes: int) -> None:
    try:
        ended = run_bounded("mien.inference.admission", [str(path)], Limits(time_limit_s, memory_limit_bytes))
    except OutOfMemory as error:
        raise ModelError(
            f"{path.name}: takes more than {memory_limit_bytes / 1024**3:.1f} GiB of memory for one face, which "
            "no network of this kind needs; Mien does not run it"
        ) from error
    except OutOfTime as error:
        raise ModelError(
            f"{path.name}: has not read one blank face in {time_limit_s:.0f} s and may never end; "
            "Mien does not run it"
        ) from error
    if ended.code:
        last = ended.last_words()
        reason = (
            last.removeprefix("mien: ") if last.startswith("mien: ") else f"{path.name}: cannot be run ({last})"
        )
        raise ModelError(reason[:400])


def _record() -> Path:
    return cache_folder() / "networks-that-ran.txt"


def _passed() -> set[str]:
    """Return the checksums of networks that passed; a lost or damaged list costs another try and no more."""
    try:
        with _record().open("rb") as file:
            return set(file.read(_MAX_REMEMBERED_BYTES).decode(errors="replace").split())
    except OSError:
        return set()


def _remember(digest: str) -> None:
    try:
        make_private_folder(_record().parent)
        with _record().open("a", encoding="ascii") as file:
            file.write(f"{digest}\n")
    except OSError:
        pass  # it is tried again the next time


def _main(path: Path) -> int:
    """Be the child: open the network and run it on a few blank faces."""
    try:
        session = OnnxSession(path, provider="cpu")
        for faces in _BATCHES:
            session.run(session.blank(faces))
    except ModelError as error:
        print(f"mien: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
