"""Checks of an output's place before the work starts, and the names on the way to it."""

import errno
import os
import shutil
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from mien.errors import RecordingError
from mien.plugins import plugin_names

VIDEO_SUFFIXES: Final = (".mp4", ".mov", ".m4v", ".mkv", ".webm")
_READINGS_SUFFIXES: Final = (".csv", ".jsonl", ".parquet", ".xlsx")

MIN_FREE_BYTES: Final = 20_000_000
"""With less than this free an output is refused at once: some seconds of 720p video."""

MAX_NAME_BYTES: Final = 255
"""Of a file, on all usual file systems."""


def readings_suffixes() -> tuple[str, ...]:
    """Return the endings of tables of readings: our own, then those that other packages add."""
    return (*_READINGS_SUFFIXES, *(f".{name}" for name in plugin_names("tables")))


def check_output(
    target: Path,
    suffixes: Sequence[str],
    *,
    overwrite: bool = False,
    inputs: Iterable[Path] = (),
) -> None:
    """Check that ``target`` can be written, before anything slow starts.

    Args:
        target: The file that shall stand there in the end.
        suffixes: What it may end in, in lower case, dot included.
        overwrite: Whether a file that is there may be replaced.
        inputs: Files that are read; none of them may be the target.

    Raises:
        RecordingError: It cannot be written, with the remedy.
    """
    if target.suffix.lower() not in suffixes:
        ending = f'the ending "{target.suffix}"' if target.suffix else "no ending"
        raise RecordingError(f"{target}: {ending} says nothing about the format; use {_one_of(suffixes)}")
    folder = target.parent
    if len(os.fsencode(part_name(target, 1).name)) > MAX_NAME_BYTES:
        raise RecordingError(f"{target}: the name is too long; choose a shorter one")
    if not os.path.isdir(folder):
        what = "is no folder" if os.path.exists(folder) else "does not exist"
        raise RecordingError(f"{target}: the folder {folder.absolute()} {what}; create it or choose another")
    if os.path.isdir(target):
        raise RecordingError(f"{target}: a folder has this name; choose a file name")
    for source in inputs:
        if _same_file(target, source):
            raise RecordingError(f"{target}: this file is being read; choose another output")
    require_free_name(target, overwrite=overwrite)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise RecordingError(f"{target}: the folder {folder.absolute()} is not writable; choose another")
    if shutil.disk_usage(folder).free < MIN_FREE_BYTES:
        raise RecordingError(f"{target}: the disk of {disk_of(folder)} is nearly full; free some space")


def require_free_name(target: Path, *, overwrite: bool) -> None:
    """Check that nothing would be replaced that must not be.

    Raises:
        RecordingError: A file is there already.
    """
    if os.path.lexists(target) and not overwrite:
        raise RecordingError(f"{target}: exists already; choose another name, or replace it with --overwrite")


def part_name(target: Path, number: int) -> Path:
    """Return the name under which ``target`` is written while it grows: ``clip.part.mp4``.

    The suffix stays, so that a recording cut short opens with a double click. Numbers from 2 on lead past the
    remains of earlier runs: ``clip.part2.mp4``.
    """
    return target.with_name(f"{target.stem}.part{'' if number == 1 else number}{target.suffix}")


def mode_within(folder: Path) -> int:
    """Return the permissions of a new file: whoever may not open its folder may not open the file either.

    So that what is copied out of a closed folder stays closed. What the system takes off beyond it counts as well.

    Raises:
        OSError: The folder cannot be looked at.
    """
    return 0o666 & (os.stat(folder).st_mode | stat.S_IRUSR | stat.S_IWUSR)


def write_failure(target: Path, error: OSError, kept: str = "") -> RecordingError:
    """Turn what the operating system says into a line for people.

    Args:
        target: The output.
        error: From creating, writing or renaming it.
        kept: What to say of what was written until then.
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = f"the disk of {disk_of(target.parent)} is full; free some space"
    elif error.errno == errno.EFBIG:
        reason = f"the disk of {disk_of(target.parent)} takes no larger file; choose another disk"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        reason = f"{target.parent.absolute()} is not writable; choose another folder"
    elif error.errno == errno.ENOENT:
        reason = f"the folder {target.parent.absolute()} is gone, moved or deleted; choose another"
    elif error.errno == errno.ENAMETOOLONG:
        reason = "the name is too long; choose a shorter one"
    else:
        reason = f"writing failed ({error.strerror or error}); try another folder or disk"
    return RecordingError(f"{target}: {reason}{kept}")


def disk_of(folder: Path) -> Path:
    """Return the mount point that ``folder`` lies on."""
    place = folder.absolute()
    while not place.is_mount() and place != place.parent:
        place = place.parent
    return place


def readable_size(count: int) -> str:
    """Return a count of bytes in the unit that people read."""
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count / 1e3:.1f} kB"


def _same_file(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except OSError:
        return False


def _one_of(suffixes: Sequence[str]) -> str:
    return f"{', '.join(suffixes[:-1])} or {suffixes[-1]}"
