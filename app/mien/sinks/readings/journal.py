"""Readings on their way to Parquet, whose index comes last: an Arrow stream that grows safely.

It holds the same columns and types and the same metadata, so that it is turned into Parquet without loss, by its
writer at the end or by ``mien recover`` after a crash (``mien.sinks.readings.journal_reader``). Each piece carries
a checksum of its rows and of the columns' description, so that a disk's error is noticed and costs one piece.
"""

import io
import zlib
from collections.abc import Sequence
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

ROWS_CHECK: Final = b"crc32"
SCHEMA_CHECK: Final = b"schema_crc32"
"""Keys of the checksums in each piece's own metadata."""


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
        import pyarrow as pa

        self._messages = io.BytesIO()
        self._stream = pa.ipc.new_stream(self._messages, self._schema)
        # Arrow imports pandas at its first conversion, where that is installed: better now than between frames.
        self._stream.write_batch(self._batch([]))
        self._taken()  # the description of the columns, which is written with the first piece
        head = self._schema.serialize().to_pybytes()
        self._schema_check = b"%d" % zlib.crc32(head)
        self._append(head)

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
        batch = self._batch(waiting)
        checks = {ROWS_CHECK: b"%d" % checksum(batch), SCHEMA_CHECK: self._schema_check}
        self._stream.write_batch(batch, custom_metadata=checks)
        self._append(self._taken())

    def _taken(self) -> bytes:
        """Return what the stream wrote since the last call."""
        message = self._messages.getvalue()
        self._messages.seek(0)
        self._messages.truncate()
        return message

    def _batch(self, rows: Sequence[Row]) -> "pa.RecordBatch":
        import pyarrow as pa

        columns = zip(*rows, strict=True) if rows else ((),) * len(self._schema)
        arrays = [pa.array(cells, type=field.type) for cells, field in zip(columns, self._schema, strict=True)]
        return pa.record_batch(arrays, schema=self._schema)

    def _append(self, message: bytes) -> None:
        self._part.write(message)
        self._part.mark()


def checksum(batch: "pa.RecordBatch") -> int:
    """Return the CRC-32 of a piece's rows."""
    return zlib.crc32(batch.serialize())
