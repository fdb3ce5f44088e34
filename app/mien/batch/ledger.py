"""What was done to which file, kept so that nothing is done twice and a queue goes on where it stopped."""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import msgspec

from mien.batch.fingerprint import Fingerprint
from mien.batch.item import State
from mien.errors import RecordingError, printable
from mien.file_lock import NO_LINK, LockFile, is_locked
from mien.runs.summary import Summary
from mien.runs.task import Task
from mien.sinks.output_path import mode_within, write_failure
from mien.sinks.part_file import write_whole

LEDGER_NAME: Final = ".mien-batch.jsonl"
MAX_LEDGER_BYTES: Final = 500_000_000
MAX_LINE_BYTES: Final = 1_000_000
_NO_TEXT: Final = "\0"
"""Before the bytes of a path, in hexadecimal digits, that has no form in UTF-8."""


class Written(msgspec.Struct, frozen=True):
    """An output as it was when it was complete.

    Attributes:
        path: Where.
        state: Its size and time.
    """

    path: Path
    state: Fingerprint


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last that is known of one file.

    Attributes:
        source: The file.
        state: Where it stands; "running" after a crash.
        task: What is made of it.
        fingerprint: What the file was like when it was begun.
        recipe: See ``recipe_of``.
        reading: See ``reading_of``; empty where raw readings are not known to be whole.
        networks: SHA-256 of the networks that read it, the first one first.
        written: Its outputs.
        reason: See ``Item``.
        summary: See ``Item``.
        was_killed: Whether a process that wrote its outputs was killed; how far it got is not known.
        kept: The table that holds its raw readings, or None.
        kind: See ``Item``.
        has_remains: Whether part files of its outputs may lie about: it was killed, or failed.
    """

    source: Path
    state: State
    task: Task
    fingerprint: Fingerprint | None = None
    recipe: str = ""
    reading: str = ""
    networks: tuple[str, ...] = ()
    written: tuple[Written, ...] = ()
    reason: str | None = None
    summary: Summary | None = None
    was_killed: bool = False
    has_remains: bool = False
    kept: Written | None = None
    kind: str = ""

    def is_up_to_date(self, task: Task, fingerprint: Fingerprint | None, recipe: str) -> bool:
        """Whether a file that is like this now, and would be read like this, needs no reading."""
        return (
            self.state is State.DONE
            and (self.fingerprint, self.recipe) == (fingerprint, recipe)
            and all(self.owns(output) for output in self._outputs_for(task))
        )

    def _outputs_for(self, task: Task) -> tuple[Path, ...]:
        """Return the outputs that would do for a task: of sessions one that had to take another name."""
        if task.session is None or self.task.session is None or task.session.parent != self.task.session.parent:
            return task.outputs
        return replace(task, session=self.task.session).outputs

    def kept_for(self, fingerprint: Fingerprint | None, reading: str) -> Path | None:
        """Return the table whose raw readings a file that is like this now would give again, or None.

        A table that somebody has changed since is none.
        """
        if self.kept is None or self.summary is None or (self.fingerprint, self.reading) != (fingerprint, reading):
            return None
        return self.kept.path if Fingerprint.of_output(self.kept.path) == self.kept.state else None

    def owns(self, output: Path) -> bool:
        """Whether an output that is there was written by Mien and left alone since.

        After a crash it is not known how far a file got; then all of the task's outputs are.
        """
        if self.state is State.RUNNING or self.was_killed:
            return output in self.task.outputs
        return any(one.path == output and one.state == Fingerprint.of_output(output) for one in self.written)


def is_in_use(path: Path) -> bool:
    """Whether another Mien has a ledger open."""
    return is_locked(_lock_name(path))


def count_waiting(path: Path) -> int:
    """Return how many files of a ledger are left to be read; none where another Mien is at it."""
    if not path.exists() or is_in_use(path):
        return 0
    ledger = Ledger(path)
    ledger.close()
    return sum(entry.state in (State.WAITING, State.RUNNING) for entry in ledger.entries())


def _lock_name(path: Path) -> Path:
    return path.with_suffix(".lock")


def _lock(path: Path) -> LockFile:
    """Keep others out of a ledger.

    Raises:
        RecordingError: Another Mien has it open, or its folder takes no file.
    """
    try:
        lock = LockFile(_lock_name(path))
    except OSError as error:
        raise write_failure(path, error) from error
    if not lock.is_held:
        lock.release()
        raise RecordingError(f"{path.parent}: another Mien works in this folder; wait until it is done")
    return lock


class OwnTable(msgspec.Struct, frozen=True):
    """A table of all files that Mien wrote, which only Mien may replace, and only where nobody changed it since.

    Attributes:
        table: Where, and what it was like.
    """

    table: Written


class Ledger:
    """JSON Lines, one for each change, the last of a file counts. Used by one thread at a time, of one process.

    A line is on disk before the work goes on; one that was cut off by a crash is skipped. Places within the
    ledger's folder are kept relative to it, so that the folder can be moved. A lock file beside it, which is there
    as long as the ledger is open, keeps others out.

    Args:
        path: The file; its folder must exist. None keeps nothing.

    Raises:
        RecordingError: It cannot be read or written, or another Mien has it open.
    """

    def __init__(self, path: Path | None) -> None:
        self._entries: dict[Path, Entry] = {}
        self._tables: dict[Path, Written] = {}
        self._is_cut = False
        self._lock: LockFile | None = None
        self.path = path and path.absolute()
        self._folder = self.path.parent if self.path else Path()
        self._encoder = msgspec.json.Encoder(enc_hook=self._to_text)
        self._decoder = msgspec.json.Decoder(Entry, dec_hook=self._to_path)
        self._table_decoder = msgspec.json.Decoder(OwnTable, dec_hook=self._to_path)
        if self.path is None:
            return
        self._lock = _lock(self.path)
        try:
            lines = self._load(self.path)
            if self._is_cut or lines > 2 * len(self._entries) + 100:
                self._compact()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let others in. Safe twice."""
        if self._lock is not None:
            self._lock.release(delete=True)

    def get(self, source: Path) -> Entry | None:
        """Return the last that is known of a file, or None."""
        return self._entries.get(source)

    def entries(self) -> tuple[Entry, ...]:
        """Return the last entry of each file, in the order in which they came."""
        return tuple(self._entries.values())

    def put(self, *entries: Entry) -> None:
        """Write entries down.

        Raises:
            RecordingError: Disk full.
        """
        for entry in entries:
            self._entries[entry.source] = entry
        self._append(self._lines(entries))

    def owns_table(self, table: Path) -> bool:
        """Whether a table that is there was written by Mien and left alone since."""
        written = self._tables.get(table.absolute())
        return written is not None and written.state == Fingerprint.of_output(table)

    def put_table(self, table: Path) -> None:
        """Write down that Mien wrote a table.

        Raises:
            RecordingError: Disk full.
        """
        state = Fingerprint.of_output(table)
        if state is not None:
            written = self._tables[table.absolute()] = Written(table.absolute(), state)
            self._append(self._encoder.encode(OwnTable(written)) + b"\n")

    def forget(self, source: Path) -> None:
        """Drop a file.

        Raises:
            RecordingError: The ledger cannot be written.
        """
        if self._entries.pop(source, None) is not None:
            self._compact()

    def _load(self, path: Path) -> int:
        try:
            if path.stat().st_size > MAX_LEDGER_BYTES:
                raise RecordingError(f"{path}: far too large for a list of files; move it away to begin anew")
            content = path.read_bytes()
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise RecordingError(f"{path}: cannot be read ({error.strerror}); repair its permissions") from error
        lines = content.splitlines()
        self._is_cut = bool(content) and not content.endswith(b"\n")
        for line in lines:
            if len(line) <= MAX_LINE_BYTES:
                self._take(line)
        return len(lines)

    def _take(self, line: bytes) -> None:
        """Take one line. Skip invalid ones; their files are processed again."""
        with contextlib.suppress(msgspec.DecodeError, ValueError, TypeError):
            entry = self._decoder.decode(line)
            self._entries[entry.source] = entry
            return
        with contextlib.suppress(msgspec.DecodeError, ValueError, TypeError):
            written = self._table_decoder.decode(line).table
            self._tables[written.path] = written

    def _append(self, lines: bytes) -> None:
        if self.path is None:
            return
        try:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | NO_LINK
            handle = os.open(self.path, flags, mode_within(self.path.parent))
            with open(handle, "ab") as file:
                file.write(lines)
                file.flush()
                os.fsync(handle)
        except OSError as error:
            raise write_failure(self.path, error) from error

    def _compact(self) -> None:
        if self.path is not None:
            tables = b"".join(self._encoder.encode(OwnTable(table)) + b"\n" for table in self._tables.values())
            write_whole(self.path, self._lines(self._entries.values()) + tables)

    def _lines(self, entries: Iterable[Entry]) -> bytes:
        return b"".join(self._encode(entry) + b"\n" for entry in entries)

    def _encode(self, entry: Entry) -> bytes:
        try:
            return self._encoder.encode(entry)
        except UnicodeEncodeError:
            return self._encoder.encode(_readable(msgspec.to_builtins(entry, enc_hook=self._to_text)))

    def _to_text(self, value: object) -> str:
        if not isinstance(value, Path):
            raise NotImplementedError(f"Ledger: expected a path, got {type(value).__name__}")
        path = value.absolute()
        text = path.relative_to(self._folder).as_posix() if path.is_relative_to(self._folder) else str(path)
        return text if _is_text(text) else _NO_TEXT + os.fsencode(text).hex()

    def _to_path(self, kind: type, value: object) -> Any:  # noqa: ANN401 - as msgspec has it
        if kind is not Path or not isinstance(value, str):
            raise ValueError("Ledger: expected a path")
        if value.startswith(_NO_TEXT):
            value = os.fsdecode(bytes.fromhex(value.removeprefix(_NO_TEXT)))
        return self._folder / value


def _is_text(text: str) -> bool:
    """Whether a text has a form in UTF-8; names of files come in any bytes on Linux."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _readable(value: Any) -> Any:  # noqa: ANN401 - what JSON is made of
    """Return the same with all texts in UTF-8; the paths among them are so already."""
    if isinstance(value, str):
        return value if value.startswith(_NO_TEXT) else printable(value)
    if isinstance(value, dict):
        return {key: _readable(each) for key, each in value.items()}
    return [_readable(each) for each in value] if isinstance(value, list | tuple) else value
