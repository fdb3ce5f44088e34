"""What was done to which file, kept so that nothing is done twice and a queue goes on where it stopped."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import msgspec

from mien.api.summary import Summary
from mien.api.task import Task
from mien.batch.fingerprint import Fingerprint
from mien.batch.item import State
from mien.errors import RecordingError
from mien.sinks.output_path import write_failure

LEDGER_NAME: Final = ".mien-batch.jsonl"
MAX_LEDGER_BYTES: Final = 500_000_000
MAX_LINE_BYTES: Final = 1_000_000


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
        networks: SHA-256 of the networks that read it, the first one first.
        written: Its outputs.
        reason: See ``Item``.
        summary: See ``Item``.
        was_killed: Whether a process that wrote its outputs was killed, and left something behind.
    """

    source: Path
    state: State
    task: Task
    fingerprint: Fingerprint | None = None
    recipe: str = ""
    networks: tuple[str, ...] = ()
    written: tuple[Written, ...] = ()
    reason: str | None = None
    summary: Summary | None = None
    was_killed: bool = False

    def is_up_to_date(self, task: Task, fingerprint: Fingerprint, recipe: str) -> bool:
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

    def owns(self, output: Path) -> bool:
        """Whether an output that is there was written by Mien and left alone since.

        After a crash it is not known how far a file got; then all of the task's outputs are.
        """
        if self.state is State.RUNNING or self.was_killed:
            return output in self.task.outputs
        return any(one.path == output and one.state == Fingerprint.of_output(output) for one in self.written)


class Ledger:
    """JSON Lines, one for each change, the last of a file counts. Used by one thread at a time, of one process.

    A line is on disk before the work goes on; one that was cut off by a crash is passed over. Places within the
    ledger's folder are kept relative to it, so that the folder can be moved.

    Args:
        path: The file; its folder must exist when something is put in.

    Raises:
        RecordingError: It is there and cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._folder = self.path.parent
        self._encoder = msgspec.json.Encoder(enc_hook=self._to_text)
        self._decoder = msgspec.json.Decoder(Entry, dec_hook=self._to_path)
        self._entries: dict[Path, Entry] = {}
        self._is_cut = False
        lines = self._load()
        if self._is_cut or lines > 2 * len(self._entries) + 100:
            self._compact()

    def get(self, source: Path) -> Entry | None:
        """Return the last that is known of a file, or None."""
        return self._entries.get(source)

    def entries(self) -> tuple[Entry, ...]:
        """Return the last entry of each file, in the order in which they came."""
        return tuple(self._entries.values())

    def put(self, *entries: Entry) -> None:
        """Write entries down.

        Raises:
            RecordingError: The disk takes no more.
        """
        for entry in entries:
            self._entries[entry.source] = entry
        self._append(self._lines(entries))

    def forget(self, source: Path) -> None:
        """Drop a file.

        Raises:
            RecordingError: The ledger cannot be written.
        """
        if self._entries.pop(source, None) is not None:
            self._compact()

    def _load(self) -> int:
        try:
            if self.path.stat().st_size > MAX_LEDGER_BYTES:
                raise RecordingError(f"{self.path}: far too large for a list of files; delete it to begin anew")
            content = self.path.read_bytes()
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise RecordingError(
                f"{self.path}: cannot be read ({error.strerror}); mend its permissions"
            ) from error
        lines = content.splitlines()
        self._is_cut = bool(content) and not content.endswith(b"\n")
        for line in lines:
            if len(line) <= MAX_LINE_BYTES:
                self._take(line)
        return len(lines)

    def _take(self, line: bytes) -> None:
        """Take one line; one that is none was cut off, or is not ours, and costs only that its file is redone."""
        try:
            entry = self._decoder.decode(line)
        except (msgspec.DecodeError, ValueError, TypeError):
            return
        self._entries[entry.source] = entry

    def _append(self, lines: bytes) -> None:
        try:
            with self.path.open("ab") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise write_failure(self.path, error) from error

    def _compact(self) -> None:
        part = self.path.with_name(f"{self.path.name}.part")
        try:
            part.write_bytes(self._lines(self._entries.values()))
            os.replace(part, self.path)
        except OSError as error:
            raise write_failure(self.path, error) from error

    def _lines(self, entries: Iterable[Entry]) -> bytes:
        return b"".join(self._encoder.encode(entry) + b"\n" for entry in entries)

    def _to_text(self, value: object) -> str:
        if not isinstance(value, Path):
            raise NotImplementedError(f"Ledger: expected a path, got {type(value).__name__}")
        path = value.absolute()
        return path.relative_to(self._folder).as_posix() if path.is_relative_to(self._folder) else str(path)

    def _to_path(self, kind: type, value: object) -> Any:  # noqa: ANN401 - as msgspec has it
        if kind is not Path or not isinstance(value, str):
            raise ValueError("Ledger: expected a path")
        return self._folder / value
