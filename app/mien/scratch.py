"""Folders for what is needed for a while. What a kill left of them goes at the next start."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mien.file_lock import Lock, LockFile, try_lock_path

PREFIX: Final = "mien-scratch-"
LOCK: Final = "in-use.lock"

_UNLOCKED_FOR_S: Final = 60.0
"""Between making a folder and locking it a process needs less than this."""


@contextmanager
def scratch_folder(purpose: str) -> Iterator[Path]:
    """Make a folder that nobody else may open, and delete it at the end.

    Its lock says that its process lives; see ``clear_left``.

    Args:
        purpose: A word for whoever finds it.

    Raises:
        OSError: The disk for temporary files takes none.
    """
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{purpose}-") as name, LockFile(Path(name) / LOCK):
        yield Path(name)


def clear_left() -> int:
    """Delete the folders whose process was killed, and return how many."""
    cleared = 0
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and _is_left(entry):
                shutil.rmtree(entry.path, ignore_errors=True)
                cleared += not os.path.lexists(entry.path)
    return cleared


def _is_left(entry: "os.DirEntry[str]") -> bool:
    """Whether an entry is a folder of this user that no process holds any more."""
    try:
        status = entry.stat(follow_symlinks=False)
        # Others may make folders of such names where all may write.
        if not entry.is_dir(follow_symlinks=False) or (hasattr(os, "getuid") and status.st_uid != os.getuid()):
            return False
        lock = Path(entry.path) / LOCK
        if not os.path.lexists(lock):
            return time.time() - status.st_mtime > _UNLOCKED_FOR_S
    except OSError:
        return False
    with try_lock_path(lock) as state:
        return state is Lock.MINE
