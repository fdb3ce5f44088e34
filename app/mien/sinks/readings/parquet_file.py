"""Readings as Parquet: typed columns, in row groups of bounded size."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mien.errors import RecordingError
from mien.sinks.output_path import write_failure
from mien.sinks.part_file import PartFile
from mien.sinks.readings.journal_reader import open_journal
from mien.sinks.readings.table_schema import compact

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_IN_GROUP: Final = 8192
"""Some minutes of one face: 2 MB of memory, and few enough groups in a day's recording."""


def journal_to_parquet(
    journal: Path, target: Path, *, schema: "pa.Schema | None" = None, overwrite: bool = False
) -> int:
    """Turn a journal into Parquet. Nothing of it stands under the target's name before all of it does.

    Args:
        journal: Stays as it is.
        target: The ``.parquet`` file.
        schema: What its columns are, where that is known.
        overwrite: Whether a file of that name may be replaced.

    Returns:
        How many bytes of the journal could not be read; 0 where all did.

    Raises:
        JournalUnreadable: The journal holds no table.
        RecordingError: The journal cannot be opened, or the target cannot be written.
    """
    import pyarrow as pa

    try:
        with open_journal(journal, schema) as table:
            write_parquet(table.batches, table.schema, target, overwrite=overwrite)
            return table.unread_bytes
    except pa.ArrowInvalid as error:
        raise JournalUnreadable(f"{journal}: holds no readings that can be read ({error}); it is kept") from error
    except OSError as error:
        raise RecordingError(f"{journal}: cannot be read now ({error.strerror or error}); try again") from error


class JournalUnreadable(RecordingError):
    """A journal that was cut off before its first row, or is damaged from its beginning on."""


def write_parquet(
    batches: "Iterable[pa.RecordBatch]", schema: "pa.Schema", target: Path, *, overwrite: bool = False
) -> None:
    """Write a table.

    Args:
        batches: Its rows, in pieces of any size.
        schema: As from ``schema_of``.
        target: The ``.parquet`` file.
        overwrite: Whether a file of that name may be replaced.

    Raises:
        RecordingError: The target cannot be written.
    """
    import pyarrow.parquet as pq

    part = PartFile(target, overwrite=overwrite)
    try:
        writer = pq.ParquetWriter(part, compact(schema), compression="zstd")
        try:
            for table in _groups(batches, schema):
                writer.write_table(table.cast(compact(schema)))
            writer.close()
        finally:
            # Its finalizer would close it again, into a file that is closed by then.
            writer.is_open = False
        part.publish()
    except BaseException as error:
        part.discard()
        if part.failed is not None:
            raise write_failure(target, part.failed) from error
        raise


def _groups(batches: "Iterable[pa.RecordBatch]", schema: "pa.Schema") -> "Iterator[pa.Table]":
    """Gather the pieces into row groups."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        waiting.append(batch)
        count += batch.num_rows
        if count >= ROWS_IN_GROUP:
            yield pa.Table.from_batches(waiting, schema=schema).combine_chunks()
            waiting, count = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting, schema=schema).combine_chunks()
