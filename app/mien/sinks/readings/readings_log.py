"""The readings as a file that grows safely, in any of the table formats."""

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.errors import RecordingError
from mien.sinks.output_path import check_output, readings_suffixes, write_failure
from mien.sinks.part_file import PartFile
from mien.sinks.readings.csv_file import CsvForm, CsvTable
from mien.sinks.readings.journal import SUFFIX as JOURNAL_SUFFIX
from mien.sinks.readings.journal import JournalTable
from mien.sinks.readings.jsonl_file import JsonLinesTable
from mien.sinks.readings.parquet_file import journal_to_table
from mien.sinks.readings.rows import Row, columns_of, rows_of
from mien.sinks.sink import Sink


def open_readings(
    target: Path,
    labels: Sequence[str],
    *,
    model: str = "",
    other_labels: Sequence[str] = (),
    other_model: str = "",
    has_details: bool = False,
    own: Sequence[str] = (),
    overwrite: bool = False,
    csv_form: CsvForm = "comma",
) -> "ReadingsLog":
    """Return the sink that writes ``target``: .csv, .jsonl (one JSON object a line), .parquet or .xlsx.

    Args:
        target: The file; its suffix chooses the format.
        labels: The network's, in the order of its outputs.
        model: The network's name, for the formats that can hold it.
        other_labels: Those of a second network, where one runs.
        other_model: Its name.
        has_details: Whether faces are looked at closely.
        own: Names of the user's own expressions.
        overwrite: Whether a file of that name may be replaced.
        csv_form: How CSV is written.

    Raises:
        RecordingError: The target cannot be written.
    """
    check_output(target, readings_suffixes(), overwrite=overwrite)
    suffix, columns = target.suffix.lower(), columns_of(labels, other_labels, has_details=has_details, own=own)
    comes_last = suffix not in (".csv", ".jsonl")  # the others cannot grow: a journal does
    part = PartFile(target.with_suffix(JOURNAL_SUFFIX) if comes_last else target, overwrite=overwrite)
    try:
        if comes_last:
            table: Table = JournalTable(part, columns, model, other_model)
            complete: Callable[[], None] = partial(_complete_from_journal, part, target, overwrite=overwrite)
        else:
            table = JsonLinesTable(part, columns) if suffix == ".jsonl" else CsvTable(part, columns, csv_form)
            complete = part.publish
    except OSError as error:
        part.discard()
        raise write_failure(target, error) from error
    return ReadingsLog(target, part, table, complete, labels, other_labels, has_details=has_details, own=own)


class Table(Protocol):
    """A file format that rows go into."""

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""

    def close(self) -> None:
        """Write what waits and what the format wants at its end. The file itself stays open."""


class ReadingsLog(Sink):
    """A sink that writes the readings. Made by ``open_readings``.

    The file grows as ``name.part.csv`` and takes its own name in ``finish``. CSV and JSON Lines are on disk
    frame by frame. Parquet has its index at the end, so that it grows as a journal, ``name.part.journal``, half a
    second at a time.

    Args:
        target: The final name.
        part: The file that grows.
        table: What writes into it.
        complete: Turns the part into the target.
        labels: Those of the table's columns.
        other_labels: Those of the second network's columns.
        has_details: Whether there are columns of details.
        own: Names of the user's own expressions.
    """

    def __init__(
        self,
        target: Path,
        part: PartFile,
        table: Table,
        complete: Callable[[], None],
        labels: Sequence[str],
        other_labels: Sequence[str],
        *,
        has_details: bool = False,
        own: Sequence[str] = (),
    ) -> None:
        self._target = target
        self._part = part
        self._table = table
        self._complete = complete
        self._labels = tuple(labels)
        self._other_labels = tuple(other_labels)
        self._has_details, self._own = has_details, tuple(own)
        self._error: RecordingError | None = None
        self._closed = False
        self._rows = 0

    @property
    def part_path(self) -> Path:
        """Where it grows."""
        return self._part.path

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Write one frame's rows. See ``Sink``."""
        if self._error is not None:
            raise self._error
        rows = rows_of(result, self._labels, self._other_labels, has_details=self._has_details, own=self._own)
        try:
            self._table.write(rows)
        except OSError as error:
            raise self._failed(error) from error
        self._rows += len(rows)

    def finish(self) -> None:
        """Complete the file and put it under its name. Safe twice.

        Raises:
            RecordingError: It cannot be completed.
        """
        if self._error is not None:
            raise self._error
        if self._closed:
            return
        self._closed = True
        try:
            self._table.close()
        except OSError as error:
            raise self._failed(error) from error
        self._complete()

    def abort(self) -> None:
        """Stop: nothing stays under the final name, all rows stay under ``part_path``."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError):
            self._table.close()
        if self._rows == 0:
            self._part.discard()
        with contextlib.suppress(OSError):
            self._part.close()

    def _failed(self, error: OSError) -> RecordingError:
        self._closed = True
        with contextlib.suppress(OSError):
            self._table.close()
        with contextlib.suppress(OSError):
            self._part.close()
        self._error = write_failure(self._target, error, self._part.kept)
        if self._part.size_bytes == 0:
            self._part.discard()
        return self._error


def _complete_from_journal(journal: PartFile, target: Path, *, overwrite: bool) -> None:
    """Turn the journal into the table that was asked for, and delete it only then."""
    try:
        journal.close()
        journal_to_table(journal.path, target, overwrite=overwrite)
    except OSError as error:
        raise write_failure(target, error, journal.kept) from error
    except RecordingError as error:
        raise RecordingError(f"{error}{journal.kept}") from error
    journal.discard()
