"""Reads a journal of readings that was cut off anywhere or damaged by a disk: all that is whole."""

import mmap
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mien.sinks.readings.journal import ROWS_CHECK, SCHEMA_CHECK, checksum

if TYPE_CHECKING:
    import pyarrow as pa

_MARK: Final = b"\xff\xff\xff\xff"
"""Every message of an Arrow stream begins with it, followed by the length of its head, at a multiple of 8."""

_MAX_HEAD: Final = 1 << 22


class Journal:
    """A journal that is being read.

    Attributes:
        schema: Its columns, with the metadata.
        batches: Its rows, as far as they are whole. Read once.
        unread_bytes: How much could not be read so far: what a crash cut off at the end, or a disk changed.
    """

    def __init__(self, data: "pa.Buffer", schema: "pa.Schema", head: bytes, at: int) -> None:
        self.schema = schema
        self.batches = self._read()
        self.unread_bytes = 0
        self._data = data
        self._head = head
        self._at = at

    def _read(self) -> Iterator["pa.RecordBatch"]:
        """Yield each whole piece; where one is not, go on at the next that is."""
        while self._at < self._data.size:
            found = _batch_at(self._data, self._at, self._head, self.schema)
            if found is not None:
                self._at = found[1]
                yield found[0]
                continue
            begin = self._at
            self._at = _next_mark(self._data, begin + 8)
            if not _is_end_mark(self._data, begin):
                self.unread_bytes += self._at - begin


@contextmanager
def open_journal(path: Path, schema: "pa.Schema | None" = None) -> Iterator[Journal]:
    """Open a journal.

    Args:
        path: The file.
        schema: What its columns are, in case that its own description of them is damaged; None where nobody knows.

    Raises:
        OSError: It cannot be read.
        pyarrow.ArrowInvalid: It is no journal, was cut off before its first row, or its description is damaged.
    """
    import pyarrow as pa

    with open(path, "rb") as file:
        size = file.seek(0, 2)
        if size == 0:
            raise pa.ArrowInvalid("it is empty")
        # Mapped, so that hours of readings need no memory at once.
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        data = pa.py_buffer(mapped)
        own = _schema_at_start(data)
        if own is not None and _is_trusted(data, own):
            known, begin = own
            yield Journal(data, known, data[:begin].to_pybytes(), begin)
        elif schema is not None:
            head = schema.serialize().to_pybytes()
            journal = Journal(data, schema, head, _next_mark(data, 8))
            journal.unread_bytes = journal._at
            yield journal
        else:
            raise pa.ArrowInvalid("the description of its columns is damaged, or it is no journal")


def unread_bytes_of(path: Path, schema: "pa.Schema | None" = None) -> int:
    """Return how many bytes of a journal cannot be read.

    Raises:
        OSError: It cannot be opened.
    """
    import pyarrow as pa

    try:
        with open_journal(path, schema) as journal:
            for _ in journal.batches:
                pass
            return journal.unread_bytes
    except pa.ArrowInvalid:
        return path.stat().st_size


def _schema_at_start(data: "pa.Buffer") -> "tuple[pa.Schema, int] | None":
    """Return the description of the columns and where it ends, or None where it cannot be read."""
    import pyarrow as pa

    try:
        reader = pa.BufferReader(data)
        schema = pa.ipc.read_schema(reader)
        end = reader.tell()
        return schema, end + -end % 8
    except (pa.ArrowException, OSError, ValueError, UnicodeDecodeError):
        return None


def _is_trusted(data: "pa.Buffer", own: "tuple[pa.Schema, int]") -> bool:
    """Tell whether the description is what the pieces were written with, as far as they say so."""
    schema, end = own
    head, at = data[:end].to_pybytes(), end
    while at < data.size:
        checks = _checks_at(data, at, head)
        if checks is not None:
            return SCHEMA_CHECK not in checks or checks[SCHEMA_CHECK] == b"%d" % zlib.crc32(head)
        at = _next_mark(data, at + 8)
    # No piece is whole by this description: all are damaged, or it is.
    return end >= data.size or len(schema) == 0


def _checks_at(data: "pa.Buffer", at: int, head: bytes) -> dict[bytes, bytes] | None:
    message = _message_at(data, at)
    read = None if message is None else _decoded(head, message)
    return None if read is None else read[1]


def _batch_at(data: "pa.Buffer", at: int, head: bytes, schema: "pa.Schema") -> "tuple[pa.RecordBatch, int] | None":
    """Return the piece at a place and where it ends, or None where there is no whole one."""
    import pyarrow as pa

    message = _message_at(data, at)
    read = None if message is None else _decoded(head, message)
    if message is None or read is None:
        return None
    batch, checks = read
    wanted = checks.get(ROWS_CHECK)
    if wanted is not None and wanted != b"%d" % checksum(batch):
        return None
    # Of the rows themselves, since a length that is wrong would lead past whole pieces.
    rows_bytes = pa.ipc.read_message(batch.serialize()).body.size
    head_bytes = struct.unpack("<i", message[4:8])[0]
    end = at + 8 + head_bytes + rows_bytes
    return batch.replace_schema_metadata(schema.metadata), end + -end % 8


def _message_at(data: "pa.Buffer", at: int) -> bytes | None:
    """Return the message at a place, or None where there is none."""
    import pyarrow as pa

    prefix = data[at : at + 8].to_pybytes()
    if len(prefix) < 8 or prefix[:4] != _MARK:
        return None
    length = struct.unpack("<i", prefix[4:])[0]
    if not 0 < length <= _MAX_HEAD:
        return None
    try:
        message = pa.ipc.read_message(pa.BufferReader(data[at:]))
        body = message.body.size if message.body is not None else 0
    except (pa.ArrowException, OSError, ValueError, EOFError):
        return None
    return bytes(data[at : at + 8 + length + body].to_pybytes())


def _decoded(head: bytes, message: bytes) -> "tuple[pa.RecordBatch, dict[bytes, bytes]] | None":
    import pyarrow as pa

    try:
        with pa.ipc.open_stream(pa.py_buffer(head + message)) as stream:
            read = stream.read_next_batch_with_custom_metadata()
            read.batch.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, StopIteration, EOFError):
        return None
    checks = read.custom_metadata
    return read.batch, {} if checks is None else dict(checks.items())


def _next_mark(data: "pa.Buffer", at: int) -> int:
    """Return the next place at which a message may begin, or the end."""
    view = memoryview(data)
    while at < data.size:
        chunk = bytes(view[at : at + (1 << 16) + 4])
        place = chunk.find(_MARK)
        while place >= 0:
            if (at + place) % 8 == 0:
                return at + place
            place = chunk.find(_MARK, place + 1)
        at += 1 << 16
    return int(data.size)


def _is_end_mark(data: "pa.Buffer", at: int) -> bool:
    """Tell whether here stands what closes a stream."""
    return bool(data[at : at + 8].to_pybytes() == _MARK + bytes(4))
