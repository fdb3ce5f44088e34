"""Who writes a session: nobody else may finish it meanwhile."""

import contextlib
import os
from pathlib import Path
from typing import Self

from mien.errors import RecordingError
from mien.session.layout import LOCK
from mien.sinks.file_lock import try_lock
from mien.sinks.output_path import write_failure


class FolderLock:
    """Holds a session's folder until it is released, or until the process dies, however it dies.

    Args:
        folder: The session's.

    Attributes:
        is_held: False where somebody else holds it.

    Raises:
        OSError: The lock's file cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
        self.is_held = try_lock(self._handle)

    def release(self, *, delete: bool = False) -> None:
        """Let go. Safe twice.

        Args:
            delete: Take the file away as well: the session is complete, or nothing is left of it.
        """
        if self._handle < 0:
            return
        # Windows deletes no file that is open; elsewhere it must go before somebody else can lock it.
        deletes_first = delete and self.is_held and os.name != "nt"
        if deletes_first:
            self._path.unlink(missing_ok=True)
        os.close(self._handle)
        self._handle = -1
        if delete and self.is_held and not deletes_first:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.release()


def claim_folder(folder: Path) -> FolderLock:
    """Make a session's folder, and hold it.

    Args:
        folder: Does not exist, or is empty; the one above it exists.

    Raises:
        RecordingError: It cannot be made, or holds something.
    """
    try:
        folder.mkdir(exist_ok=True)
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
