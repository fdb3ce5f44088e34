"""A lock on an open file that the operating system takes off when its owner dies, however it dies.

Better than a process number in a file: numbers are used again.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_AT: Final = 0x7FFF_FFFE
"""Windows locks bytes, and nobody else may read those: one where no lock file or journal has any."""


def try_lock(handle: int) -> bool:
    """Lock an open file until it is closed or the process ends.

    Args:
        handle: A descriptor that can be written to.

    Returns:
        False where somebody else holds it, or the file system knows no locks.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _AT, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            # Not lockf: that would let the same process in twice, and drop the lock when any of its files closes.
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def try_lock_path(path: Path) -> Iterator[bool]:
    """Lock a file that exists, for as long as the block lasts; yields whether that succeeded."""
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        yield False
        return
    try:
        yield try_lock(handle)
    finally:
        os.close(handle)


def is_locked(path: Path) -> bool:
    """Tell whether somebody holds the lock of a file; nobody holds one that is not there."""
    if not path.exists():
        return False
    with try_lock_path(path) as is_mine:
        return not is_mine
