"""Readings on their way to Parquet, whose index comes last: a journal that grows safely.

It holds the same columns and types and the same metadata, so that it is turned into Parquet without loss, by its
writer at the end or by ``mien recover`` after a crash. A journal is a sequence of records: a mark, the length and
the CRC-32 of what follows, then one message of Arrow's IPC format, a schema or a batch of rows. The schema comes
first, twice, and again now and then. A record that was damaged on the disk is known to be, and costs only itself.
"""

import mmap
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mien.sinks.part_file import PartFile
from mien.sinks.readings.rows import Row
from mien.sinks.readings.table_schema import schema_of

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIX: Final = ".journal"

MARK: Final = b"\x93mienrec"
_HEAD: Final = struct.Struct("<8sII")
SCHEMA_EVERY: Final = 256
"""Records; two minutes of rows at a time."""

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
        self._records = 0
        # Arrow imports pandas at its first conversion, where that is installed: better now than between frames.
        self._append(self._batch([]).serialize())

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
        data = _record(message)
        if self._records % SCHEMA_EVERY == 0:
            data = _record(self._schema.serialize()) * (2 if self._records == 0 else 1) + data
        self._records += 1
        self._part.write(data)
        self._part.mark()


def _record(message: "pa.Buffer") -> bytes:
    payload: bytes = message.to_pybytes()
    return _HEAD.pack(MARK, len(payload), zlib.crc32(payload)) + payload


@dataclass(slots=True)
class Damage:
    """What of a journal could not be read, beside a record that was cut off at its end.

    Attributes:
        places: How many.
        unread_bytes: How much of it.
    """

    places: int = 0
    unread_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal that is being read.

    Attributes:
        schema: Its columns, with the metadata.
        batches: Its rows, as far as they are whole.
        damage: Complete when the rows have been read.
    """

    schema: "pa.Schema"
    batches: "Iterator[pa.RecordBatch]"
    damage: Damage = field(default_factory=Damage)


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """Open a journal, which may have been cut off or damaged anywhere.

    Raises:
        OSError: It cannot be read.
        pyarrow.ArrowInvalid: It is no journal, or no schema of it can be read.
    """
    import pyarrow as pa

    if os.stat(path).st_size == 0:
        raise pa.ArrowInvalid("it is empty")
    # Mapped, so that a long one asks for no memory.
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        schema = next((found for found in map(_as_schema, _records(data, Damage())) if found is not None), None)
        if schema is None:
            raise pa.ArrowInvalid("its columns cannot be read")
        damage = Damage()
        yield Journal(schema, _batches(data, schema, damage), damage)


def damage_of(path: Path) -> Damage:
    """Return what of a journal cannot be read; all of it where it is none any more.

    Raises:
        OSError: It cannot be read.
    """
    import pyarrow as pa

    try:
        with open_journal(path) as journal:
            for _ in journal.batches:
                pass
            return journal.damage
    except pa.ArrowInvalid:
        return Damage(1, path.stat().st_size)


def _records(data: mmap.mmap, damage: Damage) -> Iterator[bytes]:
    """Yield what the whole records hold, and note what lies between them."""
    at, size = 0, len(data)
    while at < size:
        if (payload := _whole_record(data, at)) is not None:
            yield payload
            at += _HEAD.size + len(payload)
            continue
        after = data.find(MARK, at + 1)
        while after >= 0 and _whole_record(data, after) is None:
            after = data.find(MARK, after + 1)
        if after < 0:
            if not _is_torn(data, at):
                damage.places += 1
                damage.unread_bytes += size - at
            return
        damage.places += 1
        damage.unread_bytes += after - at
        at = after


def _whole_record(data: mmap.mmap, at: int) -> bytes | None:
    if len(data) - at < _HEAD.size:
        return None
    mark, length, checksum = _HEAD.unpack_from(data, at)
    start = at + _HEAD.size
    if mark != MARK or length > len(data) - start:
        return None
    payload = data[start : start + length]
    return payload if zlib.crc32(payload) == checksum else None


def _is_torn(data: mmap.mmap, at: int) -> bool:
    """Whether the rest is the beginning of a record that a crash cut off, as is to be expected."""
    rest = len(data) - at
    if rest < _HEAD.size:
        return data[at : at + len(MARK)] == MARK[: min(rest, len(MARK))]
    mark, length, _ = _HEAD.unpack_from(data, at)
    return bool(mark == MARK and length > rest - _HEAD.size)


def _as_schema(payload: bytes) -> "pa.Schema | None":
    import pyarrow as pa

    try:
        message = pa.ipc.read_message(payload)
        return pa.ipc.read_schema(message) if message.type == "schema" else None
    except (pa.ArrowException, OSError, EOFError):
        return None


def _batches(data: mmap.mmap, schema: "pa.Schema", damage: Damage) -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    for payload in _records(data, damage):
        try:
            message = pa.ipc.read_message(payload)
            if message.type != "record batch":
                continue
            if _is_packed(message.metadata.to_pybytes()):
                raise pa.ArrowInvalid("it is compressed, as no journal is")
            batch = pa.ipc.read_record_batch(message, schema)
            batch.validate(full=True)
            if batch.num_rows > len(payload):
                raise pa.ArrowInvalid("it holds more rows than bytes")
        except (pa.ArrowException, OSError, EOFError):
            damage.places += 1
            damage.unread_bytes += len(payload)
            continue
        if batch.num_rows:
            yield batch


def _is_packed(metadata: bytes) -> bool:
    """Tell whether the head of a record batch says that its columns are compressed: they might swell to anything.

    The head is a FlatBuffers table; see ``Message.fbs`` of Arrow's format: ``header`` is field 2 of ``Message``,
    ``compression`` field 3 of ``RecordBatch``.

    Raises:
        pyarrow.ArrowInvalid: It is no such table.
    """
    import pyarrow as pa

    def field_at(table: int, number: int) -> int:
        """Return where a field of a table lies; 0 where it has none."""
        (up,) = struct.unpack_from("<i", metadata, table)
        (length,) = struct.unpack_from("<H", metadata, table - up)
        slot = 4 + 2 * number
        offset = struct.unpack_from("<H", metadata, table - up + slot)[0] if slot + 2 <= length else 0
        return table + offset if offset else 0

    try:
        header = field_at(struct.unpack_from("<I", metadata, 0)[0], 2)
        return field_at(header + struct.unpack_from("<I", metadata, header)[0], 3) != 0
    except struct.error as error:
        raise pa.ArrowInvalid("its head is damaged") from error
