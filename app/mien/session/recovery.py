"""Finishes what a crash or a power cut cut off.

A session is unfinished when its ``session.json`` says "recording" and nobody holds its lock, which the system
takes off when a process dies. Each step gives a file its name only when it is whole, and ``session.json`` comes
last, so that a recovery that is itself cut off is simply done again.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from mien.errors import AppError, RecordingError, SessionError
from mien.file_lock import Lock, is_locked, try_lock_path
from mien.session.cut_off_files import cut_torn_line, put_away, rename
from mien.session.document import SessionDocument
from mien.session.document_file import load_document, save_document
from mien.session.folder_lock import QUIET_S, FolderLock, is_being_written, may_be_growing
from mien.session.layout import DOCUMENT, file_within, is_session
from mien.session.tables import open_table
from mien.session.video_check import played_s
from mien.sinks.output_path import part_name, write_failure
from mien.sinks.readings.journal import SUFFIX as JOURNAL_SUFFIX
from mien.sinks.readings.journal import damage_of
from mien.sinks.readings.parquet_file import journal_to_table

MAX_CHILDREN: Final = 20_000
EMPTY_JOURNAL_BYTES: Final = 64
"""A journal of no more bytes was cut off within its first record."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Something that was cut off.

    Attributes:
        path: A session's folder, or a journal of readings.
        started_at: ISO 8601 with zone; empty for a journal.
        source: What was recorded, for people; empty for a journal.
    """

    path: Path
    started_at: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came of it.

    Attributes:
        path: The session's folder, or the table.
        duration_s: Media time of the last frame whose readings are there.
        frames: Frames whose readings are there.
        notes: What else is to be said, in lines.
    """

    path: Path
    duration_s: float
    frames: int
    notes: tuple[str, ...] = ()


def find_unfinished(folder: Path) -> tuple[Unfinished, ...]:
    """Return what was cut off in a folder: the folder itself, and what lies right in it.

    Reads a small file for each session; what cannot be read is passed over.
    """
    found: list[Unfinished] = []
    with contextlib.suppress(OSError):
        for count, path in enumerate([folder, *folder.iterdir()]):
            if count > MAX_CHILDREN:
                break
            unfinished = _unfinished_session(path) or _unfinished_journal(path, folder)
            if unfinished is not None:
                found.append(unfinished)
    return tuple(sorted(found, key=lambda each: (each.started_at, each.path)))


def recover(path: Path) -> Recovered:
    """Finish a session, or a table of readings. What is finished already stays as it is.

    Args:
        path: A session's folder, or a journal, ``name.part.journal``.

    Raises:
        SessionError: It is neither, is damaged, or is being written.
        RecordingError: A file cannot be written.
    """
    if path.is_dir():
        return _recover_session(path)
    if path.suffix.lower() == JOURNAL_SUFFIX:
        return _recover_journal(path)
    raise SessionError(f"{path}: neither a session nor the remains of one; name a session's folder")


def _unfinished_session(folder: Path) -> Unfinished | None:
    try:
        if not is_session(folder):
            return None
        document = load_document(folder)
        if document.state != "recording" or not _holds_anything(folder, document) or is_being_written(folder):
            return None
    except (AppError, OSError):
        return None
    return Unfinished(folder, document.started_at, document.source.name)


def _holds_anything(folder: Path, document: SessionDocument) -> bool:
    """Whether a reading or a picture was written; what was cut off before that cannot be finished."""
    names = (document.video, document.overlay_video, *document.readings)
    written = [folder / name for name in names if name is not None]
    parts = [part_name(path, 1) for path in written]
    journals = [part_name(path.with_suffix(JOURNAL_SUFFIX), 1) for path in written if path.suffix == ".parquet"]
    return any(path.is_file() and path.stat().st_size for path in (*written, *parts, *journals))


def _unfinished_journal(path: Path, folder: Path) -> Unfinished | None:
    if path.suffix != JOURNAL_SUFFIX or ".part" not in path.name or is_session(folder):
        return None
    try:
        # One that is empty was made this very moment.
        is_left = path.is_file() and path.stat().st_size > 0 and not is_locked(path)
    except OSError:
        return None
    return Unfinished(path) if is_left else None


def _recover_session(folder: Path) -> Recovered:
    document = load_document(folder)
    try:
        lock = FolderLock(folder)
    except OSError as error:
        raise write_failure(folder / DOCUMENT, error) from error
    with lock:
        if not lock.is_held:
            raise SessionError(f"{folder}: is being written; end the recording first")
        if document.state == "recording" and lock.state is Lock.UNKNOWN and may_be_growing(folder):
            raise SessionError(
                f"{folder}: has just grown, and its drive knows no locks, so it may still be recorded; "
                f"try again {QUIET_S:.0f} s after the recording has ended"
            )
        # Only now is it sure that nobody changes it any more.
        document = load_document(folder)
        notes: list[str] = []
        if document.state == "recording":
            document = _finish(folder, document, notes)
        lock.release(delete=True)
    return Recovered(folder, document.duration_s or 0.0, document.frames or 0, tuple(notes))


