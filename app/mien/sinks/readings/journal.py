"""Readings on their way to Parquet, whose index comes last: an Arrow stream that grows safely.

It holds the same columns and types and the same metadata, so that it is turned into Parquet without loss, by its
writer at the end or by ``mien recover`` after a crash.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mien.sinks.part_file import PartFile
from mien.sinks.readings.rows import Row
from mien.sinks.readings.table_schema import schema_of

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIX: Final = ".arrows"
"""The customary ending of Arrow's stream format."""

FLUSH_S: Final = 0.4
"""What a kill may cost, seconds of media time, and a frame more."""


class JournalTable:
    """Collects rows and appends them, ``FLUSH_S`` at once and in one write each.

    Args:
        part: The file to fill.
        columns: Their names.
        model: The network's name.
        other_model: The second network's name, where one runs.
    """

    def __init__(self, part: PartFile, columns: Sequence[str], model: str, other_model: str = "") -> None:
        self._part = part
        self._schema = schema_of(columns, model, other_model)
        self._time_at = columns.index("time_s")
        self._waiting: list[Row] = []
        self._append(self._schema.serialize())
        # Arrow imports pandas at its first conversion, where that is installed: better now than between frames.
        self._batch([])

    def write(self, rows: Sequence[Row]) -> None:
        """Take rows."""
        self._waiting.extend(rows)
        first, last = self._waiting[0][self._time_at], self._waiting[-1][self._time_at]
        assert isinstance(first, float | int)
        assert isinstance(last, float | int)
        if last - first >= FLUSH_S:
            self._flush()

    def close(self) -> None:
        """Write what waits."""
        if self._waiting:
            self._flush()

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._append(self._batch(waiting).serialize())

    def _batch(self, rows: Sequence[Row]) -> "pa.RecordBatch":
        import pyarrow as pa

        columns = zip(*rows, strict=True) if rows else ((),) * len(self._schema)
        arrays = [pa.array(cells, type=field.type) for cells, field in zip(columns, self._schema, strict=True)]
        return pa.record_batch(arrays, schema=self._schema)

    def _append(self, message: "pa.Buffer") -> None:
        self._part.write(message.to_pybytes())
        self._part.mark()


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal that is being read.

    Attributes:
        schema: Its columns, with the metadata.
        batches: Its rows, as far as they are whole.
    """

    schema: "pa.Schema"
    batches: "Iterator[pa.RecordBatch]"


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """Open a journal, which may have been cut off anywhere.

    Raises:
        OSError: It cannot be read.
        pyarrow.ArrowInvalid: It is no journal, or was cut off before its first row.
    """
    import pyarrow as pa

    if os.stat(path).st_size == 0:
        raise pa.ArrowInvalid("it is empty")
    # Mapped, so that a length that lies beyond the end asks for no memory.
    with pa.memory_map(str(path)) as file, pa.ipc.open_stream(file) as stream:
        yield Journal(stream.schema, _whole_batches(stream))


def _whole_batches(stream: "pa.RecordBatchStreamReader") -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    while True:
        try:
            batch = stream.read_next_batch()
            batch.validate(full=True)
        except (StopIteration, pa.ArrowInvalid, OSError):
            return
        yield batch
