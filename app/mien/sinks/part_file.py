"""A file that grows under another name and takes its own when it is complete."""

import contextlib
import errno
import os
import time
from pathlib import Path
from typing import Final, Self

from mien.errors import RecordingError
from mien.file_lock import NO_LINK, Lock, is_same_file, try_lock, try_lock_path
from mien.sinks.output_path import mode_within, part_name, readable_size, require_free_name, write_failure

LOOK_EVERY_S: Final = 1.0
"""How often a file that grows is looked for under its name."""

LEFT_AFTER_S: Final = 60.0
"""A file that is written in one go is complete within this."""


class PartFile:
    """A binary file, written beside its target and renamed at the end.

    Unbuffered, so that all that was written outlives a kill of the process. A power cut is another matter: the
    file is synced to the disk once, before it takes its name, so that a name never stands for less than all; what
    grows for long is synced now and then by ``mien.session.upkeep``. It has what PyAV, pyarrow and
    ``io.TextIOWrapper`` ask of a file: write, seek, tell, flush, close. A folder that is moved or
    deleted meanwhile is noticed by the next write, a second later at the most.

    Args:
        target: The final name. Its folder must exist.
        overwrite: Whether a file of that name may be replaced.
        is_alone: Nobody else may write the same target meanwhile. False for what is written in one go, where the
            last one counts.

    Raises:
        RecordingError: The folder takes no file, the target exists, or somebody else writes it.
    """

    def __init__(self, target: Path, *, overwrite: bool = False, is_alone: bool = True) -> None:
        self.target = target
        self.failed: OSError | None = None
        self.size_bytes = 0
        self._overwrite = overwrite
        self._position = 0
        self._held: list[tuple[int, bytes]] | None = None
        self._whole_bytes = 0
        self._looked_s = time.monotonic()
        require_free_name(target, overwrite=overwrite)
        try:
            self.path, self._handle = _claim(target, is_alone=is_alone)
        except OSError as error:
            raise write_failure(target, error) from error

    @property
    def closed(self) -> bool:
        """Whether nothing more can be written."""
        return self._handle < 0

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._handle

    def readable(self) -> bool:
        """No."""
        return False

    def writable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: bytes) -> int:
        """Write all of ``data`` at the present position and return its length."""
        start = self._position
        if self._held is not None and start < self.size_bytes:
            self._held.append((start, bytes(data)))
        else:
            self._write_at(start, data)
        self._position = start + len(data)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to ``offset`` and return the position, as files do."""
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size_bytes}[whence]
        self._position = origin + offset
        return self._position

    def tell(self) -> int:
        """Return the present position."""
        return self._position

    def flush(self) -> None:
        """Nothing waits in here."""

    def mark(self) -> None:
        """Note that all until here is whole: a line, a fragment. A failure cuts off what was begun after it."""
        self._whole_bytes = self.size_bytes

    def hold_patches(self) -> None:
        """From now on keep back what overwrites earlier bytes, until ``close``.

        A muxer completes a file by appending an index and by patching the head so that it points there. Half
        of that would make the whole recording unplayable; held back, the patches come last, when the index
        is safely on disk, and not at all when it is not.
        """
        self._held = []

    def close(self) -> None:
        """Apply what was held back, unless writing failed, sync and close. Safe twice."""
        if self.closed:
            return
        try:
            for start, data in self._held or ():
                if self.failed is None:
                    self._write_at(start, data)
            if self.failed is None:
                os.fsync(self._handle)
        finally:
            handle, self._handle, self._held = self._handle, -1, None
            if self.failed is not None and self._whole_bytes:
                os.ftruncate(handle, self._whole_bytes)
                self.size_bytes = self._whole_bytes
            os.close(handle)

    def publish(self) -> None:
        """Close, and give the file its own name in one step.

        Raises:
            RecordingError: It cannot be renamed, or the name has been taken meanwhile.
        """
        try:
            self.close()
            require_free_name(self.target, overwrite=self._overwrite)
            self.path.replace(self.target)
            sync_folder(self.target.parent)
        except OSError as error:
            raise self.failure(error) from error
        except RecordingError as error:
            raise RecordingError(f"{error}{self.kept}") from None

    def discard(self) -> None:
        """Close and delete: there is nothing in it worth keeping."""
        self._held = None
        with contextlib.suppress(OSError):
            self.close()
        self.size_bytes = 0
        self.path.unlink(missing_ok=True)

    @property
    def kept(self) -> str:
        """What a message about a failure ends with: how much was written, and where it lies."""
        if self.size_bytes == 0 or not self.path.exists():
            return ""
        return f" ({readable_size(self.size_bytes)} written so far are in {self.path.absolute()})"

    def failure(self, error: OSError) -> RecordingError:
        """Return ``error`` as a line that names the disk, the amount written and where it lies."""
        return write_failure(self.target, error, self.kept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def _look(self) -> None:
        """Check now and then that the file is still where it was made.

        Raises:
            FileNotFoundError: Its folder was moved or deleted.
        """
        now_s = time.monotonic()
        if now_s - self._looked_s < LOOK_EVERY_S:
            return
        self._looked_s = now_s
        if not is_same_file(self.path, self._handle):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path))

    def _write_at(self, start: int, data: bytes) -> None:
        view = memoryview(data)
        try:
            self._look()
            os.lseek(self._handle, start, os.SEEK_SET)
            while view:
                # A disk that is nearly full takes a part of it first, and refuses the rest only then.
                count = os.write(self._handle, view)
                view, start = view[count:], start + count
        except OSError as error:
            self.failed = error
            raise
        finally:
            self.size_bytes = max(self.size_bytes, start)


def write_whole(target: Path, data: bytes, *, overwrite: bool = True) -> None:
    """Write a small file in one step.

    Args:
        target: The file.
        data: All of it.
        overwrite: Whether one that is there is replaced.

    Raises:
        RecordingError: It cannot be written.
    """
    part = PartFile(target, overwrite=overwrite, is_alone=False)
    try:
        part.write(data)
        part.publish()
    except OSError as error:
        part.discard()
        raise write_failure(target, error) from error
    except RecordingError:
        part.discard()
        raise


def sync_folder(folder: Path) -> None:
    """See to it that a renaming outlives a power cut, where the system has a way to."""
    if hasattr(os, "O_DIRECTORY"):
        with contextlib.suppress(OSError):  # not every file system can
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _claim(target: Path, *, is_alone: bool) -> tuple[Path, int]:
    """Create the first part file whose name is free, so that nothing left by an earlier run is lost.

    It is locked as long as it is open, by which others know that somebody still writes it, and open to nobody who
    may not open its folder. What is written in one go replaces what a kill left of it.

    Raises:
        OSError: The folder takes no file.
        RecordingError: Somebody else writes the same target.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK | getattr(os, "O_BINARY", 0)
    mode = mode_within(target.parent)
    number = 1
    while True:
        path = part_name(target, number)
        try:
            handle = os.open(path, flags, mode)
            break
        except FileExistsError:
            if is_alone:
                _require_left(path, target)
            elif _is_left(path):
                path.unlink(missing_ok=True)
                continue
            number += 1
    try_lock(handle)
    return path, handle


def _is_left(part: Path) -> bool:
    """Tell whether nobody has written a part file for so long that its process must be gone."""
    try:
        if time.time() - os.stat(part, follow_symlinks=False).st_mtime < LEFT_AFTER_S:
            return False
    except OSError:
        return False
    with try_lock_path(part) as lock:
        return lock is Lock.MINE


def _require_left(part: Path, target: Path) -> None:
    """Check that a part file was left by an earlier run.

    Raises:
        RecordingError: Somebody writes it.
    """
    try:
        handle = os.open(part, os.O_RDWR | NO_LINK)
    except OSError:
        return  # a link, or somebody else's: nobody of us writes it
    try:
        is_taken = try_lock(handle) is Lock.TAKEN
    finally:
        os.close(handle)
    if is_taken:
        raise RecordingError(
            f"{target}: is being written by another Mien; wait until that is done, or choose another name"
        )