def _finish(folder: Path, document: SessionDocument, notes: list[str]) -> SessionDocument:
    """Finish all files of a session that nobody else touches, and say so in ``session.json``."""
    readings = tuple(name for name in document.readings if _finish_table(folder, name, notes))
    video = _finish_video(folder, document.video, notes)
    overlay_video = _finish_video(folder, document.overlay_video, notes)
    if not (readings or video or overlay_video):
        raise SessionError(f"{folder}: not one reading or picture was written, so there is nothing to finish")
    frames, end_s = _counted(folder, readings, notes)
    finished = msgspec.structs.replace(
        document,
        state="recovered",
        duration_s=end_s,
        frames=frames,
        dropped=None if document.source.path is None else 0,
        video=video,
        overlay_video=overlay_video,
        readings=readings,
    )
    save_document(folder, finished)
    for leftover in (*folder.glob("*.part*.json"), *folder.glob("*.part*.jpg")):
        leftover.unlink(missing_ok=True)
    return finished


def _counted(folder: Path, readings: tuple[str, ...], notes: list[str]) -> tuple[int, float]:
    """Return frames and last time of the first table that can be read; say which cannot."""
    counted = None
    for name in readings:
        try:
            found = _count(folder / name)
        except SessionError as error:
            reason = " ".join(str(error.__cause__ or error).split())[:200]
            notes.append(f"{name}: is damaged ({reason}), and is left as it is")
            continue
        counted = counted or found
    return (0, 0.0) if counted is None else counted[:2]


def _finish_table(folder: Path, name: str, notes: list[str]) -> bool:
    """Give a table its name; say whether it is there."""
    target = folder / name
    is_parquet = target.suffix == ".parquet"
    grown = part_name(target.with_suffix(JOURNAL_SUFFIX) if is_parquet else target, 1)
    if file_within(folder, name) is not None:
        # Cut off between the renaming of the table and the putting away of its journal.
        if is_parquet and file_within(folder, grown.name) is not None:
            notes.extend(put_away(grown, name, damage_of(grown)))
        return True
    if file_within(folder, grown.name) is None:
        notes.append(f"{name}: nothing of it was written")
        return False
    try:
        if is_parquet:
            part_name(target, 1).unlink(missing_ok=True)  # of a recovery that was cut off
            damage = journal_to_table(grown, target)
            notes.extend(put_away(grown, name, damage))
        else:
            cut_torn_line(grown)
            rename(grown, target)
    except OSError as error:
        raise write_failure(target, error) from error
    except RecordingError as error:
        if not isinstance(error.__cause__, ValueError):
            raise
        if grown.stat().st_size <= EMPTY_JOURNAL_BYTES:
            notes.append(f"{name}: ended before the first reading")
        else:
            notes.append(f"{name}: no readings can be read ({error.__cause__}); {grown.name} is left as it is")
        return False
    return True


def _finish_video(folder: Path, name: str | None, notes: list[str]) -> str | None:
    """Give a recording its name if it plays."""
    if name is None or file_within(folder, name) is not None:
        return name
    grown = part_name(folder / name, 1)
    if file_within(folder, grown.name) is None:
        notes.append(f"{name}: nothing of it was written")
        return None
    length_s = played_s(grown)
    if length_s is None:
        notes.append(f"{name}: ended before its first fragment, {grown.name} does not play")
        return None
    rename(grown, folder / name)
    notes.append(f"{name}: {length_s:.1f} s")
    return name


def _count(table: Path) -> tuple[int, float, int]:
    """Return the frames of a table, its last time, and one more than its last frame's index."""
    frames, end_s, last = 0, 0.0, -1
    with open_table(table) as opened:
        for batch in opened.batches:
            indices = np.asarray(batch.column("frame").to_numpy(zero_copy_only=False), np.int64)
            frames += int(np.count_nonzero(np.diff(indices, prepend=last)))
            last = int(indices[-1])
            end_s = float(batch.column("time_s")[-1].as_py())
    return frames, end_s, last + 1


def _recover_journal(path: Path) -> Recovered:
    if not path.is_file():
        raise SessionError(f"{path}: no such file; check the path")
    with try_lock_path(path) as lock:
        if lock is Lock.TAKEN:
            raise SessionError(f"{path}: is being written; end the recording first")
        target = _table_of(path)
        damage = damage_of(path) if target.exists() else journal_to_table(path, target)
        frames, end_s, _ = _count(target)
    return Recovered(target, end_s, frames, put_away(path, target.name, damage))


def _table_of(journal: Path) -> Path:
    """Return where a journal's table goes: past those that other runs left, but onto its own, finished already."""
    stem = journal.name[: journal.name.rindex(".part")]
    number = 1
    while True:
        target = journal.with_name(f"{stem}.parquet" if number == 1 else f"{stem}-{number}.parquet")
        if not target.exists() or _count(target) == _count(journal):
            return target
        number += 1
