"""Who writes a session: nobody else may finish it meanwhile."""

import os
from pathlib import Path
from typing import Final

from mien.errors import RecordingError
from mien.file_lock import Lock, LockFile, try_lock_path
from mien.session.layout import LOCK
from mien.sinks.output_path import write_failure

QUIET_S: Final = 60.0
"""A session grows at least every half second; the clocks of network drives are asked, not ours."""


class FolderLock(LockFile):
    """Holds a session's folder. See ``LockFile``.

    Args:
        folder: The session's.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / LOCK)


def is_being_written(folder: Path) -> bool:
    """Tell whether somebody writes a session at this moment.

    On a drive that knows no locks, whatever has changed within ``QUIET_S`` counts as being written.
    """
    lock = folder / LOCK
    if not lock.exists():
        return False
    with try_lock_path(lock) as state:
        return state is Lock.TAKEN or (state is Lock.UNKNOWN and may_be_growing(folder))


def may_be_growing(folder: Path) -> bool:
    """Tell whether a file of a session is young, by the clock of the drive that it lies on."""
    try:
        now_s = _drive_time_s(folder / LOCK)
        files = [path for path in folder.iterdir() if path.name != LOCK]
        return any(now_s - path.stat().st_mtime < QUIET_S for path in files)
    except OSError:
        return False


def _drive_time_s(lock: Path) -> float:
    os.utime(lock)
    return lock.stat().st_mtime


def claim_folder(folder: Path) -> FolderLock:
    """Make a session's folder, which nobody else on this machine may look into, and hold it.

    Args:
        folder: Does not exist, or is empty; the one above it exists.

    Raises:
        RecordingError: It cannot be made, or holds something.
    """
    if folder.is_symlink():
        raise RecordingError(f"{folder}: a link has this name; choose another for the session")
    try:
        folder.mkdir(0o700, exist_ok=True)
        if any(folder.iterdir()):
            raise RecordingError(f"{folder}: exists already; choose another name for the session")
        return FolderLock(folder)
    except FileExistsError as error:
        raise RecordingError(f"{folder}: a file has this name; choose another for the session") from error
    except FileNotFoundError as error:
        above = folder.parent.absolute()
        raise RecordingError(
            f"{folder}: the folder {above} does not exist; create it or choose another"
        ) from error
    except OSError as error:
        raise write_failure(folder, error) from error
