"""Readings as Parquet: typed columns, in row groups of bounded size."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from mien.errors import RecordingError
from mien.sinks.output_path import write_failure
from mien.sinks.part_file import PartFile
from mien.sinks.readings.added_table import write_added
from mien.sinks.readings.journal import Damage, open_journal
from mien.sinks.readings.xlsx_file import write_xlsx

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_IN_GROUP: Final = 8192
"""Some minutes of one face: 2 MB of memory, and few enough groups in a day's recording."""


def journal_to_table(journal: Path, target: Path, *, overwrite: bool = False) -> Damage:
    """Turn a journal into a table that can't grow. Nothing stands under the target's name before all of it does.

    Args:
        journal: Stays as it is.
        target: A file in any format but CSV and JSON Lines.
        overwrite: Whether a file of that name may be replaced.

    Returns:
        What of the journal could not be read.

    Raises:
        RecordingError: The journal holds no table, or the target cannot be written.
    """
    import pyarrow as pa

    try:
        with open_journal(journal) as table:
            writer_for(target)(table.batches, table.schema, target, overwrite=overwrite)
            return table.damage
    except pa.ArrowInvalid as error:
        raise RecordingError(f"{journal}: no readings can be read from it ({error}); it stays as it is") from error
    except OSError as error:
        raise RecordingError(
            f"{journal}: cannot be read ({error.strerror or error}); it is left as it is, try again"
        ) from error


class TableWriter(Protocol):
    """Writes a whole table, as ``write_parquet`` does."""

    def __call__(
        self, batches: "Iterable[pa.RecordBatch]", schema: "pa.Schema", target: Path, *, overwrite: bool = False
    ) -> None:
        """Write the table."""


def writer_for(target: Path) -> TableWriter:
    """Return what writes tables that can't grow: Parquet, workbooks, and formats of other packages."""
    return {".parquet": write_parquet, ".xlsx": write_xlsx}.get(target.suffix.lower(), write_added)


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
        writer = pq.ParquetWriter(part, schema, compression="zstd")
        try:
            for table in _groups(batches, schema):
                writer.write_table(table)
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
