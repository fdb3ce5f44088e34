"""The readings as a file that grows safely, in any of the table formats."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from app.core.arrays import Image
from app.core.face import FrameResult
from app.errors import RecordingError
from app.sinks.output_path import READINGS_SUFFIXES, check_output
from app.sinks.part_file import PartFile
from app.sinks.rows import Row, columns_of, rows_of


def open_readings(
    target: Path, labels: Sequence[str], *, model: str = "", overwrite: bool = False
) -> "ReadingsLog":
    """Return the sink that writes ``target``: .csv, .jsonl (one JSON object a line) or .parquet.

    Args:
        target: The file; its suffix chooses the format.
        labels: The network's, in the order of its outputs.
        model: The network's name, for the formats that can hold it.
        overwrite: Whether a file of that name may be replaced.

    Raises:
        RecordingError: The target cannot be written.
    """
    check_output(target, READINGS_SUFFIXES, overwrite=overwrite)
    part = PartFile(target, overwrite=overwrite)
    try:
        return ReadingsLog(part, _table_for(part, columns_of(labels), model), labels)
    except OSError as error:
        part.discard()
        raise part.failure(error) from error


class Table(Protocol):
    """A file format that rows go into."""

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""

    def close(self) -> None:
        """Write what waits and what the format wants at its end. The file itself stays open."""


class ReadingsLog:
    """A sink that writes the readings. Made by ``open_readings``.

    The file grows as ``name.part.csv`` and takes its own name in ``finish``. CSV and JSON Lines are on disk
    frame by frame. Parquet has its index at the end: a killed process leaves a file that cannot be read.

    Args:
        part: The file.
        table: What writes into it.
        labels: Those of the table's columns.

    Attributes:
        wants_picture: See ``Sink``.
        part_path: Where it grows.
    """

    wants_picture = False

    def __init__(self, part: PartFile, table: Table, labels: Sequence[str]) -> None:
        self.part_path = part.path
        self._part = part
        self._table = table
        self._labels = tuple(labels)
        self._error: RecordingError | None = None
        self._closed = False
        self._rows = 0

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Write one frame's rows. See ``Sink``."""
        if self._error is not None:
            raise self._error
        rows = rows_of(result, self._labels)
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
        self._part.publish()

    def abort(self) -> None:
        """Stop: nothing stays under the final name, all rows stay under ``part_path``."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError):
            self._table.close()
        if self._rows == 0:
            self._part.discard()
        self._part.close()

    def _failed(self, error: OSError) -> RecordingError:
        self._closed = True
        with contextlib.suppress(OSError):
            self._table.close()
        self._part.close()
        self._error = self._part.failure(error)
        if self._part.size_bytes == 0:
            self._part.discard()
        return self._error


def _table_for(part: PartFile, columns: Sequence[str], model: str) -> Table:
    suffix = part.target.suffix.lower()
    if suffix == ".parquet":
        from app.sinks.readings_parquet import ParquetTable

        return ParquetTable(part, columns, model)
    if suffix == ".jsonl":
        from app.sinks.readings_jsonl import JsonLinesTable

        return JsonLinesTable(part, columns)
    from app.sinks.readings_csv import CsvTable

    return CsvTable(part, columns)
