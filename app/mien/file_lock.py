"""A lock on an open file that the operating system takes off when its owner dies, however it dies.

Better than a process number in a file: numbers are used again.
"""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Final, Self

_AT: Final = 0x7FFF_FFFE
"""Windows locks bytes, and nobody else may read those: one where no lock file or journal has any."""

_TAKEN: Final = frozenset((errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK))

NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
"""Opens a file, but not what a link of that name leads to: others may write into a shared folder."""


class Lock(Enum):
    """What came of an attempt to lock a file."""

    MINE = "mine"
    TAKEN = "taken"
    UNKNOWN = "unknown"
    """The drive knows no locks, as some network drives do: nobody can tell whether somebody else is at work."""


def try_lock(handle: int) -> Lock:
    """Lock an open file until it is closed or the process ends.

    Args:
        handle: A descriptor that can be written to.
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
    except OSError as error:
        return Lock.TAKEN if error.errno in _TAKEN else Lock.UNKNOWN
    return Lock.MINE


@contextmanager
def try_lock_path(path: Path) -> Iterator[Lock]:
    """Lock a file that exists, for as long as the block lasts; yields what came of it.

    A file that may not be written to is taken: whoever writes it may.
    """
    try:
        handle = os.open(path, os.O_RDWR | NO_LINK)
    except OSError:
        yield Lock.TAKEN
        return
    try:
        yield try_lock(handle)
    finally:
        os.close(handle)


def is_locked(path: Path) -> bool:
    """Tell whether somebody holds the lock of a file; nobody holds one that is not there."""
    if not path.exists():
        return False
    with try_lock_path(path) as lock:
        return lock is Lock.TAKEN


class LockFile:
    """A file that is there to be locked; held until it is released, or until the process dies, however it dies.

    Args:
        path: Made where it is missing; its folder exists.

    Attributes:
        state: What came of it.

    Raises:
        OSError: The file cannot be made, or is a link.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        while True:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | NO_LINK, 0o666)
            self.state = try_lock(self._handle)
            if self.state is Lock.TAKEN or is_same_file(path, self._handle):
                return
            os.close(self._handle)  # deleted by whoever held it before, between the two calls

    @property
    def is_held(self) -> bool:
        """False where somebody else holds it. On a drive without locks there is nothing better than going on."""
        return self.state is not Lock.TAKEN

    def release(self, *, delete: bool = False) -> None:
        """Let go. Safe twice.

        Args:
            delete: Delete the file as well.
        """
        if self._handle < 0:
            return
        # Windows deletes no file that is open; elsewhere it must go before somebody else can lock it.
        deletes_first = delete and self.is_held and os.name != "nt"
        if deletes_first:
            self.path.unlink(missing_ok=True)
        os.close(self._handle)
        self._handle = -1
        if delete and self.is_held and not deletes_first:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.release()


def is_same_file(path: Path, handle: int) -> bool:
    """Tell whether a path still leads to an open file."""
    try:
        return os.path.samestat(os.stat(path, follow_symlinks=False), os.fstat(handle))
    except OSError:
        return False
